"""Entered by hand: one revision after another, and never over what somebody else wrote."""

from __future__ import annotations

from datetime import date

import pytest

from gaitway.actions import Conflict, NotAllowed, Refused, entries, observations
from gaitway.actions.entries import Entry
from gaitway.models import Observation
from tests.world import AT, TODAY, World

WEEK, BEFORE = date(2026, 2, 23), date(2026, 2, 16)


def kept(world: World) -> list[tuple[date, int, float | None]]:
    rows = Observation.objects.filter(kpi=world.orders).order_by("period", "revision")
    return list(rows.values_list("period", "revision", "events"))


def enter(world: World, found: dict[date, Entry], who: str = "luca") -> set[date]:
    return entries.enter(world.orders, found, by=getattr(world, who), at=AT, today=TODAY)


def test_what_was_seen_differently_is_not_written(world: World) -> None:
    observations.record(world.orders, {WEEK: (5.0, 1.0)}, by=world.admin, at=AT)
    assert enter(world, {WEEK: Entry((6.0, 1.0), 0), BEFORE: Entry((4.0, 1.0), 0)}) == {WEEK}
    assert kept(world) == [(BEFORE, 1, 4), (WEEK, 1, 5)]
    assert enter(world, {WEEK: Entry((6.0, 1.0), 1), BEFORE: Entry(None, 1)}) == set()
    assert kept(world) == [(BEFORE, 1, 4), (BEFORE, 2, None), (WEEK, 1, 5), (WEEK, 2, 6)]


def test_taking_back_gives_the_former_numbers_or_none(world: World) -> None:
    observations.record(world.orders, {WEEK: (5.0, 1.0)}, by=world.admin, at=AT)
    enter(world, {WEEK: Entry((6.0, 1.0), 1), BEFORE: Entry((4.0, 1.0), 0)})
    entries.take_back(world.orders, {WEEK: 2, BEFORE: 1}, by=world.luca, at=AT)
    assert kept(world)[-1] == (WEEK, 3, 5)
    assert kept(world)[1] == (BEFORE, 2, None)
    with pytest.raises(Conflict, match="has changed since: 2026-02-16, 2026-02-23"):
        entries.take_back(world.orders, {WEEK: 2, BEFORE: 1}, by=world.luca, at=AT)


@pytest.mark.parametrize("who", ["theo", "nadia"])
def test_who_may_not_writes_nothing(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="can record its numbers"):
        enter(world, {WEEK: Entry((6.0, 1.0), 0)}, who)
    with pytest.raises(NotAllowed):
        entries.take_back(world.orders, {WEEK: 1}, by=getattr(world, who), at=AT)
    assert kept(world) == []


def test_a_week_that_is_not_over_and_a_retired_kpi(world: World) -> None:
    with pytest.raises(Refused, match=r"the period from 2026-03-02 isn't over yet"):
        enter(world, {TODAY: Entry((6.0, 1.0), 0), WEEK: Entry((6.0, 1.0), 0)})
    world.orders.retired_at = AT
    with pytest.raises(Refused, match="is retired"):
        enter(world, {WEEK: Entry((6.0, 1.0), 0)})
    assert kept(world) == []
