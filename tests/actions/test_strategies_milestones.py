"""Milestones in a strategy file: applied once, exported again, moved, and taken out."""

from __future__ import annotations

from datetime import date

import pytest

from gaitway.actions import milestones, strategies
from gaitway.lib import strategyfile
from gaitway.lib.strategyfile import StrategyFileError
from gaitway.models import Event, Milestone, Strategy
from gaitway.queries import strategies as asked
from tests.world import AT, STRATEGY, TODAY, World, document

LEAD = "        lead: luca@example.com\n"
FAIR = f"{LEAD}        milestones: [{{name: Fair, on: 2026-03-11}}, {{name: crawl, on: 2026-04-01}}]\n"


def apply(world: World, milestones: str, *, prune: bool = False) -> strategies.Plan:
    text = STRATEGY.replace(LEAD, milestones)
    assert text.count("- key: norway") == 1
    return strategies.apply(document(text), by=world.admin, at=AT, today=TODAY, prune=prune)


def days() -> dict[str, date]:
    return dict(Milestone.objects.filter(retired_at=None).values_list("name", "on"))


def test_applied_twice_they_change_once(world: World) -> None:
    plan = apply(world, FAIR)
    assert [change.thing for change in plan.changes if change.thing[0] != "source"] == [
        ("milestone", "norway", "Fair"), ("milestone", "norway", "crawl")
    ]  # fmt: skip
    assert days() == {"Fair": date(2026, 3, 11), "crawl": date(2026, 4, 1)}
    told = Event.objects.count()
    assert apply(world, FAIR).changes == ()
    assert Event.objects.count() == told


def test_the_export_changes_nothing(world: World) -> None:
    apply(world, FAIR)
    text = strategyfile.write(asked.as_file(Strategy.objects.get()))
    plan = strategies.plan(document(text))
    assert (plan.changes, plan.removals) == ((), ())


def test_a_day_moves_and_what_is_left_out_goes_only_when_asked(world: World) -> None:
    apply(world, FAIR)
    milestones.done(Milestone.objects.get(name="Fair"), by=world.luca, at=AT, on=TODAY)
    moved = FAIR.replace("2026-03-11", "2026-03-12").replace(", {name: crawl, on: 2026-04-01}", "")
    apply(world, moved)
    assert days() == {"Fair": date(2026, 3, 12), "crawl": date(2026, 4, 1)}
    apply(world, moved, prune=True)
    assert days() == {"Fair": date(2026, 3, 12)}
    assert Milestone.objects.get(name="Fair").done_on == TODAY
    apply(world, FAIR)
    assert set(days()) == {"Fair", "crawl"}


def test_one_name_once(world: World) -> None:
    with pytest.raises(StrategyFileError, match="the milestone 'Fair' stands here twice"):
        apply(world, FAIR.replace("crawl", "Fair"))
    assert days() == {}
