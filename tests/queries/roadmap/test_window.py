from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.queries.roadmap.window import EARLIEST, LATEST, Window, Zoom, begin, later, months_later, nudged

TODAY = date(2026, 3, 2)
days = st.dates(date(1980, 1, 1), date(2150, 12, 31))
zooms = st.sampled_from(list(Zoom))


@pytest.mark.parametrize(
    ("zoom", "start", "first", "until"),
    [
        ("week", "", date(2026, 2, 2), date(2026, 5, 25)),
        ("month", "", date(2025, 12, 1), date(2026, 12, 1)),
        ("quarter", "", date(2025, 4, 1), date(2027, 4, 1)),
        ("year", "", date(2024, 1, 1), date(2029, 1, 1)),
        ("quarter", "2026-10", date(2026, 10, 1), date(2028, 10, 1)),
        ("quarter", "2026-11-30", date(2026, 10, 1), date(2028, 10, 1)),
        ("decade", "2026-13", date(2025, 4, 1), date(2027, 4, 1)),
        ("month", "²026-10", date(2025, 12, 1), date(2026, 12, 1)),
        ("month", "0001-01", EARLIEST, date(1971, 1, 1)),
    ],
)
def test_a_window_is_what_its_address_says(zoom: str, start: str, first: date, until: date) -> None:
    window = Window.of(zoom, start, TODAY)
    assert (window.first, window.until) == (first, until)


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_address_breaks_it(zoom: str, start: str) -> None:
    window = Window.of(zoom, start, TODAY)
    assert window.first < window.until
    assert begin(window.zoom, window.first) == window.first


@given(zooms, days)
def test_the_steps_fill_the_window_without_a_gap(zoom: Zoom, day: date) -> None:
    window = Window.of(zoom, day.isoformat(), TODAY)
    steps = list(window.steps())
    assert steps[0][0] == window.first <= day
    assert steps[-1][1] == window.until > day
    assert all(one[1] == two[0] for one, two in pairwise(steps))


@given(zooms, days, days, st.integers(1, 2000))
def test_what_is_drawn_lies_in_the_window_and_in_order(zoom: Zoom, day: date, starts: date, length: int) -> None:
    window = Window.of(zoom, day.isoformat(), TODAY)
    middle, until = starts + timedelta(days=length), starts + timedelta(days=2 * length)
    assert window.share(starts) < window.share(middle) < window.share(until)
    spans = [span for span in (window.span(starts, middle), window.span(middle, until)) if span]
    assert all(0 <= low < high <= 100 for low, high in spans)
    assert [low for low, _high in spans] == sorted(low for low, _high in spans)
    outside = until <= window.first or starts >= window.until
    assert (window.span(starts, until) is None) == outside


@given(zooms, days, st.integers(-40, 40))
def test_steps_there_and_back(zoom: Zoom, day: date, steps: int) -> None:
    first = begin(zoom, day)
    assert later(zoom, later(zoom, first, steps), -steps) == first
    assert nudged(zoom, day, 1) > day > nudged(zoom, day, -1)


def test_a_month_later_is_never_the_month_after() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert nudged(Zoom.QUARTER, date(2026, 11, 30), 1) == date(2027, 2, 28)


def test_paging_ends_where_time_does() -> None:
    assert Window.of("year", EARLIEST.isoformat(), TODAY).page(-1) == EARLIEST
    assert Window.of("year", LATEST.isoformat(), TODAY).page(1) == LATEST
    assert Window.of("month", "2026-10", TODAY).page(1) == date(2027, 1, 1)
