"""Intervals: what the process doesn't exclude, in order, in any unit; and a past that is looked at once, against scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gaitway.engine.evidence import bounds, crossings, estimates, fixed, interval
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, THRESHOLD, WORTH, Batch, batches, few, made, pooled

windows = st.one_of(st.none(), st.integers(1, 30))
EVERY = pytest.mark.parametrize("kind", Kind)


def closed(sides):
    """With an open side as infinity."""
    low, high = sides
    return -math.inf if low is None else low, math.inf if high is None else high


def told(kind, size=60, seed=5, cadence=Cadence.DAY, **how):
    """(kind, cadence, values of one series)"""
    return kind, cadence, made(kind, np.random.default_rng(seed), (1, size), **how)[0]


@few
@given(batches(), windows)
def test_the_interval_contains_the_value(batch, window):
    values = batch.values[0]
    seen = np.flatnonzero(~np.isnan(values[:, 0]))
    value = math.nan
    if len(seen):
        begin = 0 if window is None else max(0, seen[-1] + 1 - window)
        value = pooled(batch.kind, values[begin : seen[-1] + 1])
    found = interval(batch.kind, batch.cadence, values, alpha=ALPHA, plan=PLAN, window=window)
    if math.isnan(value):
        assert found == (None, None)
    else:
        low, high = closed(found)
        slack = 1e-9 * max(1.0, abs(value))
        assert low <= value + slack
        assert value - slack <= high


@few
@given(batches(), st.one_of(st.none(), st.just(50)))
def test_the_bounds_at_every_look_are_in_order_and_within_their_kind(batch, ends):
    low, high = bounds(batch.kind, batch.cadence, batch.values[0], alpha=ALPHA, plan=PLAN, ends=ends)
    value = estimates(batch.kind, batch.values[:1])[0][0]
    known = ~np.isnan(value)
    assert len(low) == len(high) == len(value)
    assert np.all(low <= high)
    slack = 1e-9 * np.maximum(1, np.abs(value[known]))
    assert np.all((low[known] <= value[known] + slack) & (value[known] - slack <= high[known]))
    if batch.kind in (Kind.PROPORTION, Kind.COUNT):
        assert np.all(low >= 0)
    if batch.kind is Kind.PROPORTION:
        assert np.all(high <= 1)


@EVERY
@pytest.mark.parametrize("window", [None, 30])
def test_the_interval_is_what_the_process_does_not_exclude(kind, window):
    kind, cadence, values = told(kind, spread=0.1)
    low, high = interval(kind, cadence, values, alpha=ALPHA, plan=PLAN, window=window)
    value = estimates(kind, values[None], window)[0][0, -1]
    for bound, up in ((low, True), (high, False)):
        inside, outside = bound + (value - bound) * 1e-3, bound - (value - bound) * 1e-3
        ends = [Batch(kind, cadence, values[None], t).path(up=up, window=window)[0, -1] for t in (inside, outside)]
        assert ends[0] < THRESHOLD <= ends[1]


@EVERY
def test_by_the_end_of_the_stage_what_lies_outside_is_excluded(kind):
    kind, cadence, values = told(kind, spread=0.1)
    options = {"alpha": ALPHA, "plan": PLAN, "ends": 80}
    low, high = bounds(kind, cadence, values, **options)
    value = estimates(kind, values[None])[0][0]
    for look in (20, 59):
        for side, up in ((low, True), (high, False)):
            reach = (value - side)[look]
            targets = side[look] - 0.001 * reach, side[look] + 0.3 * reach
            found = [crossings(kind, cadence, values[None], t, up=up, **options)[0, look] for t in targets]
            assert found == [True, False]


@EVERY
def test_more_data_of_the_same_kind_close_the_interval_in(kind):
    kind, cadence, values = told(kind)
    for ends in (None, 60):
        low, high = bounds(kind, cadence, values, alpha=ALPHA, plan=PLAN, ends=ends)
        assert (high - low)[59] < 0.75 * (high - low)[17]


@few
@given(st.sampled_from([Kind.RATIO, Kind.LEVEL, Kind.MEAN]), st.integers(0, 999), st.sampled_from([0.01, 7.0, 1e4]))
def test_the_unit_makes_no_difference(kind, seed, factor):
    kind, cadence, values = told(kind, 40, seed)
    scale = {Kind.RATIO: (factor, 1), Kind.LEVEL: (factor,), Kind.MEAN: (1, factor, factor**2)}[kind]
    once = interval(kind, cadence, values, alpha=ALPHA, plan=PLAN)
    scaled = interval(kind, cadence, values * np.array(scale), alpha=ALPHA, plan=PLAN)
    wide = (once[1] - once[0]) * factor
    assert scaled == pytest.approx(tuple(side * factor for side in once), abs=1e-3 * wide)


@few
@given(st.sampled_from([Kind.PROPORTION, Kind.COUNT, Kind.MEAN, Kind.RATIO]), st.integers(0, 999), st.integers(2, 99))
def test_data_counted_twice_close_the_interval_in_to_no_less_than_half(kind, seed, times):
    """Of periods that differ by more than sampling. Four times the sample is half the width: see test_clustered.py."""
    kind, cadence, values = told(kind, 40, seed, spread=0.3)
    copies = values * np.array({Kind.MEAN: (times, 1, 1)}.get(kind, (times, times)))
    once, twice = (closed(fixed(kind, cadence, each, alpha=ALPHA)) for each in (values, copies))
    assert (twice[1] - twice[0]) >= 0.5 * (once[1] - once[0])
    if kind is Kind.RATIO:
        assert twice == pytest.approx(once, rel=1e-6)


@EVERY
def test_a_stricter_confidence_is_never_narrower(kind):
    kind, cadence, values = told(kind, 40)
    for method in (lambda a: interval(kind, cadence, values, alpha=a, plan=PLAN),
                   lambda a: fixed(kind, cadence, values, alpha=a)):  # fmt: skip
        sides = [closed(method(alpha)) for alpha in (0.2, 0.05, 0.01)]
        assert [low for low, _ in sides] == sorted((low for low, _ in sides), reverse=True)
        assert [high for _, high in sides] == sorted(high for _, high in sides)


def test_nothing_is_known_without_a_sample():
    nothing = np.zeros((20, 2))
    for values in (nothing[:0], nothing, np.full((20, 2), np.nan)):
        assert interval(Kind.RATIO, Cadence.DAY, values, alpha=ALPHA, plan=PLAN) == (None, None)
        assert fixed(Kind.RATIO, Cadence.DAY, values, alpha=ALPHA) == (None, None)


def test_too_few_periods_leave_a_side_open():
    few_levels = told(Kind.LEVEL, 5)
    assert interval(*few_levels, alpha=ALPHA, plan=PLAN) == fixed(*few_levels, alpha=ALPHA) == (None, None)
    assert interval(*told(Kind.PROPORTION, 5), alpha=ALPHA, plan=PLAN) == (0, 1)


class TestAPastThatIsLookedAtOnce:
    @pytest.mark.parametrize(("mean", "trials", "periods"), [(15.2, 500, 30), (3.3, 100, 14), (20.5, 40, 30)])
    def test_of_a_proportion_is_close_to_clopper_and_pearson(self, mean, trials, periods):
        """Theirs is exact and therefore wider, on each side by less than 7 % here; ours takes the likelihood ratio,
        the successes being as even as sampling would make them or evener."""
        hits = np.floor(mean + np.arange(periods) % 2 * 0.9)
        low, high = fixed(
            Kind.PROPORTION, Cadence.DAY, np.stack([hits, np.full(periods, float(trials))], -1), alpha=0.05
        )
        test = stats.binomtest(int(hits.sum()), trials * periods)
        exact, share = test.proportion_ci(0.9, "exact"), test.statistic
        assert 0.93 * (share - exact.low) <= share - low <= share - exact.low
        assert 0.93 * (exact.high - share) <= high - share <= exact.high - share

    @pytest.mark.parametrize(("mean", "periods"), [(12.2, 30), (3.2, 14)])
    def test_of_a_count_is_close_to_garwood(self, mean, periods):
        events = np.floor(mean + np.arange(periods) % 2 * 0.9)
        low, high = fixed(Kind.COUNT, Cadence.DAY, np.stack([events, np.ones(periods)], -1), alpha=0.05)
        rate = events.mean()
        exact = stats.gamma.ppf([0.05, 0.95], [events.sum(), events.sum() + 1]) / periods
        assert 0.93 * (rate - exact[0]) <= rate - low <= rate - exact[0]
        assert 0.93 * (exact[1] - rate) <= high - rate <= exact[1] - rate

    @pytest.mark.parametrize("size", [14, 30, 90])
    def test_of_a_level_that_does_not_lean_on_itself_is_students_t(self, size):
        values = 50 + np.resize([1.0, -1.2], size) + np.random.default_rng(1).standard_normal(size) * 0.3
        wanted = stats.t.interval(0.9, size - 1, values.mean(), stats.sem(values))
        assert fixed(Kind.LEVEL, Cadence.DAY, values[:, None], alpha=0.05) == pytest.approx(wanted, rel=1e-5)

    def test_of_a_mean_is_the_normal_interval_of_all_its_values(self):
        """With the same mean in all periods; 1,500 values are enough to do without t."""
        values = np.tile([50.0, 5.0, 4.0], (30, 1))
        se = math.sqrt(30 * 49 * 4 / 1499 / 1500)
        wanted = stats.norm.interval(0.9, 5, se)
        assert fixed(Kind.MEAN, Cadence.DAY, values, alpha=0.05) == pytest.approx(wanted, rel=1e-6)

    @EVERY
    def test_holds_the_truth_as_often_as_it_says(self, kind):
        random = np.random.default_rng(6)
        sides = [
            closed(fixed(kind, Cadence.DAY, made(kind, random, (1, 30), spread=0.05)[0], alpha=0.05))
            for _ in range(30)
        ]  # fmt: skip
        missed = sum(not low <= WORTH[kind] <= high for low, high in sides)
        assert missed <= 0.1 * 30 + 2 * math.sqrt(30 * 0.1 * 0.9)
