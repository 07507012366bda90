"""Simulated series whose future is known: how often it lies inside, and whether a season is found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gaitway.engine import forecasts
from gaitway.engine.forecasts.seasons import profile, remembered, rises, trailing
from gaitway.engine.series import Floats

pytestmark = pytest.mark.slow  # hundreds of simulated series

HORIZON, SERIES, COUNT = 12, 160, 200
Process = Callable[[int, np.random.Generator], Floats]


def walk(size: int, rng: np.random.Generator) -> Floats:
    return np.cumsum(rng.normal(size=size))


def reverting(factor: float) -> Process:
    def process(size: int, rng: np.random.Generator) -> Floats:
        values = rng.normal(size=size + 50)
        for at in range(1, len(values)):
            values[at] += factor * values[at - 1]
        return values[50:]

    return process


def weekly(size: int, rng: np.random.Generator) -> Floats:
    return 10 * np.array([0, 1, 2, 3, 2, 1, 5.0])[np.arange(size) % 7] + rng.normal(size=size)


def covered(process: Process, size: int, season: int | None = None, absent: float = 0.0) -> Floats:
    """The share of futures inside the 80 % and the 95 % interval."""
    rng = np.random.default_rng(11)
    found = []
    for seed in range(SERIES):
        values = process(size + HORIZON, rng)
        past, came = values[:size].copy(), values[size:]
        past[:-1][rng.random(size - 1) < absent] = np.nan
        fan = forecasts.fan(forecasts.paths(past, HORIZON, COUNT, seed, season=season), (0.8, 0.95))
        found.append(np.mean((came >= fan.low) & (came <= fan.high), axis=1))
    return np.mean(found, axis=0)


@pytest.mark.parametrize("process", [walk, reverting(0.5), reverting(0.8)], ids=["walk", "ar 0.5", "ar 0.8"])
def test_a_long_history_covers_as_often_as_it_says(process: Process) -> None:
    eighty, ninetyfive = covered(process, 300)
    assert 0.74 <= eighty <= 0.86
    assert 0.91 <= ninetyfive <= 0.98


@pytest.mark.parametrize("size", [12, 26, 60])
@pytest.mark.parametrize("process", [walk, reverting(0.5)], ids=["walk", "ar 0.5"])
def test_a_short_history_covers_nearly_as_often_as_it_says(process: Process, size: int) -> None:
    """A walk is covered too seldom (75 and 90 % of many thousands), a series that reverts too often (87 and 98 %);
    two standard errors of so few series are 5 points."""
    eighty, ninetyfive = covered(process, size)
    assert 0.68 <= eighty <= 0.93
    assert 0.84 <= ninetyfive <= 0.99


def test_a_fifth_of_the_periods_may_be_absent() -> None:
    eighty, ninetyfive = covered(reverting(0.5), 120, absent=0.2)
    assert 0.72 <= eighty <= 0.88
    assert 0.89 <= ninetyfive <= 0.98


@pytest.mark.parametrize("size", [21, 60, 300])
def test_a_weekly_season_is_found_and_narrows_the_fan(size: int) -> None:
    eighty, _ = covered(weekly, size, season=7)
    assert 0.72 <= eighty <= 0.96
    values = weekly(size + 14, np.random.default_rng(2))
    blind, told = (
        forecasts.fan(forecasts.paths(values[:size], 14, 400, 1, season=season), (0.8,)) for season in (None, 7)
    )
    pattern = 10 * np.array([0, 1, 2, 3, 2, 1, 5.0])[np.arange(size, size + 14) % 7]
    assert np.abs(told.median - pattern).mean() < 3
    assert np.mean(told.high - told.low) < 0.6 * np.mean(blind.high - blind.low)


def test_noise_gets_next_to_no_season() -> None:
    rng = np.random.default_rng(7)
    kept = [np.abs(profile(rng.normal(size=84), 7, 7)[1]).max() for _ in range(40)]
    assert np.mean(kept) < 0.15


def test_what_earlier_seasons_say() -> None:
    values = np.array([0.0, 1, 2, 10, 11, 12, 20, 21, 22])
    np.testing.assert_allclose(trailing(values, 2)[:3], [0, 0.5, 1.5])
    np.testing.assert_allclose(remembered(values, 3, 2), [0, 1, 2, 5, 6, 7, 15, 16, 17])
    np.testing.assert_allclose(remembered(values, 3, 2, fade=0.5)[-1], (22 + 0.5 * 12) / 1.5)
    # After the origin 22 come the phases of 20, 21, 22, and again; a season before the origin it was 12.
    np.testing.assert_allclose(rises(values, values, 3, 5)[:, -1], [8, 9, 10, 8, 9])
    assert rises(values, values, 3, 5).shape == (5, 6)
    past, ahead = profile(values, 4, 2)
    assert (past.shape, ahead.shape) == ((9,), (2,))
