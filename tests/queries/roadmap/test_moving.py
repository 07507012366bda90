"""What moving a gate touches, before anything is saved."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from gaitway.actions import milestones, stages
from gaitway.engine.plans import Rest
from gaitway.engine.stages import Move
from gaitway.models import Forecast, Initiative, KeyResult, Person, Stage
from gaitway.queries.roadmap import moving
from gaitway.queries.roadmap.moving import Touched
from tests.world import AT, TODAY, World

GATE = "north/norway/crawl"
LATER = date(2026, 4, 26)  # four weeks


def touched(viewer: Person, wanted: date = LATER, rest: Rest = Rest.SHIFT) -> Touched:
    found = moving.page(viewer, GATE, wanted, rest, TODAY).touched
    assert found is not None
    return found


def test_its_length_and_the_stages_after_it(world: World) -> None:
    found = touched(world.sofia)
    assert [(each.name, each.after, each.days) for each in found.moved] == [
        ("Crawl", (date(2026, 1, 5), LATER), (84, 112)),
        ("Walk", (date(2026, 4, 27), date(2026, 10, 25)), (182, 182)),
    ]
    assert found.by == "4 weeks later"
    shortened = touched(world.sofia, rest=Rest.SHORTEN)
    assert [(each.name, each.days) for each in shortened.moved] == [("Crawl", (84, 112)), ("Walk", (182, 154))]
    assert touched(world.sofia, date(2026, 11, 1), Rest.SHORTEN).wrong.startswith("Walk would begin on")
    assert Stage.objects.get(pk=world.crawl.pk).ends == date(2026, 3, 29)


def test_milestones_and_targets_in_between(world: World) -> None:
    for name, on in (("Fair", date(2026, 4, 11)), ("Before", date(2026, 3, 29)), ("After", date(2026, 4, 27))):
        milestones.add(world.norway, name, on, by=world.luca, at=AT)
    KeyResult.objects.update(due=date(2026, 3, 31))
    found = touched(world.luca)
    assert [mark.name for mark in found.marks] == ["Fair"]
    assert [(each.kpi.key, each.target) for each in found.due] == [("north/orders", 10)]


def test_who_needs_it_and_whether_the_dates_contradict_then(world: World) -> None:
    common = {"strategy": world.strategy, "objective": world.norway.objective, "state": "proposed", "position": 9}
    sweden = Initiative.objects.create(key="sweden", name="Sweden", **common)
    Stage.objects.create(initiative=sweden, key="crawl", starts=date(2026, 4, 6), ends=date(2026, 6, 1))
    sweden.needs.add(world.norway)
    world.iceland.needs.add(world.norway)
    Stage.objects.filter(initiative=world.iceland).update(starts=date(2026, 4, 6), ends=date(2026, 6, 1))
    assert [(each.name, each.need.wrong) for each in touched(world.luca).waiting] == [("Sweden", True)]
    assert [(each.name, each.need.wrong) for each in touched(world.luca, date(2026, 4, 5)).waiting] == [
        ("Sweden", False)
    ]
    assert {each.name for each in touched(world.sofia).waiting} == {"Sweden", "Iceland"}


def test_people_who_would_have_too_many_gates(world: World) -> None:
    common = {"strategy": world.strategy, "objective": world.norway.objective, "state": "proposed"}
    for i in range(3):
        other = Initiative.objects.create(key=f"o{i}", name=f"O{i}", position=9 + i, **common)
        Stage.objects.create(initiative=other, key="crawl", starts=TODAY, ends=date(2026, 4, 20))
        other.roles.create(person=world.sofia, role="sponsor")
    assert [(each.person.pk, each.gates) for each in touched(world.luca).overloads] == [(world.sofia.pk, 4)]
    assert touched(world.luca, date(2026, 5, 5)).overloads == []


def test_the_months_whose_money_changes(world: World) -> None:
    found = touched(world.luca)
    assert found.currency == "EUR"
    april = next(each for each in found.money if each.month == date(2026, 4, 1))
    assert april.after < april.before == pytest.approx(20_000 * 30 / 182)


@time_machine.travel(AT)
def test_the_chance_of_the_trigger_by_then(world: World) -> None:
    days = ["2026-03-10", "2026-03-20", "2026-04-05", "2026-04-26", "2026-05-20"]
    numbers = {"refused": "", "days": days, "until": "2026-06-01"}
    Forecast.objects.create(stage=world.crawl, about="gate", as_of=TODAY, at=AT, numbers=numbers)
    said = touched(world.luca).chance
    assert said == "The chance that the trigger is met: about 75% by 26 Apr, about 40% by 29 Mar."


@pytest.mark.parametrize(
    ("days", "day", "share"),
    [
        ([None] * 5, date(2026, 3, 1), 0.05),
        ([None] * 5, date(2027, 3, 1), None),
        ([date(2026, 3, 10), None, None, None, None], date(2026, 3, 5), 0.05),
        ([date(2026, 3, 10), date(2026, 3, 20), None, None, None], date(2026, 3, 15), 0.175),
        ([date(2026, 3, 10), date(2026, 3, 20), None, None, None], date(2026, 4, 1), 0.25),
        ([date(2026, 3, 10), date(2026, 3, 20), None, None, None], date(2027, 4, 1), None),
        ([date(2026, 3, i) for i in (1, 2, 3, 4, 5)], date(2026, 3, 9), 0.95),
    ],
)  # fmt: skip
def test_between_the_quantiles(days: list[date | None], day: date, share: float | None) -> None:
    found = moving.by(days, date(2026, 6, 1), day)
    assert found == (share if share is None else pytest.approx(share))


def test_what_has_been_left_cannot_be_moved(world: World) -> None:
    stages.move(world.norway, Move.GO, by=world.sofia, at=AT, effective_on=TODAY)
    with pytest.raises(Stage.DoesNotExist):
        moving.find(world.sofia, GATE)
    assert moving.find(world.sofia, "north/norway/walk").key == "walk"
    with pytest.raises(Stage.DoesNotExist):
        moving.find(world.luca, "north/iceland/crawl")
    stages.move(Initiative.objects.get(pk=world.norway.pk), Move.STOP, by=world.sofia, at=AT, effective_on=TODAY)
    with pytest.raises(Stage.DoesNotExist):
        moving.find(world.sofia, "north/norway/walk")
