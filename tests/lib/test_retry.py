from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib import retry

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(st.integers(1, 10_000), st.timedeltas(timedelta(0), timedelta(days=1)))
def test_a_pause_is_never_shorter_than_was_asked_nor_longer_than_its_ceiling(attempt: int, wait: timedelta) -> None:
    assert wait <= retry.pause(attempt, wait) <= wait + retry.SLOWEST


def test_the_ceilings_grow_and_all_attempts_take_days() -> None:
    ceilings = [retry.ceiling(attempt) for attempt in range(1, retry.ATTEMPTS)]
    assert ceilings == sorted(ceilings)
    assert ceilings[:3] == [timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=45)]
    assert timedelta(days=1) < sum(ceilings, timedelta(0)) < timedelta(days=4)


@pytest.mark.parametrize(
    ("header", "theirs", "seconds"),
    [
        ("120", "", 120), ("0", "", 0), (" 7 ", "", 7), ("999999999999", "", 86_400), ("-5", "", 0), ("soon", "", 0),
        ("", "", 0), ("Mon, 02 Mar 2026 09:02:00 GMT", "", 120), ("Mon, 02 Mar 2026 08:00:00 GMT", "", 0),
        ("Mon, 02 Mar 2026 10:02:00 GMT", "Mon, 02 Mar 2026 10:00:00 GMT", 120),  # their clock is an hour ahead
        ("Mon, 02 Mar 2126 09:02:00 GMT", "", 86_400), ("٣", "", 0),
    ],
)  # fmt: skip
def test_what_retry_after_asks_for(header: str, theirs: str, seconds: int) -> None:
    assert retry.asked(header, AT, theirs) == timedelta(seconds=seconds)


@given(st.text(), st.text())
def test_any_header_asks_for_a_day_at_most(header: str, theirs: str) -> None:
    assert timedelta(0) <= retry.asked(header, AT, theirs) <= retry.LONGEST
