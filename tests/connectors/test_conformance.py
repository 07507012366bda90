"""The same question gives the same rows on every engine: the blocks of which the SQL of a declared KPI is built.

A case is written once, in DuckDB's words, and put into the others' by sqlglot as the builder does; where that isn't right, the
engine's own words stand beside it, and with them what the builder has to know."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import pytest
import sqlglot

from tests.connectors.engines import ENGINES, TestEngine

pytestmark = [
    pytest.mark.xdist_group("engines"),
    pytest.mark.slow,  # real servers and a JVM
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),  # none of it is used
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Spark's sockets end with the process
]

EVENTS = """
    select i::bigint as id,
        (date '2010-12-20' + i::int) as day,
        (timestamp '2010-12-20 22:30:00' + to_hours((i * 7)::int)) as at,
        (timestamptz '2010-12-20 22:30:00+00' + to_hours((i * 7)::int)) as zoned,
        case when i % 7 = 0 then null when i % 3 = 0 then 'Germany' when i % 3 = 1 then 'france' else 'O''Brien_1%' end as country,
        (i * 0.25)::decimal(9, 2) as amount,
        (i * 0.1)::double as price,
        9007199254740993::bigint + i as big,
        case when i % 5 = 0 then null else i % 2 = 0 end as ok,
        'x' || (i % 4) as "Mixed Case"
    from range(120) r(i)
"""
TRUNCATED = "select cast(date_trunc('{}', {}) as date) as period, count(*) as n from events group by 1 order by 1"
MYSQL = {
    "week": "select date_sub(day, interval weekday(day) day) as period, count(*) as n from events group by 1 order by 1",
    "week of a moment": "select date_sub(date(at), interval weekday(at) day) as period, count(*) as n from events "
    "group by 1 order by 1",
    "month": "select date_sub(day, interval dayofmonth(day) - 1 day) as period, count(*) as n from events group by 1 order by 1",
    "quarter": "select makedate(year(day), 1) + interval quarter(day) - 1 quarter as period, count(*) as n from events "
    "group by 1 order by 1",
    "week from Sunday": "select date_sub(day, interval dayofweek(day) - 1 day) as period, count(*) as n from events "
    "group by 1 order by 1",
    "quarter from February": "select makedate(year(day - interval 1 month), 1) + "
    "interval quarter(day - interval 1 month) - 1 quarter + interval 1 month as period, count(*) as n from events "
    "group by 1 order by 1",
}
CASES = {
    "count": "select count(*) as n from events",
    "count of what isn't NULL": "select count(country) as n, count(ok) as m from events",
    "count distinct": 'select count(distinct country) as n, count(distinct "Mixed Case") as m from events',
    "day": TRUNCATED.format("day", "at"),
    "week": TRUNCATED.format("week", "day"),
    "week of a moment": TRUNCATED.format("week", "at"),
    "month": TRUNCATED.format("month", "day"),
    "quarter": TRUNCATED.format("quarter", "day"),
    "week from Sunday": "select cast(date_trunc('week', day + interval 1 day) as date) - interval 1 day as period, count(*) as n "
    "from events group by 1 order by 1",
    "quarter from February": "select cast(date_trunc('quarter', day - interval 1 month) as date) + interval 1 month as period, "
    "count(*) as n from events group by 1 order by 1",
    "CASE WHEN count": "select sum(case when ok then 1 else 0 end) as successes, count(*) as trials from events",
    "CASE WHEN count of nothing": "select sum(case when country = 'nowhere' then 1 else 0 end) as n from events",
    "CASE WHEN distinct": "select count(distinct case when ok then country end) as n from events",
    "sum of decimals": "select sum(amount) as total from events",
    "sum of floats": "select sum(price) as total from events",
    "sum of nothing": "select sum(case when id < 0 then amount end) as total from events",
    "mean": "select avg(amount) as a, avg(price) as b from events",
    "variance": "select count(*) as n, avg(price) as mean, var_samp(price) as variance from events",
    "variance of one": "select case when count(*) > 1 then var_samp(price) end as variance from events where id = 7",
    "variance of one population": "select var_pop(price) as variance from events where id = 7",
    "variance by group": 'select "Mixed Case" as k, var_samp(price) as v from events group by 1 order by 1',
    "coalesce": "select coalesce(country, 'none') as c, count(*) as n from events group by 1 order by 1",
    "share": "select 1.0 * sum(case when ok then 1 else 0 end) / nullif(count(*), 0) as share from events where id < 100",
    "share of nothing": "select 1.0 * count(*) / nullif(sum(case when id < 0 then 1 else 0 end), 0) as share from events",
    "in": "select count(*) as n from events where country in ('Germany', 'france')",
    "not in": "select count(*) as n from events where country not in ('Germany', 'france')",
    "like": "select count(*) as n from events where country like 'Ger%'",
    "not like": "select count(*) as n from events where country not like '%an%'",
    "a quote and signs in a text": "select count(*) as n from events where country = 'O''Brien_1%'",
    "text compares by its case": "select count(*) as n from events where country = 'germany'",
    "is null": "select count(*) as n from events where country is null",
    "is not null and a boolean": "select count(*) as n from events where ok is not null and not ok",
    "NULL is not false": "select count(*) as n from events where not (country = 'Germany')",
    "quoted mixed case": 'select "Mixed Case" as "Period Name", count(*) as n from events group by "Mixed Case" order by 1',
    "a range of days": "select count(*) as n from events where day >= cast('2011-01-03' as date) "
    "and day < cast('2011-01-10' as date)",
    "a range of moments": "select count(*) as n from events where at >= cast('2011-01-03 00:00:00' as timestamp) "
    "and at < cast('2011-01-10 00:00:00' as timestamp)",
    "smallest and largest": "select min(day) as a, max(day) as b, min(at) as c, max(country) as d from events",
    "cells": "select id, big, day, at, amount, price, country from events where id in (1, 7) order by id",
    "booleans": "select id, ok from events where id in (1, 2, 5) order by id",
    "moments with a zone": "select id, zoned from events where id in (0, 5) order by id",
    "last of each group": 'select k, id from (select "Mixed Case" as k, id, row_number() over '
    '(partition by "Mixed Case" order by at desc) as place from events) as t where place = 1 order by k',
    "CTE and union": "with a as (select id from events where id < 3) select id from a union all select id + 10 from a order by 1",
    "having": "select country, count(*) as n from events group by country having count(*) > 20 order by 1 desc",
    "no rows": "select day, count(*) as n from events where id < 0 group by day",
}
# What an engine says otherwise, in its own words.
OTHERWISE = {
    "mysql": MYSQL,
}
# What an engine can't say at all, and why.
NOT_THERE = {("mysql", "moments with a zone"): "MySQL keeps no zone: a TIMESTAMP comes as UTC without one"}


@pytest.fixture(scope="session")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("events") / "events.parquet"
    path.parent.chmod(0o755)
    with duckdb.connect() as plain:
        plain.execute("set TimeZone = 'UTC'")
        plain.execute(f"copy ({EVENTS}) to '{path}' (format parquet)")
    return path


@pytest.fixture(scope="session")
def answers() -> dict[str, dict[str, object]]:
    """What every engine said, each asked once."""
    return {}


def text(name: str, dialect: str) -> str:
    own = OTHERWISE.get(dialect, {}).get(name)
    return own or sqlglot.transpile(CASES[name], read="duckdb", write=dialect, identify=False)[0]


def test_there_are_as_many_cases_as_promised() -> None:
    assert len(CASES) >= 25


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("on", ENGINES[1:])
def test_every_engine_gives_the_rows_of_duckdb(
    request: pytest.FixtureRequest, events: Path, answers: dict[str, dict[str, object]], on: str, name: str
) -> None:
    for which in ("duckdb_engine", on):
        if which not in answers:
            engine: TestEngine = request.getfixturevalue(which)
            engine.load("events", events)
            asked = {case: text(case, engine.dialect) for case in CASES if (engine.dialect, case) not in NOT_THERE}
            answers[which] = dict(engine.run_all(asked))
    if name not in answers[on]:
        assert any(case == name for _, case in NOT_THERE)
        return
    wanted, found = answers["duckdb_engine"][name], answers[on][name]
    assert isinstance(wanted, list), wanted
    assert isinstance(found, list), found
    zoned = on == "chdb_engine"  # which knows no moments without a zone: they come as UTC
    assert [[plain(cell, zoned) for cell in row] for row in found] == [
        [plain(cell, zoned) for cell in row] for row in wanted
    ]


def plain(cell: object, zoned: bool) -> object:
    """A cell as it is compared: floats to twelve digits, a date like the midnight that some engines make of it."""
    if isinstance(cell, str):
        cell = cell.removesuffix("+00") if zoned else cell
        return cell.removesuffix("T00:00:00")
    if isinstance(cell, float) and math.isfinite(cell):
        return float(f"{cell:.11e}")
    return cell
