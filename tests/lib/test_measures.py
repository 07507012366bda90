"""One declared KPI as SQL, run on DuckDB and worked out again in Python."""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.lib.measures import DIALECTS, MeasureShape, build

pytestmark = pytest.mark.slow  # asks DuckDB some thousand times

TODAY = date(2026, 6, 1)
CREATE = 'create table sales ("at" timestamp, who varchar, amount double, country varchar, paid boolean)'
ROWS = [
    (datetime.fromisoformat("2025-10-25 22:30") + timedelta(hours=7 * i, minutes=13 * i), f"c{i % 11}",
     float(i % 17) + 0.5, ("Germany", "France", None)[i % 3], i % 4 != 0)
    for i in range(400)
]  # fmt: skip


def run(
    measure: dict[str, object], kind: str = "count", cadence: Cadence = Cadence.WEEK, **more: object
) -> list[tuple]:
    shape = MeasureShape.model_validate({"time": "at", **measure})
    options = {"zone": "UTC", "today": TODAY, "source": "sales", **more}
    sql = build(shape, "duckdb", kind=kind, unit=cadence.unit.value, shift=cadence.shift, **options)
    with duckdb.connect() as connection:
        connection.execute(CREATE)
        connection.executemany("insert into sales values (?, ?, ?, ?, ?)", ROWS)
        return sorted(connection.execute(sql).fetchall(), key=lambda row: (row[0], str(row[1:])))


def grouped(cadence: Cadence, zone: str = "UTC", stored: str = "UTC") -> dict[date, list[tuple]]:
    found: dict[date, list[tuple]] = defaultdict(list)
    for row in ROWS:
        local = row[0].replace(tzinfo=ZoneInfo(stored)).astimezone(UTC).astimezone(ZoneInfo(zone))
        found[periods.floor(local.date(), cadence)].append(row)
    return found


@pytest.mark.parametrize("cadence", Cadence)
def test_periods_are_cut_as_the_engine_cuts_them(cadence: Cadence) -> None:
    wanted = [(day, len(rows)) for day, rows in sorted(grouped(cadence).items())]
    assert run({"what": "count"}, cadence=cadence) == wanted


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Auckland"])
@pytest.mark.parametrize("cadence", [Cadence.DAY, Cadence.WEEK_SUNDAY])
def test_days_begin_in_the_zone_of_the_strategy_through_clock_changes(zone: str, cadence: Cadence) -> None:
    wanted = [(day, len(rows)) for day, rows in sorted(grouped(cadence, zone).items())]
    assert run({"what": "count", "zone": "UTC"}, cadence=cadence, zone=zone) == wanted
    stored = [(day, len(rows)) for day, rows in sorted(grouped(cadence, "UTC", zone).items())]
    assert run({"what": "count", "zone": zone}, cadence=cadence, zone="UTC") == stored


def each(value: object, kind: str = "count") -> list[tuple]:
    return [(day, *value(rows)) for day, rows in sorted(grouped(Cadence.WEEK).items())]  # type: ignore[operator]


def test_each_measure_counts_what_it_says() -> None:
    amounts = "amount"
    assert run({"what": "distinct", "of": "who"}) == each(lambda rows: (len({r[1] for r in rows}),))
    assert run({"what": "sum", "of": amounts}) == each(lambda rows: (sum(r[2] for r in rows),))
    assert dict(run({"what": "mean", "of": amounts}, "level")) == pytest.approx(
        dict(each(lambda rows: (statistics.fmean(r[2] for r in rows),)))
    )
    spread = run({"what": "mean", "of": amounts}, "mean")
    wanted = each(
        lambda rows: (len(rows), statistics.fmean(r[2] for r in rows), statistics.variance(r[2] for r in rows))
    )
    assert [row[:2] for row in spread] == [row[:2] for row in wanted]
    assert [row[2:] for row in spread] == [pytest.approx(row[2:]) for row in wanted]
    assert run({"what": "proportion", "when": {"paid": True}}, "proportion") == each(
        lambda rows: (sum(r[4] for r in rows), len(rows))
    )
    assert run({"what": "proportion", "of": "who", "when": {"paid": True}}, "proportion") == each(
        lambda rows: (len({r[1] for r in rows if r[4]}), len({r[1] for r in rows}))
    )
    assert run({"what": "ratio", "of": amounts, "per": {"distinct": "who"}}, "ratio") == each(
        lambda rows: (sum(r[2] for r in rows), len({r[1] for r in rows}))
    )
    assert run({"what": "ratio", "of": {"count": "rows"}, "per": {"sum": amounts}}, "ratio") == each(
        lambda rows: (len(rows), sum(r[2] for r in rows))
    )


def test_a_single_value_has_no_variance() -> None:
    rows = run({"what": "mean", "of": "amount", "where": {"at": {"<": "2025-10-25 23:00:00"}}}, "mean")
    assert [row[1:] for row in rows] == [(1, 0.5, 0.0)]


CONDITIONS = [
    ({"country": "Germany"}, lambda r: r[3] == "Germany"),
    ({"country": ["Germany", "France"]}, lambda r: r[3] is not None),
    ({"country": {"!=": "Germany"}}, lambda r: r[3] == "France"),
    ({"country": {"not in": ["Germany"]}}, lambda r: r[3] == "France"),
    ({"country": {"is": "null"}}, lambda r: r[3] is None),
    ({"country": {"is": "not null"}, "paid": False}, lambda r: r[3] is not None and not r[4]),
    ({"amount": {">=": 5, "<": 7.5}}, lambda r: 5 <= r[2] < 7.5),
    ({"who": {"like": "c1%"}}, lambda r: r[1].startswith("c1")),
    ({"who": {"not like": "c1%"}}, lambda r: not r[1].startswith("c1")),
]


@pytest.mark.parametrize(("where", "holds"), CONDITIONS, ids=[str(where)[:40] for where, _ in CONDITIONS])
def test_conditions_leave_out_what_they_say(where: dict[str, object], holds: object) -> None:
    wanted = each(lambda rows: (sum(1 for r in rows if holds(r)),))  # type: ignore[operator]
    assert run({"what": "count", "where": where}) == [row for row in wanted if row[1]]


def test_split_by_area_gives_each_area_and_the_whole() -> None:
    rows = run({"what": "distinct", "of": "who"}, split_by="country")
    by_area = {area: {r[0]: r[2] for r in rows if r[1] == area} for area in ("Germany", "France", None)}
    for area in ("Germany", "France"):
        assert by_area[area] == {
            day: len({r[1] for r in found if r[3] == area})
            for day, found in grouped(Cadence.WEEK).items() if any(r[3] == area for r in found)
        }  # fmt: skip
    assert by_area[None] == {day: len({r[1] for r in found}) for day, found in grouped(Cadence.WEEK).items()}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_only_the_periods_asked_for_are_read(zone: str) -> None:
    since, until = date(2025, 11, 3), date(2026, 1, 5)
    whole = run({"what": "count", "zone": "UTC"}, zone=zone)
    part = run({"what": "count", "zone": "UTC"}, zone=zone, since=since, until=until)
    assert part == [row for row in whole if since <= row[0] < until]
    assert len(part) == 9


@settings(deadline=None, max_examples=60)
@given(st.text(min_size=1, max_size=30).filter(lambda t: "\x00" not in t and t.isprintable()))
def test_names_and_texts_stay_names_and_texts(text: str) -> None:
    """Whatever is written as a column or a value is never anything else."""
    shape = MeasureShape.model_validate({"what": "count", "time": "at", "where": {text: text}})
    sql = build(shape, "duckdb", kind="count", unit="day", shift=0, zone="UTC", today=TODAY, source="sales")
    with duckdb.connect() as connection:
        column = '"' + text.replace('"', '""') + '"'
        if text.lower() == "at":
            return
        connection.execute(f'create table sales ("at" timestamp, {column} varchar)')
        connection.execute(
            "insert into sales values (timestamp '2026-01-01', ?), (timestamp '2026-01-01', 'x!')", [text]
        )
        assert connection.execute(sql).fetchall() == [(date(2026, 1, 1), 1)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_says_it_in_one_select(dialect: str) -> None:
    import sqlglot

    shape = MeasureShape.model_validate(
        {"what": "mean", "of": "amount", "time": "at", "zone": "UTC", "where": {"a": "it's"}}
    )
    for cadence in Cadence:
        sql = build(
            shape, dialect, kind="mean", unit=cadence.unit.value, shift=cadence.shift, zone="Europe/Berlin", today=TODAY,
            source="sales", split_by="country", since=date(2025, 1, 1),
        )  # fmt: skip
        (tree,) = sqlglot.parse(sql, dialect=dialect)
        assert isinstance(tree, sqlglot.exp.Query)


WRONG = {
    "no column": ({"what": "sum"}, "sum needs a column: of: COLUMN"),
    "count of a column": ({"what": "count", "of": "a"}, "what: distinct"),
    "proportion of nothing": ({"what": "proportion"}, "needs 'when'"),
    "half a ratio": ({"what": "ratio", "of": "a"}, "needs 'of' (above the line) and 'per' (below)"),
    "two sums": ({"what": "ratio", "of": {"sum": "a", "distinct": "b"}, "per": "c"}, "give one of"),
    "when without a proportion": ({"what": "count", "when": {"a": 1}}, "write it under 'where'"),
    "an unknown operator": ({"what": "count", "where": {"a": {"~": "x"}}}, "'~' is no operator; there are ="),
    "a list for one value": ({"what": "count", "where": {"a": {"<": [1]}}}, "'<' takes one value, not [1]"),
    "not a number": ({"what": "count", "where": {"a": float("nan")}}, "a condition is a value"),
    "no zone": ({"what": "count", "zone": "Mars/Base"}, "'Mars/Base' is not a time zone like"),
    "an unknown word": ({"what": "count", "wher": {}}, "Extra inputs"),
}  # fmt: skip


@pytest.mark.parametrize(("given_", "says"), WRONG.values(), ids=WRONG)
def test_what_can_not_be_is_refused_with_the_fix(given_: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MeasureShape.model_validate({"time": "at", **given_})
    assert says in str(refused.value)
