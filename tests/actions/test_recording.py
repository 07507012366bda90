"""Recording costs what is recorded, not what is there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gaitway.actions import observations
from gaitway.models import Kpi, Observation
from gaitway.queries.recording import recordable
from tests.world import AT, TODAY, World

DAYS = [TODAY - timedelta(days=i) for i in range(30, 0, -1)]


@pytest.fixture
def many(world: World) -> list[str]:
    rows = [Kpi(strategy=world.strategy, key=f"k{i}", name=f"K{i}", kind="level", cadence="day") for i in range(20)]
    Kpi.objects.bulk_create(rows)
    return [f"north/k{i}" for i in range(20)]


def record(world: World, names: list[str], value: float = 1.0) -> observations.Recorded:
    found = recordable(world.admin, names)
    return observations.record_all(
        {each: dict.fromkeys(DAYS, (value,)) for each in found.values()}, by=world.admin, at=AT
    )


def test_many_at_once_are_the_same_as_one_by_one(world: World, many: list[str]):
    assert record(world, many[:10]) == observations.Recorded(300, 0, 0, 0)
    for kpi in Kpi.objects.filter(key__in=[name.partition("/")[2] for name in many[10:]]):
        observations.record(kpi, dict.fromkeys(DAYS, (1.0,)), by=world.admin, at=AT)

    def kept(first: int) -> list[tuple[object, ...]]:
        names = ("period", "revision", "recorded_at", "by", "value", "events", "pull", "upload")
        rows = Observation.objects.filter(kpi__key__in=[f"k{i}" for i in range(first, first + 10)])
        return list(rows.order_by("kpi", "period").values_list(*names))

    assert kept(0) == kept(10)
    assert record(world, many) == observations.Recorded(0, 0, 600, 0)
    assert record(world, many, 2.0) == observations.Recorded(0, 600, 0, 0)


def test_as_many_queries_for_one_as_for_many(world: World, many: list[str]):
    counts = []
    for names in (many[:1], many[1:]):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            record(world, names)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan")
def test_no_look_at_what_is_known_reads_all_of_it(world: World, many: list[str]):
    record(world, many)
    with CaptureQueriesContext(connection) as asked:
        record(world, many[:2], 3.0)
    looks = [each["sql"] for each in asked if each["sql"].startswith("select o.")]
    assert len(looks) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"explain query plan {looks[0]}")
        plan = " · ".join(row[-1] for row in cursor.fetchall())
    assert re.search(r"SEARCH o USING INDEX \w+ \(kpi_id=\? AND period=\?\)", plan)
    assert "SCAN o" not in plan
