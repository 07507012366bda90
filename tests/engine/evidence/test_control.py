"""Against a running control: what moves both cancels, what is the same in another unit is the same."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gaitway.engine.evidence import control
from gaitway.engine.evidence.clustered import log_normal_mixture
from gaitway.engine.evidence.plans import ON_THE_START
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, THRESHOLD, WORTH, days, few, made, with_gaps

EVERY = pytest.mark.parametrize("kind", Kind)
OPTIONS = {"alpha": ALPHA, "plan": PLAN}


@st.composite
def pairs(draw, kinds=tuple(Kind)):
    """(kind, cadence, values, control), with gaps of their own."""
    kind, random = draw(st.sampled_from(kinds)), np.random.default_rng(draw(st.integers(0, 10**6)))
    size, share = (draw(st.integers(1, 3)), draw(st.integers(1, 70))), draw(st.sampled_from([0, 0.2, 0.7]))
    how = {"traffic": draw(st.sampled_from([1, 50, 2000])), "spread": draw(st.sampled_from([0, 0.1, 0.4]))}
    arms = [with_gaps(made(kind, random, size, **how), random, share) for _ in range(2)]
    return kind, draw(st.sampled_from([Cadence.DAY, Cadence.WEEK])), *arms


factors = st.sampled_from([0.8, 1.0, 1.1, 2.0])
windows = st.one_of(st.none(), st.integers(1, 40))


@few
@given(pairs(), factors, st.booleans(), windows)
def test_one_call_on_many_pairs_is_one_call_on_each(pair, factor, up, window):
    kind, cadence, values, other = pair
    options = {"up": up, "window": window, **OPTIONS}
    each = [control.log_e(kind, cadence, values[[i]], other[[i]], factor, **options) for i in range(len(values))]
    found = control.log_e(*pair, factor, **options)
    np.testing.assert_allclose(found, np.concatenate(each), rtol=1e-9, atol=1e-9)


@few
@given(pairs(), factors, st.booleans(), windows, st.data())
def test_what_is_seen_at_a_look_does_not_depend_on_what_comes_later(pair, factor, up, window, data):
    kind, cadence, values, other = pair
    options = {"up": up, "window": window, **OPTIONS}
    looks = data.draw(st.integers(1, values.shape[1]))
    then = control.log_e(kind, cadence, values[:, :looks], other[:, :looks], factor, **options)
    now = control.log_e(*pair, factor, **options)
    np.testing.assert_allclose(then, now[:, :looks], rtol=1e-9, atol=1e-9)


@few
@given(pairs(), factors, st.booleans())
def test_a_period_that_one_of_them_lacks_is_left_out_of_both(pair, factor, up):
    kind, cadence, values, other = pair
    both = ~(np.isnan(values[..., :1]) | np.isnan(other[..., :1]))
    paired = [np.where(both, each, np.nan) for each in (values, other)]
    np.testing.assert_array_equal(
        control.log_e(kind, cadence, *paired, factor, up=up, **OPTIONS),
        control.log_e(*pair, factor, up=up, **OPTIONS),
    )


@few
@given(pairs(), factors, st.booleans())
def test_a_above_b_is_b_below_a(pair, factor, up):
    kind, cadence, values, other = pair
    found = control.log_e(*pair, factor, up=up, **OPTIONS)
    swapped = control.log_e(kind, cadence, other, values, 1 / factor, up=not up, **OPTIONS)
    np.testing.assert_allclose(found, swapped, rtol=1e-6, atol=1e-6)


@few
@given(pairs([Kind.RATIO, Kind.LEVEL, Kind.MEAN, Kind.COUNT]), factors, st.sampled_from([0.001, 7.0]), st.booleans())
def test_the_unit_makes_no_difference(pair, factor, unit, up):
    """Of both, or of the control alone with its factor the other way round."""
    kind, cadence, values, other = pair
    scale = {Kind.RATIO: (unit, 1), Kind.LEVEL: (unit,), Kind.MEAN: (1, unit, unit**2), Kind.COUNT: (1, 1 / unit)}
    to = np.array(scale[kind])
    found = control.log_e(*pair, factor, up=up, **OPTIONS)
    both = control.log_e(kind, cadence, values * to, other * to, factor, up=up, **OPTIONS)
    np.testing.assert_allclose(both, found, rtol=1e-6, atol=1e-6)
    if kind in (Kind.RATIO, Kind.LEVEL):  # of a mean the factor says how much of the sample each arm brings
        one = control.log_e(kind, cadence, values, other * to, factor / unit, up=up, **OPTIONS)
        np.testing.assert_allclose(one, found, rtol=1e-6, atol=1e-6)


class TestScores:
    def test_of_two_proportions_as_even_as_sampling(self):
        values, other = np.tile([62.0, 500.0], (1, 30, 1)), np.tile([41.0, 400.0], (1, 30, 1))
        p, q, n, m = 62 / 500, 41 / 400, 15000, 12000
        se = math.sqrt(p * (1 - p) / n + 1.1**2 * q * (1 - q) / m)
        found = control.difference(Kind.PROPORTION, Cadence.DAY, values, other, 1.1)
        assert found.z[0, -1] == pytest.approx((p - 1.1 * q) / se)
        assert found.value[0, -1] == pytest.approx(p - 1.1 * q)

    def test_of_two_levels_is_that_of_the_paired_t_test(self):
        """Whose differences turn about, so that they don't lean on one another."""
        random = np.random.default_rng(3)
        shock = np.cumsum(random.standard_normal(40))
        values = 50.4 + shock + np.resize([0.5, -0.5], 40) + 0.2 * random.standard_normal(40)
        other = 50.0 + shock
        found = control.difference(Kind.LEVEL, Cadence.DAY, values[None, :, None], other[None, :, None], 1.0)
        paired = stats.ttest_rel(values, other, alternative="greater")
        assert stats.norm.sf(found.z[0, -1]) == pytest.approx(paired.pvalue, rel=1e-3)


class TestCommonShocks:
    def test_of_levels_cancel_altogether(self):
        random = np.random.default_rng(9)
        values, other = (made(Kind.LEVEL, random, (4, 60)) for _ in range(2))
        shock = 30 * random.standard_normal((4, 60, 1))
        for up in (True, False):
            alone, shaken = (
                control.log_e(Kind.LEVEL, Cadence.DAY, values + extra, other + extra, 1.0, up=up, **OPTIONS)
                for extra in (0, shock)
            )
            np.testing.assert_allclose(shaken, alone, atol=1e-6)

    def test_of_a_sampled_kpi_cost_little(self):
        """A tenth better on days that differ by 20 %: found where the days are the same for both, not where each has
        its own."""
        random, size, n = np.random.default_rng(10), (200, 90), 5000
        mine, others = (days(random, size, 0.2) for _ in range(2))

        def found(shock):
            arms = [random.binomial(n, 0.05 * better * day) for better, day in ((1.1, shock), (1, others))]
            values, other = (np.stack([hits, np.full(size, n)], axis=-1).astype(float) for hits in arms)
            return control.crossings(Kind.PROPORTION, Cadence.DAY, values, other, 1.0, up=True, **OPTIONS).any(1).mean()

        assert found(others) > 0.9
        assert found(mine) < 0.5


@EVERY
@pytest.mark.parametrize("ends", [None, 90])
def test_with_no_difference_few_are_promoted(kind, ends):
    random, size = np.random.default_rng(21), (300, 90)
    for spread, common in ((0, days(random, size, 0.1)), (0.1, 1)):
        values, other = (made(kind, random, size, worth=WORTH[kind] * common, spread=spread) for _ in range(2))
        for up in (True, False):
            found = control.crossings(kind, Cadence.DAY, values, other, 1.0, up=up, ends=ends, **OPTIONS)
            assert found.any(axis=1).mean() <= ALPHA + (0 if ends is None else 2 * math.sqrt(ALPHA * 0.95 / 300))


@EVERY
def test_better_by_enough_is_found_and_sooner_where_the_end_is_known(kind):
    random, size = np.random.default_rng(22), (200, 90)
    better = {Kind.MEAN: 1.03, Kind.RATIO: 1.02, Kind.LEVEL: 1.03}.get(kind, 1.1)
    values, other = made(kind, random, size, worth=WORTH[kind] * better), made(kind, random, size)
    at_any_time, by_the_end = (
        control.crossings(kind, Cadence.DAY, values, other, 1.0, up=True, ends=ends, **OPTIONS).any(axis=1).mean()
        for ends in (None, 90)
    )
    assert 0.25 < at_any_time < by_the_end


@pytest.mark.parametrize("few_in", [0, 1])
def test_each_arm_needs_twenty_successes(few_in):
    arms = [np.tile([40.0, 400.0], (1, 30, 1)), np.tile([40.0, 400.0], (1, 30, 1))]
    arms[few_in][0, :, 0] = 1.0
    for kind in (Kind.PROPORTION, Kind.COUNT):
        z = control.difference(kind, Cadence.DAY, *arms, 1.0).z[0]
        assert np.flatnonzero(~np.isnan(z))[0] == 19


def test_each_arm_of_a_mean_needs_two_hundred_values():
    arms = [np.tile([10.0, 5.0, 1.0], (1, 30, 1)), np.tile([50.0, 5.5, 1.0], (1, 30, 1))]
    z = control.difference(Kind.MEAN, Cadence.DAY, *arms, 1.0).z[0]
    assert np.flatnonzero(~np.isnan(z))[0] == 19


@EVERY
def test_the_interval_excludes_no_difference_where_the_process_does(kind):
    random = np.random.default_rng(23)
    for better in (0.9, 0.97, 1.0, 1.03, 1.1):
        values, other = made(kind, random, (1, 40), worth=WORTH[kind] * better)[0], made(kind, random, (1, 40))[0]
        low, high = control.interval(kind, Cadence.DAY, values, other, 1.0, **OPTIONS)
        gap = control.difference(kind, Cadence.DAY, values[None], other[None], 1.0)
        assert low < gap.value[0, -1] < high
        z, r = gap.z[0, -1], gap.information(ALPHA, PLAN)[0, -1]
        for side, score in ((low > 0, z), (high < 0, -z)):
            assert side == (log_normal_mixture(score, r) >= THRESHOLD - math.log(ON_THE_START))


def test_too_early_there_is_no_interval():
    values = made(Kind.COUNT, np.random.default_rng(1), (2, 10))
    assert control.interval(Kind.COUNT, Cadence.DAY, *values, 1.0, **OPTIONS) == (None, None)
