"""Observations are appended, never changed: every past state of knowledge can be asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from gaitway.actions import Refused, jobs, observations
from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.models import Event, Job, Kpi, Observation
from gaitway.models.appendonly import TABLES
from gaitway.queries import observations as asked
from tests.world import AT, World

WEEKS = [date(2026, 1, 5) + timedelta(weeks=i) for i in range(4)]


def record(world: World, events: dict[date, float], *, at: datetime = AT, whole: bool = False) -> tuple[int, ...]:
    """(new, revised, unchanged, withdrawn)"""
    readings = {day: (value, 1.0) for day, value in events.items()}
    done = observations.record(world.orders, readings, by=world.admin, at=at, whole=whole)
    return done.new, done.revised, done.unchanged, done.withdrawn


def known(kpi: Kpi, *, at: datetime | None = None) -> dict[date, float]:
    series = asked.series([kpi], known_at=at)[kpi.pk]
    days = [periods.start(series.first + i, Cadence(kpi.cadence)) for i in range(len(series.values))]
    return {day: row[0] for day, row in zip(days, series.values, strict=True) if row[0] == row[0]}


@pytest.mark.parametrize("verb", ["update gaitway_observation set events = 99", "delete from gaitway_observation"])
def test_the_database_itself_refuses_a_change(world: World, verb: str) -> None:
    record(world, {WEEKS[0]: 7})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)
    assert known(world.orders) == {WEEKS[0]: 7}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_past_is_guarded(db: object, table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("select tgname from pg_trigger where tgrelid = %s::regclass", [table])
        else:
            cursor.execute("select name from sqlite_master where type = 'trigger' and tbl_name = %s", [table])
        assert {f"{table}_no_update", f"{table}_no_delete"} <= {name for (name,) in cursor.fetchall()}


def test_the_same_twice_changes_nothing(world: World) -> None:
    events = dict(zip(WEEKS, (3, 4, 5, 6), strict=True))
    assert record(world, events) == (4, 0, 0, 0)
    asked_for = list(Job.objects.values("key", "requests"))
    assert record(world, events, at=AT + timedelta(days=1), whole=True) == (0, 0, 4, 0)
    assert Observation.objects.count() == 4
    assert list(Job.objects.values("key", "requests")) == asked_for
    assert not Event.objects.filter(kind="observations revised").exists()


@pytest.mark.parametrize("noise", [1 + 1e-13, 1 - 1e-13])
def test_the_noise_of_a_sum_is_no_revision(world: World, noise: float) -> None:
    record(world, {WEEKS[0]: 1234.5})
    assert record(world, {WEEKS[0]: 1234.5 * noise}) == (0, 0, 1, 0)


@pytest.mark.parametrize(("before", "after"), [(1e6, 1e6 + 1), (1.0, 1 + 1e-9), (0.0, 1e-20), (5.0, 0.0)])
def test_whatever_is_more_than_noise_is_one(world: World, before: float, after: float) -> None:
    record(world, {WEEKS[0]: before})
    assert record(world, {WEEKS[0]: after}) == (0, 1, 0, 0)


def test_a_revision_is_a_new_row_and_the_old_one_stays_known(world: World) -> None:
    later = AT + timedelta(days=2)
    record(world, {WEEKS[0]: 3, WEEKS[1]: 4})
    assert record(world, {WEEKS[1]: 9}, at=later) == (0, 1, 0, 0)
    assert known(world.orders) == {WEEKS[0]: 3, WEEKS[1]: 9}
    assert known(world.orders, at=later - timedelta(microseconds=1)) == {WEEKS[0]: 3, WEEKS[1]: 4}
    assert known(world.orders, at=AT - timedelta(seconds=1)) == {}
    assert Event.objects.get(kind="observations revised").data["revised"] == 1


def test_a_period_that_is_gone_is_withdrawn_and_may_come_back(world: World) -> None:
    later, again = AT + timedelta(days=1), AT + timedelta(days=2)
    record(world, {WEEKS[0]: 3, WEEKS[1]: 4, WEEKS[2]: 5})
    assert record(world, {WEEKS[0]: 3, WEEKS[2]: 5}, at=later, whole=True) == (0, 0, 2, 1)
    assert list(asked.rows([world.orders])[world.orders.pk].values()) == [(3, 1), (5, 1)]
    assert record(world, {WEEKS[0]: 3, WEEKS[2]: 5}, at=later, whole=True) == (0, 0, 2, 0)
    assert record(world, {WEEKS[1]: 4}, at=again) == (0, 1, 0, 0)
    assert known(world.orders) == {WEEKS[0]: 3, WEEKS[1]: 4, WEEKS[2]: 5}
    assert list(Observation.objects.filter(period=WEEKS[1]).values_list("revision", "events")) == [
        (1, 4),
        (2, None),
        (3, 4),
    ]


def test_without_whole_nothing_is_withdrawn(world: World) -> None:
    record(world, {WEEKS[0]: 3, WEEKS[1]: 4, WEEKS[2]: 5})
    assert record(world, {WEEKS[0]: 3, WEEKS[2]: 5}) == (0, 0, 2, 0)
    assert record(world, {}, whole=True) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("readings", "message"),
    [
        ({WEEKS[0]: (3.0, 1.0), WEEKS[1]: (-1.0, 1.0)}, "orders, period 2026-01-12: events can't be negative"),
        ({WEEKS[0]: (3.0, 0.0)}, "orders, period 2026-01-05: exposure must be above zero"),
        ({WEEKS[0]: (float("nan"), 1.0)}, "orders, period 2026-01-05: events is nan, not a finite number"),
        (
            {WEEKS[0]: (3.0, 1.0), date(2026, 1, 14): (3.0, 1.0)},
            "orders, period 2026-01-14: not the first day of a period",
        ),
    ],
)
def test_all_or_nothing(world: World, readings: dict[date, tuple[float, ...]], message: str) -> None:
    with pytest.raises(Refused, match=message):
        observations.record(world.orders, readings, by=world.admin, at=AT)
    assert not Observation.objects.exists()


def test_new_data_makes_the_gates_that_read_it_due(world: World) -> None:
    while job := jobs.claim("w", at=AT):
        jobs.finish(job, at=AT)
    record(world, {WEEKS[0]: 3})
    due = Job.objects.filter(finished_at=None).values_list("key", flat=True)
    assert list(due) == [f"evaluate:{world.crawl.pk}", f"forecast:kpi:{world.orders.pk}"]
