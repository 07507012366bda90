"""Dates as spreadsheets write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib.dates import DAY_FIRST, MONTH_FIRST, NotADate, order_of, read


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)), ("2026-3-1", date(2026, 3, 1)), ("2026-03-31 00:00:00", date(2026, 3, 31)),
        ("2026-03-31T10:00:00+00:00", date(2026, 3, 31)), ("31.03.2026", date(2026, 3, 31)), ("31/3/2026", date(2026, 3, 31)),
        ("31 Mar 2026", date(2026, 3, 31)), ("31. March 2026", date(2026, 3, 31)), ("March 31, 2026", date(2026, 3, 31)),
        ("Mar 2026", date(2026, 3, 1)), ("2026-03", date(2026, 3, 1)), ("2026-W10", date(2026, 3, 2)),
        ("2026-Q2", date(2026, 4, 1)), ("Q4 2026", date(2026, 10, 1)),
    ],
)  # fmt: skip
def test_how_dates_are_written(text: str, day: date) -> None:
    assert read(text) == day


def test_day_and_month_come_in_two_orders() -> None:
    assert read("3/4/2026", DAY_FIRST) == date(2026, 4, 3)
    assert read("3/4/2026", MONTH_FIRST) == date(2026, 3, 4)
    assert read("3.4.2026", MONTH_FIRST) == date(2026, 4, 3)  # nobody writes points and begins with the month
    assert order_of(["3/4/2026", "31/3/2026"]) == DAY_FIRST
    assert order_of(["3/4/2026", "3/31/2026"]) == MONTH_FIRST
    assert order_of(["3/4/2026", "Mar 2026"]) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it isn't a date like 2026-03-31"), ("soon", "it isn't a date like 2026-03-31"),
        ("31 Foo 2026", "it names no month"), ("2026-02-30", "there is no such day"), ("2026-W60", "there is no such day"),
        ("2026-03-31 25:99", "there is no such day"), ("0000-01-01", "there is no such day"),
        ("46112", "it isn't a date like 2026-03-31"), ("x" * 1_000_000, "it is too long for a date"),
    ],
)  # fmt: skip
def test_what_is_no_date_says_why(text: str, why: str) -> None:
    with pytest.raises(NotADate) as error:
        read(text)
    assert str(error.value) == why


@given(st.dates(), st.sampled_from([DAY_FIRST, MONTH_FIRST]))
def test_every_day_comes_back(day: date, order: str) -> None:
    assert read(day.isoformat(), order) == day
    parts = (day.day, day.month) if order == DAY_FIRST else (day.month, day.day)
    assert read(f"{parts[0]}/{parts[1]}/{day.year:04}", order) == day


@given(st.text(max_size=50))
def test_any_text_is_a_date_or_none(text: str) -> None:
    with suppress(NotADate):
        assert isinstance(read(text), date)
