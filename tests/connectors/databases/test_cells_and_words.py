"""Values of every driver become the same cells; honest SQL passes the wall of words."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.connectors.databases import cells
from gaitway.connectors.databases.wall import Refusal, check


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        (True, True),
        (9007199254740993, 9007199254740993),
        (Decimal("1.50"), 1.5),
        (0.1, 0.1),
        ("ß", "ß"),
        (date(2011, 1, 3), "2011-01-03"),
        (datetime.fromisoformat("2011-01-03T08:30:00"), "2011-01-03T08:30:00"),
        (datetime.fromisoformat("2011-01-03T08:30:00.500000"), "2011-01-03T08:30:00.5"),
        (datetime(2011, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2))), "2011-07-01T10:00:00+00"),
        (time(8, 30), "08:30:00"),
        (b"caf\xc3\xa9", "café"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_a_value_is_one_cell(value: object, cell: object) -> None:
    assert cells.cell(value) == cell
    assert type(cells.cell(value)) is type(cell)


@given(st.datetimes(timezones=st.just(UTC)) | st.datetimes())
def test_a_moment_is_read_back_as_it_was(moment: datetime) -> None:
    assert datetime.fromisoformat(str(cells.cell(moment))) == moment


@given(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.decimals(), st.dates(), st.binary())
)
def test_every_cell_goes_through_json(value: object) -> None:
    assert isinstance(json.dumps(cells.row([value])), str)


HONEST = [
    "select count(*) from sales",
    "  -- the first line\n /* and more */ select count(*) from sales;  ",
    "(select 1) union all (select 2)",
    "with a as (select 1 as x) select x from a",
    "select case when deleted then 'delete from t' else 'update; drop' end as word from sales -- ; delete",
    "select max(update_at) as sleep from sales where into_shop = 'x' group by file",
    "select date_trunc('week', day) as period, count(distinct id) as n from sales where day >= date '2011-01-03' group by 1",
]


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "clickhouse", "spark", "trino", "snowflake", "bigquery"])
@pytest.mark.parametrize("sql", HONEST)
def test_honest_sql_passes(dialect: str, sql: str) -> None:
    check(sql, dialect, strict=True)


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "clickhouse", "spark", "trino", "snowflake", "bigquery"])
@pytest.mark.parametrize(
    "sql",
    [
        "",
        ";",
        "-- nothing",
        "delete from t",
        "select 1; select 2",
        "create table t as select 1",
        "call p()",
        "set a = 1",
        "begin",
    ],
)
def test_what_is_no_question_is_refused(dialect: str, sql: str) -> None:
    with pytest.raises(Refusal):
        check(sql, dialect)


@given(st.text())
def test_any_text_is_refused_or_passes(text: str) -> None:
    """And nothing else comes of it: another error would be taken for the driver's."""
    with suppress(Refusal):
        check(text, "postgres")
