"""Paths: what holds for any series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.engine import forecasts
from gaitway.engine.series import Floats

few = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32 - 1)
seasons = st.sampled_from([None, 4, 7, 52])


@st.composite
def series(draw: st.DrawFn, low: float = -1e3, high: float = 1e3, shortest: int = 8, longest: int = 150) -> Floats:
    """Mostly known: a random series of any roughness, with absent periods."""
    rng = np.random.default_rng(draw(seeds))
    size = draw(st.integers(shortest, longest))
    rough = draw(st.sampled_from([0.0, 0.3, 1.0, 3.0]))
    walked = np.cumsum(rng.normal(size=size)) + rough * rng.normal(size=size)
    span = float(np.ptp(walked)) or 1.0
    values = low + (high - low) * draw(st.floats(0.01, 1.0)) * (walked - walked.min()) / span
    values[rng.random(size) < draw(st.sampled_from([0.0, 0.1, 0.4]))] = np.nan
    known = rng.choice(size, forecasts.NEEDED, replace=False)
    values[known] = np.where(np.isnan(values[known]), (low + high) / 2, values[known])
    return values


@few
@given(series(), st.integers(1, 40), st.integers(1, 60), seeds, seasons)
def test_every_path_is_a_number_at_every_step_and_the_seed_decides(
    values: Floats, horizon: int, count: int, seed: int, season: int | None
) -> None:
    before = values.copy()
    paths = forecasts.paths(values, horizon, count, seed, season=season)
    assert paths.shape == (count, horizon)
    assert np.isfinite(paths).all()
    np.testing.assert_array_equal(values, before)
    np.testing.assert_array_equal(paths, forecasts.paths(values, horizon, count, seed, season=season))


@few
@given(series(), st.sampled_from([2.0**-20, 0.5, 1024.0, -4.0]), seeds, seasons)
def test_another_unit_gives_the_same_paths_in_that_unit(
    values: Floats, unit: float, seed: int, season: int | None
) -> None:
    paths = forecasts.paths(values, 9, 31, seed, season=season)
    again = forecasts.paths(unit * values, 9, 31, seed, season=season)
    if unit > 0:
        np.testing.assert_allclose(again, unit * paths, rtol=1e-9, atol=1e-9 * unit)
    else:  # a cloud has no side: each path stands beside its mirror image
        np.testing.assert_allclose(np.median(again, 0), unit * np.median(paths, 0), rtol=1e-6, atol=1e-6)


@few
@given(series(low=0.0, high=1.0), seeds, seasons)
def test_a_proportion_stays_between_zero_and_one(values: Floats, seed: int, season: int | None) -> None:
    paths = forecasts.paths(values, 30, 40, seed, season=season, low=0.0, high=1.0)
    assert paths.min() >= 0
    assert paths.max() <= 1


@few
@given(series(low=0.0, high=1e5), seeds, seasons)
def test_a_count_never_falls_below_zero(values: Floats, seed: int, season: int | None) -> None:
    paths = forecasts.paths(values, 30, 40, seed, season=season, low=0.0)
    assert paths.min() >= 0
    assert np.isfinite(paths).all()


@few
@given(series(), st.integers(1, 6), seeds, seasons)
def test_periods_absent_at_the_ends_only_move_the_origin(
    values: Floats, gap: int, seed: int, season: int | None
) -> None:
    values = np.append(values, 1.0)
    absent = np.full(gap, np.nan)
    late = forecasts.paths(np.concatenate([values, absent]), 8, 20, seed, season=season)
    np.testing.assert_array_equal(late, forecasts.paths(values, 8 + gap, 20, seed, season=season)[:, gap:])
    early = forecasts.paths(np.concatenate([absent, values]), 8, 20, seed, season=season)
    np.testing.assert_allclose(early, forecasts.paths(values, 8, 20, seed, season=season))


@pytest.mark.parametrize(("low", "high"), [(None, None), (0.0, None), (0.0, 1.0)])
def test_a_constant_series_stays_what_it_is(low: float | None, high: float | None) -> None:
    values = np.full(30, 0.3)
    values[4:9] = np.nan
    fan = forecasts.fan(forecasts.paths(values, 12, 50, 1, season=7, low=low, high=high))
    assert np.all(fan.median == 0.3)
    assert np.all(fan.low == 0.3)
    assert np.all(fan.high == 0.3)


def test_a_series_that_stopped_moving_is_still_forecast() -> None:
    values = np.concatenate([np.random.default_rng(1).normal(size=60), np.full(90, 2.0)])
    paths = forecasts.paths(values, 12, 100, 1)
    assert np.isfinite(paths).all()
    assert abs(np.median(paths) - 2.0) < 0.2


def test_another_seed_gives_other_paths_around_the_same_middle() -> None:
    values = np.cumsum(np.random.default_rng(3).normal(size=200))
    first, second = (forecasts.paths(values, 10, 2000, seed) for seed in (1, 2))
    assert not np.array_equal(first, second)
    spread = first.std(axis=0)
    assert np.all(np.abs(np.median(first, 0) - np.median(second, 0)) < 0.15 * spread)


def test_paths_stand_in_no_order() -> None:
    values = np.cumsum(np.random.default_rng(4).normal(size=150))
    paths = forecasts.paths(values, 10, 4000, 5)[:, -1]
    halves = np.quantile(paths[:2000], [0.1, 0.5, 0.9]) - np.quantile(paths[2000:], [0.1, 0.5, 0.9])
    assert np.all(np.abs(halves) < 0.15 * paths.std())


def test_below_eight_known_periods_there_is_no_forecast() -> None:
    values = np.array([1.0, 2, np.nan, 4, 5, 6, 7, np.nan, 9, np.inf])
    with pytest.raises(forecasts.TooShort, match="7 periods are known, a forecast needs 8: wait for 1 more") as short:
        forecasts.paths(values, 4, 10, 1)
    assert (short.value.known, short.value.needed) == (7, forecasts.NEEDED)
    assert forecasts.paths(np.append(values, 10.0), 4, 10, 1).shape == (10, 4)


def test_below_twenty_known_periods_it_is_provisional() -> None:
    values = np.append(np.arange(19.0), np.nan)
    assert forecasts.is_provisional(values)
    assert not forecasts.is_provisional(np.append(values, 1.0))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"values": np.zeros((3, 9))}, r"one series, got an array of shape \(3, 9\)"),
        ({"horizon": 0}, "horizon and count must be at least 1, got 0 and 10"),
        ({"count": 0}, "horizon and count must be at least 1, got 4 and 0"),
        ({"season": 1}, "a season has at least 2 periods, got 1; give None"),
        ({"low": 1.0, "high": 1.0}, "low must be below high, got 1.0 and 1.0"),
    ],
)
def test_wrong_arguments_are_named(wrong: dict[str, object], words: str) -> None:
    asked = {"values": np.arange(9.0), "horizon": 4, "count": 10, "seed": 1, **wrong}
    with pytest.raises(ValueError, match=words):
        forecasts.paths(**asked)  # type: ignore[arg-type]
