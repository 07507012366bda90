"""Periods as numbers and back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.periods import Cadence, count_in, end, first_whole, index, last_complete, start

cadences = st.sampled_from(Cadence)
days = st.dates(min_value=date(1, 7, 1), max_value=date(9999, 6, 30))


@given(days, cadences)
def test_a_day_lies_in_its_period(day, cadence):
    number = index(day, cadence)
    assert start(number, cadence) <= day <= end(number, cadence)


@given(days, cadences)
def test_a_period_is_found_by_its_first_and_its_last_day(day, cadence):
    number = index(day, cadence)
    assert index(start(number, cadence), cadence) == index(end(number, cadence), cadence) == number


@given(days, cadences)
def test_periods_follow_one_another_without_a_gap(day, cadence):
    number = index(day, cadence)
    assert end(number, cadence) + timedelta(days=1) == start(number + 1, cadence)


@given(days, cadences)
def test_the_last_complete_period_has_ended_and_the_next_has_not(day, cadence):
    number = last_complete(day, cadence)
    assert end(number, cadence) <= day < end(number + 1, cadence)


@given(days, cadences)
def test_the_first_whole_period_begins_on_the_day_or_later(day, cadence):
    number = first_whole(day, cadence)
    assert start(number - 1, cadence) < day <= start(number, cadence)


@pytest.mark.parametrize(
    ("cadence", "first", "last"),
    [
        (Cadence.DAY, date(2024, 2, 29), date(2024, 2, 29)),
        (Cadence.WEEK, date(2024, 2, 26), date(2024, 3, 3)),
        (Cadence.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        (Cadence.QUARTER, date(2024, 1, 1), date(2024, 3, 31)),
    ],
)
def test_the_periods_of_a_leap_day(cadence, first, last):
    number = index(date(2024, 2, 29), cadence)
    assert (start(number, cadence), end(number, cadence)) == (first, last)


@given(days)
def test_weeks_start_on_monday(day):
    assert start(index(day, Cadence.WEEK), Cadence.WEEK).isoweekday() == 1


@pytest.mark.parametrize("cadence", Cadence)
def test_the_mean_length_is_that_of_four_hundred_years(cadence):
    count = index(date(2401, 1, 1), cadence) - index(date(2001, 1, 1), cadence)
    assert cadence.days == pytest.approx((date(2401, 1, 1) - date(2001, 1, 1)).days / count, rel=1e-12)


@pytest.mark.parametrize(
    ("count", "unit", "cadence", "expected"),
    [
        (8, "period", Cadence.QUARTER, 8),
        (3, "week", Cadence.WEEK, 3),
        (8, "week", Cadence.DAY, 56),
        (1, "month", Cadence.DAY, 30),
        (2, "month", Cadence.DAY, 61),
        (1, "quarter", Cadence.DAY, 91),
        (1, "month", Cadence.WEEK, 4),
        (1, "quarter", Cadence.WEEK, 13),
        (2, "quarter", Cadence.MONTH, 6),
        (14, "day", Cadence.WEEK, 2),
        (90, "day", Cadence.MONTH, 3),
        (12, "month", Cadence.QUARTER, 4),
        (1, "day", Cadence.QUARTER, 1),
    ],
)
def test_a_length_in_periods(count, unit, cadence, expected):
    assert count_in(count, unit, cadence) == expected


@given(st.integers(1, 400), st.sampled_from(["period", *Cadence]), cadences)
def test_a_longer_length_never_has_fewer_periods(count, unit, cadence):
    assert 1 <= count_in(count, str(unit), cadence) <= count_in(count + 1, str(unit), cadence)
