"""When a check-in is due, and how an outlook stands beside evidence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gaitway.engine.checkins import Agreement, Due, Every, compare, due

MONDAY = date(2026, 1, 5)
DAYS = some.dates(date(2020, 1, 1), date(2030, 12, 31))
ASKED = some.sampled_from([Every.WEEK, Every.FORTNIGHT, Every.MONTH])


def after(weeks: int, days: int = 0) -> date:
    return MONDAY + timedelta(weeks=weeks, days=days)


def test_the_first_is_due_one_turn_after_the_stage_began() -> None:
    assert due(Every.WEEK, MONDAY, None, MONDAY) == Due(after(1), 0)
    assert due(Every.FORTNIGHT, MONDAY, None, MONDAY) == Due(after(2), 0)
    assert due(Every.MONTH, MONDAY, None, MONDAY) == Due(date(2026, 2, 5), 0)
    assert due(Every.NEVER, MONDAY, None, MONDAY) is None


def test_who_is_a_little_early_or_late_keeps_the_weekday() -> None:
    friday, thursday, wednesday = after(0, 4), after(0, 3), after(1, 2)
    assert due(Every.WEEK, MONDAY, friday, friday) == Due(after(2), 0)  # counts for Monday
    assert due(Every.WEEK, MONDAY, thursday, thursday) == Due(after(1), 0)  # too early
    assert due(Every.WEEK, MONDAY, wednesday, wednesday) == Due(after(2), 0)  # late


def test_what_was_said_in_the_stage_before_does_not_count() -> None:
    assert due(Every.WEEK, MONDAY, after(0, -1), MONDAY) == Due(after(1), 0)


def test_the_days_that_were_missed_are_counted() -> None:
    assert due(Every.WEEK, MONDAY, None, after(1, -1)) == Due(after(1), 0)
    on_the_day = due(Every.WEEK, MONDAY, None, after(1))
    assert on_the_day == Due(after(1), 1)
    assert not on_the_day.overdue(after(1))
    late = due(Every.WEEK, MONDAY, None, after(3, 1))
    assert late == Due(after(1), 3)
    assert late.overdue(after(3, 1))


def test_a_month_that_is_too_short_ends_earlier() -> None:
    last = date(2026, 1, 31)
    assert due(Every.MONTH, last, None, last) == Due(date(2026, 2, 28), 0)
    assert due(Every.MONTH, last, date(2026, 2, 28), last) == Due(date(2026, 3, 31), 0)


@given(ASKED, DAYS, some.integers(0, 4000), some.integers(0, 400))
def test_a_check_in_always_moves_the_next_one_ahead(every: Every, since: date, said: int, later: int) -> None:
    last = since + timedelta(days=said)
    here = due(every, since, last, last)
    assert here is not None
    assert here.on > last  # nobody is asked on the day on which they spoke
    assert here.missed == 0
    assert (here.on - last).days <= 1.5 * {Every.WEEK: 7, Every.FORTNIGHT: 14, Every.MONTH: 31}[every]
    again = due(every, since, last + timedelta(days=later), last)
    assert again is not None
    assert again.on >= here.on
    if every is not Every.MONTH:
        assert (here.on - since).days % {Every.WEEK: 7, Every.FORTNIGHT: 14}[every] == 0


@pytest.mark.parametrize(
    ("evidence", "outlook", "found"),
    [
        ("on track", "on track", Agreement.AGREES),
        ("at risk", "on track", Agreement.BETTER),
        ("off track", "at risk", Agreement.BETTER),
        ("on track", "off track", Agreement.WORSE),
        ("no data", "on track", Agreement.UNKNOWN),
        ("on track", "", Agreement.UNKNOWN),
        ("paused", "on track", Agreement.UNKNOWN),
    ],
)
def test_an_outlook_beside_the_evidence(evidence: str, outlook: str, found: Agreement) -> None:
    assert compare(evidence, outlook) is found
