from __future__ import annotations

from datetime import date, timedelta

import pytest

from gaitway.actions import NotAllowed, Refused, milestones
from gaitway.models import Event, Milestone
from gaitway.queries.words.happenings import said
from tests.world import AT, TODAY, World

FAIR = date(2026, 3, 11)


def told() -> list[str]:
    return [said(event).text for event in Event.objects.filter(kind="milestone").order_by("pk")]


def test_a_milestone_lives(world: World) -> None:
    mark = milestones.add(world.norway, "  Fair in   Oslo ", FAIR, by=world.theo, at=AT)
    assert (mark.name, mark.on) == ("Fair in Oslo", FAIR)
    milestones.change(mark, name="Fair in Oslo", on=FAIR + timedelta(days=1), by=world.luca, at=AT)
    milestones.done(mark, by=world.luca, at=AT, on=TODAY)
    milestones.done(mark, by=world.luca, at=AT, on=TODAY)
    milestones.done(mark, by=world.luca, at=AT, on=TODAY, done=False)
    milestones.retire(mark, by=world.luca, at=AT)
    mark.refresh_from_db()
    assert (mark.on, mark.done_on, mark.retired_at) == (FAIR + timedelta(days=1), None, AT)
    milestones.retire(mark, by=world.luca, at=AT, retired=False)
    assert len(told()) == 6  # twice is once
    assert told()[0].startswith("set the milestone “Fair in Oslo”")
    assert told()[-1].startswith("brought the milestone")


def test_changing_nothing_tells_nothing(world: World) -> None:
    mark = milestones.add(world.norway, "Fair", FAIR, by=world.theo, at=AT)
    milestones.change(mark, name="Fair", on=FAIR, by=world.theo, at=AT)
    assert len(told()) == 1


def test_one_name_once(world: World) -> None:
    mark = milestones.add(world.norway, "Fair", FAIR, by=world.theo, at=AT)
    other = milestones.add(world.norway, "Launch", FAIR, by=world.theo, at=AT)
    with pytest.raises(Refused, match="has a milestone “Fair” already, on 2026-03-11"):
        milestones.add(world.norway, "Fair", TODAY, by=world.theo, at=AT)
    with pytest.raises(Refused, match="another milestone “Fair”"):
        milestones.change(other, name="Fair", on=FAIR, by=world.theo, at=AT)
    milestones.retire(mark, by=world.theo, at=AT)
    again = milestones.add(world.norway, "Fair", TODAY, by=world.theo, at=AT)
    assert (again.pk, again.on, again.retired_at) == (mark.pk, TODAY, None)


@pytest.mark.parametrize("name", [" ", "x" * 201])
def test_a_name_that_is_none_is_refused(world: World, name: str) -> None:
    with pytest.raises(Refused):
        milestones.add(world.norway, name, FAIR, by=world.theo, at=AT)
    assert not Milestone.objects.exists()


def test_only_those_who_work_on_it(world: World) -> None:
    with pytest.raises(NotAllowed):
        milestones.add(world.norway, "Fair", FAIR, by=world.nadia, at=AT)
    mark = milestones.add(world.iceland, "Secret fair", FAIR, by=world.sofia, at=AT)
    for refused in (
        lambda: milestones.retire(mark, by=world.luca, at=AT),
        lambda: milestones.done(mark, by=world.luca, at=AT, on=TODAY),
        lambda: milestones.change(mark, name="x", on=FAIR, by=world.luca, at=AT),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert not Milestone.objects.visible_to(world.luca).exists()
