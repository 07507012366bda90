"""The same declared KPI gives the same observations on every engine, each aggregated where the data is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gaitway.engine import readings
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.lib.measures import MeasureShape, build
from tests.connectors.engines import ENGINES, TestEngine

pytestmark = [
    pytest.mark.xdist_group("engines"),
    pytest.mark.slow,  # real servers and a JVM
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),  # none of it is used
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Spark's sockets end with the process
]
TODAY = date(2027, 1, 1)
# A year and a half around the clock, with prices that are whole hundredths, so that sums don't depend on their order.
SALES = """
    select i as id, timestamp '2024-12-30 21:00:00' + to_seconds(i * {step} + (i * 7919) % 997) as "soldAt",
           'c' || (i * 31 % 5003) as customer, (i % 997)::double / 4 as price,
           case i % 5 when 0 then 'Germany' when 1 then 'O''Brien & Söhne' when 2 then 'France' when 3 then 'Spain' end
               as "Country",
           i % 3 = 0 as returned, case when i % 11 = 0 then null else 'web' end as channel
    from range({count}) r(i)
"""
MONTHS_18 = 47_000_000  # seconds


@dataclass(frozen=True)
class Case:
    measure: dict[str, Any]
    kind: Kind
    cadence: Cadence
    split_by: str = ""
    zone: str = "Europe/Berlin"
    more: dict[str, Any] = field(default_factory=dict)


UTC = {"time": "soldAt", "zone": "UTC"}
CASES = {
    "rows by day, through two changes of clocks": Case({"what": "count", **UTC}, Kind.COUNT, Cadence.DAY),
    "rows by week, as stored": Case({"what": "count", "time": "soldAt"}, Kind.COUNT, Cadence.WEEK),
    "customers by week from Sunday, by country": Case(
        {"what": "distinct", "of": "customer", **UTC}, Kind.COUNT, Cadence.WEEK_SUNDAY, "Country"
    ),
    "sales by fiscal quarter": Case({"what": "sum", "of": "price", **UTC}, Kind.LEVEL, Cadence.QUARTER_FEBRUARY),
    "price by month, by country": Case({"what": "mean", "of": "price", **UTC}, Kind.MEAN, Cadence.MONTH, "Country"),
    "returns by week": Case({"what": "proportion", "when": {"returned": True}, **UTC}, Kind.PROPORTION, Cadence.WEEK),
    "customers who returned something, of those on the web": Case(
        {"what": "proportion", "of": "customer", "when": {"returned": True}, "where": {"channel": "web"}, **UTC},
        Kind.PROPORTION, Cadence.MONTH,
    ),
    "sales a customer, in the south": Case(
        {"what": "ratio", "of": "price", "per": {"distinct": "customer"},
         "where": {"Country": {"in": ["Spain", "France"]}, "price": {">=": 1.5}}, **UTC},
        Kind.RATIO, Cadence.MONTH, zone="Asia/Kathmandu",
    ),
    "without a channel, not from Germany": Case(
        {"what": "count", "where": {"channel": {"is": "null"}, "Country": {"not like": "Ger%", "!=": "O'Brien & Söhne"}}, **UTC},
        Kind.COUNT, Cadence.WEEK_THURSDAY, zone="America/St_Johns",
    ),
    "what is new alone": Case(
        {"what": "count", **UTC}, Kind.COUNT, Cadence.WEEK, "Country",
        more={"since": date(2025, 10, 20), "until": date(2026, 1, 5)},
    ),
}  # fmt: skip


@pytest.fixture(scope="session")
def sales(engines_folder: Path) -> Path:
    return written(engines_folder / "sales.parquet", 20_000)


def written(path: Path, count: int) -> Path:
    with duckdb.connect() as plain:
        plain.execute(f"copy ({SALES.format(count=count, step=MONTHS_18 // count)}) to '{path}' (format parquet)")
    return path


def sql(case: Case, dialect: str, table: str) -> str:
    return build(
        MeasureShape.model_validate(case.measure), dialect, kind=case.kind, unit=case.cadence.unit.value,
        shift=case.cadence.shift, zone=case.zone, today=TODAY, source=table, split_by=case.split_by, **case.more,
    )  # fmt: skip


def observed(case: Case, rows: list[tuple[object, ...]]) -> dict[tuple[str, date], tuple[float, ...]]:
    """As they are recorded: by area and period."""
    names = {"count": ("events",), "mean": ("n", "mean", "variance"), "level": ("value",),
             "proportion": ("successes", "trials"), "ratio": ("numerator", "denominator")}[case.kind]  # fmt: skip
    columns = ("period", *(["area"] if case.split_by else []), *names)
    if not case.split_by:
        found = {"": readings.read(case.kind, case.cadence, columns, rows, today=TODAY)}
    else:
        found = readings.read_areas(case.kind, case.cadence, columns, rows, today=TODAY, split_by=case.split_by)
    return {(area, day): numbers for area, read in found.items() for day, numbers in read.items()}


def same(case: Case, ours: list[tuple[object, ...]], theirs: list[tuple[object, ...]]) -> None:
    here, there = observed(case, ours), observed(case, theirs)
    assert set(here) == set(there)
    assert len(here) > 5
    for key, numbers in here.items():
        assert there[key] == pytest.approx(numbers, rel=1e-12), key


@pytest.fixture(scope="session")
def wanted(duckdb_engine: TestEngine, sales: Path) -> dict[str, list[tuple[object, ...]]]:
    duckdb_engine.load("sales", sales)
    return {name: list(duckdb_engine.run(sql(case, "duckdb", "sales"))) for name, case in CASES.items()}


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "duckdb_engine"])
def test_small(engine: str, sales: Path, wanted: dict[str, Any], request: pytest.FixtureRequest) -> None:
    there: TestEngine = request.getfixturevalue(engine)
    there.load("sales", sales)
    for name, case in CASES.items():
        same(case, wanted[name], list(there.run(sql(case, there.dialect, "sales"))))


@pytest.mark.parametrize("engine", ["postgres_engine", "spark_engine"])
def test_five_million_events(
    engine: str, duckdb_engine: TestEngine, engines_folder: Path, request: pytest.FixtureRequest
) -> None:
    """Only the aggregates come over: a few hundred rows of five million."""
    path = engines_folder / "million.parquet"
    if not path.exists():
        written(path, 5_000_000)
    there: TestEngine = request.getfixturevalue(engine)
    there.load("million", path)
    duckdb_engine.load("million", path)
    for name in ("customers by week from Sunday, by country", "price by month, by country"):
        case = CASES[name]
        same(
            case,
            list(duckdb_engine.run(sql(case, "duckdb", "million"))),
            list(there.run(sql(case, there.dialect, "million"))),
        )
