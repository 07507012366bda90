"""Periods as numbers and back."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.periods import (
    Cadence,
    bounds,
    count_in,
    end,
    first_whole,
    floor,
    index,
    is_first,
    last_complete,
    midnight,
    start,
)

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


ZONES = sorted(available_timezones())


@pytest.mark.slow
def test_days_of_every_zone_follow_one_another_for_ten_years():
    """No gap and no overlap, through every change of clocks; a day that a zone skipped is empty."""
    days_ = [date(2010, 1, 1) + timedelta(days=n) for n in range(3653)]
    for name in ZONES:
        zone = ZoneInfo(name)
        begins = [midnight(day, zone) for day in days_]
        assert begins == sorted(begins), name
        for day, at in zip(days_, begins, strict=True):
            local = at.astimezone(zone).date()
            assert local == day or (local > day and midnight(local, zone) == at), (name, day)


@given(st.dates(min_value=date(1951, 1, 1), max_value=date(2036, 12, 31)), cadences, st.sampled_from(ZONES))
def test_a_period_ends_in_the_moment_in_which_the_next_begins(day, cadence, name):
    number, zone = index(day, cadence), ZoneInfo(name)
    begins, ends = bounds(number, cadence, zone)
    assert begins.tzinfo is ends.tzinfo is UTC
    assert bounds(number + 1, cadence, zone)[0] == ends > begins or (name, cadence) == ("Pacific/Apia", "day")
    assert bounds(number - 1, cadence, zone)[1] == begins


@pytest.mark.parametrize(("cadence", "day", "begins"), [
    (Cadence.of("week", "sunday"), date(2026, 3, 3), date(2026, 3, 1)),
    (Cadence.of("week", "saturday"), date(2026, 3, 6), date(2026, 2, 28)),
    (Cadence.of("week"), date(2026, 3, 1), date(2026, 2, 23)),
    (Cadence.of("quarter", fiscal_start="february"), date(2026, 1, 31), date(2025, 11, 1)),
    (Cadence.of("quarter", fiscal_start="july"), date(2026, 3, 31), date(2026, 1, 1)),
    (Cadence.of("quarter", fiscal_start="june"), date(2026, 3, 1), date(2026, 3, 1)),
    (Cadence.of("day", "sunday", "march"), date(2026, 3, 1), date(2026, 3, 1)),
])  # fmt: skip
def test_a_calendar_says_where_weeks_and_quarters_begin(cadence, day, begins):
    assert floor(day, cadence) == begins


@given(st.dates(date(2, 1, 1)), st.sampled_from(list(Cadence)))
def test_the_first_day_is_that_on_which_a_period_begins(day: date, cadence: Cadence) -> None:
    assert is_first(day, cadence) == (floor(day, cadence) == day)
