"""Everything that happened in an initiative, with what was before."""

from __future__ import annotations

from datetime import date

import pytest

from gaitway.actions import gates, initiatives, plans, roles, tasks
from gaitway.models import ChecklistItem, Event, Initiative, Person, Task
from gaitway.queries import history
from gaitway.queries.history import HistoryPage, Sought, Turn
from tests.world import AT, TODAY, World


def page(world: World, viewer: Person | None = None, **asked: str) -> HistoryPage:
    return history.page(viewer or world.sofia, "north/norway", Sought.of(asked))


def turns(found: HistoryPage) -> list[Turn]:
    return [turn for entry in found.entries for turn in entry.turns]


def test_a_change_of_a_field_stands_with_its_names(world: World) -> None:
    initiatives.change(world.norway, {"needs": ["iceland"], "restricted": True}, by=world.admin, at=AT)
    assert turns(page(world)) == [Turn("needs", "", "Iceland"), Turn("restriction", "open", "restricted")]
    initiatives.change(world.norway, {"restricted": False}, by=world.admin, at=AT)
    assert Turn("needs", "", "1 more") in turns(page(world, world.theo))


def test_a_plan_and_a_role_stand_with_what_was_before(world: World) -> None:
    walk = world.norway.stages.select_related("initiative__strategy").get(key="walk")
    plans.write(walk, starts=date(2026, 4, 1), ends=None, budget=None, currency="", by=world.luca, at=AT)
    roles.give(world.nadia, "viewer", world.norway, by=world.sofia, at=AT)
    assert turns(page(world)) == [
        Turn("Nadia Haddad", "", "viewer"),
        Turn("dates", "2026-03-30/2026-09-27", "2026-04-01/"),
        Turn("budget", "20000 EUR", ""),
    ]
    plans.write(
        world.crawl, starts=date(2026, 1, 5), ends=date(2026, 4, 30), budget=None, currency="", reason="Late",
        by=world.sofia, at=AT,
    )  # fmt: skip
    assert Turn("dates", "2026-03-29", "2026-04-30") in turns(page(world, kind="plan"))


def test_it_is_filtered_by_kind_person_and_day(world: World) -> None:
    tasks.complete(Task.objects.get(), by=world.theo, at=AT, on=TODAY)
    gates.check(ChecklistItem.objects.get(), by=world.luca, at=AT, on=TODAY)
    assert [entry.item.kind for entry in page(world, kind="work").entries] == ["checklist item done", "task done"]
    assert len(page(world, kind="work", who=str(world.theo.pk)).entries) == 1
    assert page(world, **{"from": "2026-03-03"}).entries == []
    assert len(page(world, kind="work", to="2026-03-02").entries) == 2
    everything = page(world, kind="nonsense", who="x", to="tomorrow")
    assert not everything.sought.active
    assert {choice.label for choice in everything.people} >= {"Theo Okafor", "Luca Brandt"}


def test_it_is_paged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    for name in ("A", "B", "C"):
        initiatives.change(world.norway, {"name": name}, by=world.luca, at=AT)
    first = page(world, kind="plan")
    assert [entry.turns[0].after for entry in first.entries] == ["C", "B"]
    assert first.more is not None
    assert [entry.turns[0].after for entry in page(world, kind="plan", before=str(first.more)).entries] == ["A"]


def test_what_can_be_restored_is_said_to_who_may(world: World) -> None:
    initiatives.change(world.norway, {"name": "Norge"}, by=world.luca, at=AT)
    initiatives.change(world.norway, {"area": "Oslo"}, by=world.admin, at=AT)
    assert [entry.restorable for entry in page(world, kind="plan").entries] == [False, True]
    assert not any(entry.restorable for entry in page(world, world.theo).entries)


def test_nobody_else_reads_it(world: World) -> None:
    for viewer in (world.nadia,):
        with pytest.raises(Initiative.DoesNotExist):
            page(world, viewer)
    event = Event.objects.filter(initiative=world.norway).latest("pk")
    with pytest.raises(Initiative.DoesNotExist):
        history.find(world.nadia, "north/norway", event.pk)
    with pytest.raises(Event.DoesNotExist):
        history.find(world.sofia, "north/iceland", event.pk)
