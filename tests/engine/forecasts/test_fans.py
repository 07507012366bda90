"""What a cloud of paths says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gaitway.engine import forecasts
from gaitway.engine.series import Floats

clouds = arrays.arrays(float, st.tuples(st.integers(1, 30), st.integers(1, 12)), elements=st.floats(-1e6, 1e6))


@given(clouds)
def test_intervals_lie_in_one_another_around_the_median(paths: Floats) -> None:
    fan = forecasts.fan(paths, (0.5, 0.8, 0.95))
    rising = [*fan.low[::-1], fan.median, *fan.high]
    rounding = 1e-9 * (1 + np.abs(paths).max())
    assert all(np.all(a <= b + rounding) for a, b in pairwise(rising))
    np.testing.assert_allclose(fan.median, np.median(paths, axis=0), rtol=1e-12)


def test_the_fan_of_a_known_cloud() -> None:
    fan = forecasts.fan(np.arange(101.0)[:, None] * [1.0, 10.0])
    assert fan.levels == (0.5, 0.8)
    np.testing.assert_allclose(fan.median, [50, 500])
    np.testing.assert_allclose(fan.low, [[25, 250], [10, 100]])
    np.testing.assert_allclose(fan.high, [[75, 750], [90, 900]])


@pytest.mark.parametrize("level", [0.0, 1.0, 80.0])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        forecasts.fan(np.zeros((5, 2)), (level,))


@given(clouds, st.floats(-1e6, 1e6), st.booleans())
def test_the_chance_never_falls_with_the_horizon_nor_rises_with_the_distance(
    paths: Floats, threshold: float, up: bool
) -> None:
    chance = forecasts.chance_of(paths, threshold, up)
    assert np.all(np.diff(chance) >= 0)
    assert np.all((chance >= 0) & (chance <= 1))
    further = forecasts.chance_of(paths, threshold + (1.0 if up else -1.0), up)
    assert np.all(further <= chance)


def test_the_chance_counts_paths_that_have_been_there() -> None:
    paths = np.array([[0.0, 5.0, 0.0], [0.0, 0.0, 5.0], [4.9, 0.0, 0.0], [-5.0, -9.0, 0.0]])
    np.testing.assert_array_equal(forecasts.chance_of(paths, 5.0, True), [0.0, 0.25, 0.5])
    np.testing.assert_array_equal(forecasts.chance_of(paths, -5.0, False), [0.25, 0.25, 0.25])


def test_many_series_at_once() -> None:
    paths = np.random.default_rng(1).normal(size=(4, 50, 6))
    fan = forecasts.fan(paths)
    assert fan.median.shape == (4, 6)
    assert fan.low.shape == (2, 4, 6)
    np.testing.assert_array_equal(fan.low[:, 2], forecasts.fan(paths[2]).low)
    np.testing.assert_array_equal(forecasts.chance_of(paths, 1.0, True)[3], forecasts.chance_of(paths[3], 1.0, True))
