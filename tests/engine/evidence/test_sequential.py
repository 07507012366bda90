"""Evidence by a fixed end: what the boundary spends, and what it finds more."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from gaitway.engine.evidence import crossings
from gaitway.engine.evidence.sequential import boundary
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, WORTH, days, made


@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize(("looks", "first"), [(10, 7), (13, 7), (20, 14), (26, 7), (52, 7), (90, 14), (180, 14)])
def test_gaussian_walks_cross_it_as_often_as_alpha_says(looks, first, alpha):
    """From the first look that may be judged. Without the allowance for looking once a period: never more."""
    walks = np.cumsum(np.random.default_rng(looks).standard_normal((10_000, looks)), axis=1)
    scores = (walks / np.sqrt(np.arange(1, looks + 1)))[:, first - 1 :]
    corrected, plain = (
        (scores >= boundary(looks, looks, alpha, sampled=sampled)[first - 1 :]).any(axis=1).mean() / alpha
        for sampled in (True, False)
    )
    assert 0.7 <= corrected <= 1.05
    assert 0.25 <= plain <= min(corrected, 1)


def test_it_is_the_constant_of_a_path_that_is_watched_all_the_time():
    """A Brownian path crosses the constant of alpha / 2 with probability alpha (reflection). Looking once a period
    lowers it by the overshoot (Siegmund); scores that may be skewed have it no lower."""
    share = np.arange(1, 91) / 90
    wall = norm.isf(0.025) / np.sqrt(share)
    eased = (norm.isf(0.025) - 0.5826 / math.sqrt(90)) / np.sqrt(share)
    np.testing.assert_allclose(boundary(90, 90, 0.05, sampled=True), eased)
    assert np.all(boundary(90, 90, 0.05, sampled=False) >= wall)


@pytest.mark.parametrize("sampled", [True, False])
def test_it_falls_until_the_end_and_is_out_of_reach_after(sampled):
    found = boundary(40, 30, 0.05, sampled=sampled)
    assert np.all(np.diff(found[:30]) < 0)
    assert np.all(np.isfinite(found[:30]))
    assert np.all(found[30:] == math.inf)


def test_nothing_crosses_after_the_end():
    values = np.tile([60.0, 100.0], (1, 40, 1))
    options = {"up": True, "alpha": ALPHA, "plan": PLAN}
    found = crossings(Kind.PROPORTION, Cadence.DAY, values, 0.1, **options, ends=20)[0]
    assert np.flatnonzero(found).tolist() == list(range(13, 20))
    assert not crossings(Kind.PROPORTION, Cadence.DAY, values, 0.1, **options, ends=5).any()


@pytest.mark.parametrize("kind", Kind)
def test_it_finds_more_than_looking_at_any_time_does(kind):
    """On the same pilots, which are a little better than their target."""
    random = np.random.default_rng(12)
    better = {Kind.MEAN: 1.015, Kind.RATIO: 1.01, Kind.LEVEL: 1.02}.get(kind, 1.05)
    values = made(kind, random, (300, 90), worth=WORTH[kind] * better)
    options = {"up": True, "alpha": ALPHA, "plan": PLAN}
    at_any_time, by_the_end = (
        crossings(kind, Cadence.DAY, values, WORTH[kind], **options, ends=ends).any(axis=1).mean()
        for ends in (None, 90)
    )
    assert 0.1 < at_any_time < 0.95
    assert by_the_end > at_any_time + 0.03


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("kind", Kind)
def test_on_target_few_are_promoted_by_the_end(kind, up):
    random, runs = np.random.default_rng(31), 1000
    values = made(kind, random, (runs, 90), spread=0.02)
    found = crossings(kind, Cadence.DAY, values, WORTH[kind], up=up, alpha=ALPHA, plan=PLAN, ends=90)
    assert found.any(axis=1).mean() <= ALPHA + 2 * math.sqrt(ALPHA * (1 - ALPHA) / runs)


def test_good_days_in_a_row_promote_few_by_the_end():
    random, runs = np.random.default_rng(32), 600
    rate = 0.03 * days(random, (runs, 90), 0.2, 0.5)
    values = np.stack([random.binomial(2000, rate), np.full((runs, 90), 2000)], axis=-1).astype(float)
    found = crossings(Kind.PROPORTION, Cadence.DAY, values, 0.03, up=True, alpha=ALPHA, plan=PLAN, ends=90)
    assert found.any(axis=1).mean() <= ALPHA + 2 * math.sqrt(ALPHA * (1 - ALPHA) / runs)
