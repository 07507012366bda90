"""What takes long is done before anybody has to wait for it: the transaction of a verdict or a forecast only writes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from gaitway.actions import forecasts, gates, observations
from gaitway.models import Evaluation, Forecast, Stage
from gaitway.queries import gates as asked
from gaitway.queries import proofs
from gaitway.work import loop
from tests.world import AT, TODAY, World

WEEKS = [date(2026, 1, 5) + timedelta(weeks=i) for i in range(8)]


def clock() -> datetime:
    return AT


def deliver(world: World, events: float = 30) -> None:
    observations.record(world.orders, dict.fromkeys(WEEKS, (events, 1.0)), by=world.admin, at=AT)


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each piece of long work was done inside of a transaction."""
    found: list[bool] = []
    for where, name in (
        (asked.History, "verdict"),
        (forecasts.asked, "gate"),
        (forecasts.asked, "ahead"),
        (proofs, "of"),
    ):
        whole = getattr(where, name)

        def told(*arguments: object, whole: object = whole, **named: object) -> object:
            found.append(connection.in_atomic_block)
            return whole(*arguments, **named)  # type: ignore[operator]

        monkeypatch.setattr(where, name, told)
    return found


def test_the_worker_writes_only_what_it_has_worked_out(
    really_kept: None, transactional_world: World, inside: list[bool]
) -> None:
    deliver(transactional_world)
    loop.drain("w", clock, tick=False)
    assert Evaluation.objects.exists()
    assert Forecast.objects.exists()
    assert set(inside) == {False}


@pytest.fixture
def transactional_world(really_kept: None, tmp_path: object) -> World:
    from tests import world

    return world.build(tmp_path)  # type: ignore[arg-type]


def test_a_look_counts_where_nothing_has_changed(world: World, inside: list[bool]) -> None:
    deliver(world)
    seen = gates.look(world.crawl, through=TODAY)
    looked = len(inside)
    kept = gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT, seen=seen)
    assert len(inside) == looked > 0
    assert kept is not None
    assert (kept.proposal, kept.at) == ("go", AT)


def test_a_look_is_worth_nothing_once_something_has_come(world: World) -> None:
    deliver(world, 1)
    seen = gates.look(world.crawl, through=TODAY)
    deliver(world, 30)
    kept = gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT, seen=seen)
    assert kept is not None
    assert kept.proposal == "go"


def test_a_look_of_another_day_is_worth_nothing(world: World) -> None:
    deliver(world)
    seen = gates.look(world.crawl, through=TODAY - timedelta(weeks=6))
    kept = gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT, seen=seen)
    assert kept is not None
    assert kept.proposal == "go"


def test_there_is_nothing_to_look_at_elsewhere(world: World) -> None:
    walk = Stage.objects.select_related("initiative").get(initiative=world.norway, key="walk")
    assert gates.look(walk, through=TODAY) is None


def test_what_was_set_back_meanwhile_stays_set_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL late data may come between the look and the writing."""
    deliver(world)
    early = date(2026, 1, 11)
    whole = gates._tell_overdue

    def meanwhile(*arguments: object, **named: object) -> None:
        Stage.objects.filter(pk=world.crawl.pk).update(judged_to=early)
        whole(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(gates, "_tell_overdue", meanwhile)
    gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    assert world.crawl.judged_to == early


def test_a_forecast_that_somebody_else_kept_meanwhile_is_not_kept_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(world)
    whole = forecasts.asked.gate

    def twice(stage: Stage, as_of: date) -> object:
        made = whole(stage, as_of)
        Forecast.objects.create(stage=stage, about="gate", as_of=as_of, at=AT, numbers=made)
        return made

    monkeypatch.setattr(forecasts.asked, "gate", twice)
    assert forecasts.keep_gate(world.crawl, as_of=TODAY, at=AT) is None
    assert Forecast.objects.filter(about="gate").count() == 1
