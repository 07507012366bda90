"""What the spread between periods takes from a sample, and the scores of residuals."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from gaitway.engine.evidence import clustered
from gaitway.engine.evidence.runs import Sums
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import COPIES, WORTH, batches, few, made, pooled


def whole(kind, values, target):
    """Everything in the values of one series, shape (periods, numbers), as a run with one look."""
    return Sums.of(kind, Cadence.DAY, np.asarray(values, float)[None], target).run(0, slice(len(values) - 1, None))


class TestNormalScore:
    """The score with the tail of Student's t, against scipy."""

    @pytest.mark.parametrize("freedom", [6, 6.5, 7, 10, 13, 29, 89, 364, 3650.0])
    def test_is_within_a_thousandth_as_far_as_it_decides_anything(self, freedom):
        """Up to a score of 5.8, where the tail is 3e-9."""
        z = np.linspace(-5.8, 5.8, 401)
        t = np.copysign(stats.t.isf(stats.norm.sf(np.abs(z)), freedom), z)
        assert np.max(np.abs(clustered.normal_score(t, freedom) - z)) < 0.001

    @pytest.mark.parametrize("freedom", [6, 13, 89])
    def test_is_within_two_per_cent_everywhere_else(self, freedom):
        t = np.logspace(-2, 4, 400)
        z = stats.norm.isf(stats.t.sf(t, freedom))
        within = np.isfinite(z) & (z < clustered.FARTHEST)
        assert np.max(np.abs(clustered.normal_score(t, freedom) - z)[within] / z[within]) < 0.02

    @pytest.mark.parametrize(("freedom", "error"), [(1, 0.13), (2, 0.002), (3, 0.0002), (5, 0.00001)])
    def test_with_fewer_degrees_it_says_a_little_too_much(self, freedom, error):
        """At a score of 1.645; a level that leans on itself may have as few."""
        found = clustered.normal_score(stats.t.isf(0.05, freedom), freedom) - stats.norm.isf(0.05)
        assert 0 <= found < error

    @few
    @given(st.floats(0, 1e6), st.floats(1, 1e4))
    def test_is_odd_and_grows(self, t, freedom):
        found = clustered.normal_score(np.array([-t, t, t * 1.01]), freedom)
        assert found[0] == -found[1]
        assert 0 <= found[1] <= found[2] <= clustered.FARTHEST


class TestAutocorrelation:
    @few
    @given(batches([Kind.LEVEL], gaps=False, least=5))
    def test_by_hand(self, batch):
        d = batch.values[0, :, 0] - batch.values[0, :, 0].mean()
        raw = (d[1:] * d[:-1]).sum() / (d * d).sum()
        found = clustered.autocorrelation(whole(batch.kind, batch.values[0], 3.0))[0, 0]
        assert found == pytest.approx(raw + (1 + 3 * raw) / len(d), rel=1e-6, abs=1e-6)

    def test_of_periods_all_alike_is_that_of_chance(self):
        assert clustered.autocorrelation(whole(Kind.LEVEL, np.full((20, 1), 7.0), 5.0)) == pytest.approx(1 / 20)

    def test_the_neighbour_of_a_period_is_the_one_observed_before_it(self):
        values = made(Kind.LEVEL, np.random.default_rng(8), (1, 30))[0]
        gaps = np.insert(values, [4, 9, 9, 20], np.nan, axis=0)
        with_gaps, without = (clustered.autocorrelation(whole(Kind.LEVEL, rows, 99.0)) for rows in (gaps, values))
        assert with_gaps == pytest.approx(without)


def dispersion(kind, values):
    """By how much more the periods vary than their sampling: by hand, about the pooled value."""
    upper, lower = (values[:, 0] * values[:, 1], values[:, 0]) if kind is Kind.MEAN else values.T
    value = upper.sum() / lower.sum()
    residual = upper - value * lower
    between = (residual @ residual) * len(values) / (len(values) - 1)
    match kind:
        case Kind.PROPORTION:
            return between / (lower.sum() * value * (1 - value))
        case Kind.COUNT:
            return between / upper.sum()
    n, mean, variance = values.T
    squares = ((n - 1) * variance + n * (mean - value) ** 2).sum()
    return between / (squares * n.sum() / (n.sum() - 1))


SAMPLED = [Kind.PROPORTION, Kind.COUNT, Kind.MEAN]


class TestSpread:
    @few
    @given(batches(SAMPLED, gaps=False, empty=False, least=8))
    def test_by_hand_about_the_pooled_value(self, batch):
        values = batch.values[0]
        n = float(len(values))
        run = whole(batch.kind, values, pooled(batch.kind, values))
        wanted = clustered.design_effect(dispersion(batch.kind, values), clustered.autocorrelation(run), np.array(n))
        assert clustered.spread(run) == pytest.approx(wanted, rel=1e-6)

    @few
    @given(batches(SAMPLED))
    def test_never_makes_a_sample_larger(self, batch):
        sums = Sums.of(*batch)
        assert np.all(clustered.spread(sums.run(0, slice(0, batch.values.shape[1]))) >= 1)

    @pytest.mark.parametrize("kind", SAMPLED)
    def test_is_found_where_it_was_put(self, kind):
        random, worth = np.random.default_rng(4), 2000.0 if kind is Kind.COUNT else WORTH[kind]

        def median(spread):
            values = made(kind, random, (60, 90), traffic=20000, worth=worth, spread=spread)
            return np.median(clustered.spread(Sums.of(kind, Cadence.DAY, values, worth).run(0, slice(89, 90))))

        assert median(0) < 1.2
        assert median(0.2) > 50


class TestDesignEffect:
    phis, sizes = st.floats(-0.9, 0.9), st.floats(7, 400)

    @few
    @given(st.floats(0, 100), phis, sizes)
    def test_grows_with_how_much_the_periods_lean_on_one_another(self, spread, phi, n):
        found = [float(clustered.design_effect(spread, phi + more, np.array(n))) for more in (0, 0.05, 0.1)]
        assert found == sorted(found)

    @few
    @given(st.floats(2, 1e6), phis, sizes)
    def test_independent_periods_count_by_their_dispersion_at_the_least(self, spread, phi, n):
        assert clustered.design_effect(spread, phi, np.array(n)) >= spread - 1e-9

    def test_sampling_alone_costs_nothing_once_there_are_many_periods(self):
        assert clustered.design_effect(1.05, 0.02, np.array(90.0)) == 1
        assert clustered.design_effect(1.05, 0.02, np.array(14.0)) > 1

    @few
    @given(st.floats(1, 1000), phis, sizes, st.floats(1, 1e4))
    def test_data_counted_twice_weigh_at_most_four_times_as_much(self, spread, phi, n, times):
        """Not just as much: beside the larger sample what remains of the runs of good days looks weaker."""
        effects = clustered.design_effect(np.array([spread, spread * times]), phi, np.array(n))
        assert times * effects[0] / effects[1] <= 4

    @few
    @given(batches(SAMPLED, empty=False, least=8), st.integers(2, 1000))
    def test_data_counted_twice_weigh_no_more_than_the_spread_of_the_periods_allows(self, batch, times):
        values = batch.values[0][~np.isnan(batch.values[0, :, 0])]
        assume(len(values) > 7)
        copies = values * np.where(COPIES[batch.kind], times, 1)
        run = whole(batch.kind, copies, pooled(batch.kind, values))
        n = len(values)
        slack = 1 + max(0.0, (n - 24) / 40) * (2 / n) ** 0.5
        effective = times / clustered.spread(run)[0, 0]
        assert effective * dispersion(batch.kind, copies) / times <= slack + 1e-6


def test_the_score_of_a_level_that_turns_about_is_students_t():
    """With a negative autocorrelation the variance is taken as it is."""
    values = 50 + np.resize([1.0, -1.2], 30) + np.random.default_rng(1).standard_normal(30) * 0.3
    z, effective, phi = clustered.score(whole(Kind.LEVEL, values[:, None], 49.8))
    t = stats.ttest_1samp(values, 49.8, alternative="greater")
    assert (effective, phi) == (30, 0)
    assert stats.norm.sf(z[0, 0]) == pytest.approx(t.pvalue, rel=1e-4)


def test_a_level_that_leans_on_itself_has_fewer_periods():
    random = np.random.default_rng(2)
    found = [
        np.median(clustered.score(Sums.of(Kind.LEVEL, Cadence.DAY, made(
            Kind.LEVEL, random, (40, 90), phi=phi), 100.0).run(0, slice(89, 90)))[1])
        for phi in (0, 0.5, 0.8)
    ]  # fmt: skip
    assert 90 * (1 - 0.5) / 1.5 > found[1] > found[2]
    assert found[0] > 60
    assert found[2] < 90 * 0.2 / 1.8
