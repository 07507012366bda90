from __future__ import annotations

import math
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.web.charts.scale import Linear, dates, extent, nice, place, write_date, write_number

numbers = st.floats(-1e9, 1e9, allow_nan=False)


def test_a_scale_maps_its_ends_and_its_middle() -> None:
    scale = Linear(0, 10, 100, 0)

    assert [scale(0), scale(5), scale(10)] == [100, 50, 0]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 10, [0, 2.5, 5, 7.5, 10]),
        (0.22, 0.4, [0.2, 0.25, 0.3, 0.35, 0.4]),
        (1, 97, [0, 25, 50, 75, 100]),
        (-3, 3, [-4, -2, 0, 2, 4]),
        (1200, 4100, [1000, 2000, 3000, 4000, 5000]),
    ],
)
def test_ticks_are_round_and_hold_the_ends(low: float, high: float, ticks: list[float]) -> None:
    assert nice(low, high) == ticks


@given(numbers, numbers)
def test_ticks_always_hold_the_ends_evenly(one: float, other: float) -> None:
    low, high = extent([one, other])
    ticks = nice(low, high)

    hair = (high - low) * 1e-6
    assert ticks[0] <= low + hair
    assert ticks[-1] >= high - hair
    assert 2 <= len(ticks) <= 8
    steps = [after - before for before, after in pairwise(ticks)]
    assert all(math.isclose(step, steps[0], rel_tol=1e-4) for step in steps)


@pytest.mark.parametrize(
    ("values", "ends"),
    [([], (0, 1)), ([0], (0, 1)), ([50], (45, 55)), ([-2], (-2.2, -1.8)), ([1, 3], (1, 3))],
)
def test_an_extent_is_never_empty(values: list[float], ends: tuple[float, float]) -> None:
    assert extent(values) == pytest.approx(ends)


def test_padding_never_leads_below_zero_without_reason() -> None:
    assert extent([0.1, 10], pad=0.5)[0] == 0
    assert extent([-0.1, 10], pad=0.5)[0] < -0.1


def test_days_under_ten_weeks() -> None:
    assert dates(date(2026, 3, 2), date(2026, 3, 6)) == [(date(2026, 3, day), "day") for day in range(2, 7)]
    assert [day for day, _ in dates(date(2026, 3, 2), date(2026, 4, 6))] == [
        date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23), date(2026, 3, 30), date(2026, 4, 6)
    ]  # fmt: skip


def test_months_and_their_years() -> None:
    assert dates(date(2025, 10, 14), date(2026, 4, 2)) == [
        (date(2025, 11, 1), "month"),
        (date(2025, 12, 1), "month"),
        (date(2026, 1, 1), "year"),
        (date(2026, 2, 1), "month"),
        (date(2026, 3, 1), "month"),
        (date(2026, 4, 1), "month"),
    ]


def test_years_over_a_decade() -> None:
    ticks = dates(date(2012, 5, 1), date(2026, 5, 1))

    assert {form for _, form in ticks} == {"year"}
    assert 2 <= len(ticks) <= 8


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 12_000))
def test_date_ticks_stay_inside_and_few(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    ticks = dates(first, last)

    assert all(first <= day <= last for day, _ in ticks)
    assert len(ticks) <= 9


def test_places_are_short() -> None:
    assert [place(3.0), place(3.14159), place(-0.04), place(100)] == ["3", "3.1", "0", "100"]


def test_plain_words_for_callers_without_a_language() -> None:
    assert write_number(1234.5) == "1,234.5"
    assert [write_date(date(2026, 3, 9), form) for form in ("day", "month", "year")] == ["9 Mar", "Mar", "2026"]
