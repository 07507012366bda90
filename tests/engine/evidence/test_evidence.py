"""The judgements: their formulas against plain integrals, and what must hold for any data."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, gamma

from gaitway.engine.evidence import Plan, bounds, exact, interval, path, path_to, wait
from gaitway.engine.evidence.sums import Sums, start_weights
from gaitway.engine.kpis import Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.series import BadObservation, Series

PLAN = Plan.of(Cadence.DAY, 90)
ALPHA = 0.05
few = settings(max_examples=25, deadline=None)
NUMBERS = {
    Kind.PROPORTION: lambda n, x: (min(n, int(n * x / 10)), n),
    Kind.MEAN: lambda n, x: (n, x - 4, x + 0.5),
    Kind.RATIO: lambda n, x: (n * x - 50, n + 1),
    Kind.COUNT: lambda n, x: (int(x * 4), 1 + n % 3),
    Kind.LEVEL: lambda n, x: (x * 10 - n,),
}
facts = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 60), st.floats(0, 10))), min_size=1, max_size=45).filter(
    any
)
cadences = st.sampled_from([Cadence.DAY, Cadence.WEEK])


def series(kind, rows, cadence=Cadence.DAY):
    return Series.of(KpiSpec("kpi", kind, cadence), {i: row for i, row in enumerate(rows) if row is not None})


@st.composite
def histories(draw, kinds=tuple(Kind)):
    kind = draw(st.sampled_from(kinds))
    rows = [row and NUMBERS[kind](*row) for row in draw(facts)]
    return series(kind, rows, draw(cadences))


def truncated_prior_integral(density, likelihood, low, high, peak):
    """The likelihood ratio averaged over a prior that is cut to low..high."""
    points = {"points": [peak]} if low < peak < high else {}
    options = {"limit": 200, "epsabs": 0, "epsrel": 1e-10, **points}
    mass, _ = quad(density, low, high, limit=200, epsabs=0, epsrel=1e-10)
    total, _ = quad(lambda p: density(p) * likelihood(p), low, high, **options)
    return math.log(total / mass)


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize(("hits", "trials", "m0"), [(4, 100, 0.03), (1, 100, 0.03), (40, 60, 0.5), (9, 10, 0.8)])
def test_a_proportion_against_the_integral_of_its_truncated_beta_prior(hits, trials, m0, up):
    sums = Sums.of(series(Kind.PROPORTION, [(hits, trials)]), PLAN, single=True)
    (found,) = exact.proportion(sums, m0, up=up, alpha=ALPHA, plan=PLAN)[0]
    k = trials * PLAN.sharpest / exact.sharpness(ALPHA)
    misses = trials - hits

    def likelihood(p):
        return math.exp(hits * math.log(p / m0) + misses * math.log((1 - p) / (1 - m0))) if 0 < p < 1 else 0.0

    side = (m0, 1.0) if up else (0.0, m0)
    prior = beta(k * m0, k * (1 - m0))
    assert found == pytest.approx(truncated_prior_integral(prior.pdf, likelihood, *side, hits / trials), abs=1e-7)


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize(("events", "exposure", "rate"), [(9, 1, 6.0), (3, 1, 6.0), (0, 2, 1.0), (30, 2.5, 8.0)])
def test_a_count_against_the_integral_of_its_truncated_gamma_prior(events, exposure, rate, up):
    sums = Sums.of(series(Kind.COUNT, [(events, exposure)]), PLAN, single=True)
    (found,) = exact.count(sums, rate, up=up, alpha=ALPHA, plan=PLAN)[0]
    b = exposure * PLAN.sharpest / exact.sharpness(ALPHA)

    def likelihood(r):
        return math.exp((events * math.log(r / rate) if events else 0.0) - exposure * (r - rate)) if r > 0 else 0.0

    side = (rate, rate * 12) if up else (0.0, rate)
    prior = gamma(b * rate, scale=1 / b)
    assert found == pytest.approx(truncated_prior_integral(prior.pdf, likelihood, *side, events / exposure), abs=1e-7)


@pytest.mark.parametrize("up", [True, False])
def test_the_exact_process_has_a_mean_of_one_on_the_target(up):
    """The sum of e over all outcomes, weighted by their probability: the promise behind Ville's inequality."""
    trials, m0 = 40, 0.2
    e = [
        exact.proportion(
            Sums.of(series(Kind.PROPORTION, [(hits, trials)]), PLAN, single=True), m0, up=up, alpha=ALPHA, plan=PLAN
        )[0, 0]
        for hits in range(trials + 1)
    ]
    chance = [math.comb(trials, hits) * m0**hits * (1 - m0) ** (trials - hits) for hits in range(trials + 1)]
    assert np.dot(np.exp(e), chance) == pytest.approx(1, abs=1e-9)


@few
@given(st.integers(1, 4000), st.integers(1, 2000), st.sampled_from(Cadence))
def test_the_weights_of_the_starts_never_exceed_one(count, days, cadence):
    weights = start_weights(count, Plan.of(cadence, days), cadence)
    assert weights[0] == 0.5
    assert weights.min() > 0
    assert weights.sum() <= 1 + 1e-12


@few
@given(histories(), st.floats(0.05, 0.95), st.booleans(), st.one_of(st.none(), st.integers(1, 30)), st.data())
def test_what_is_seen_at_a_look_does_not_depend_on_what_comes_later(history, target, up, window, data):
    last = data.draw(st.integers(history.first, history.last))
    options = {"up": up, "alpha": ALPHA, "plan": PLAN, "window": window}
    prefix = Series(history.spec, history.first, history.values[: last - history.first + 1])
    np.testing.assert_allclose(path_to(history, last, target, **options), path(prefix, target, **options), atol=1e-9)


def test_the_path_is_worked_out_once_for_all_looks():
    history = series(Kind.LEVEL, [(i,) for i in range(40)])
    seen = [path_to(history, last, 5.0, up=True, alpha=ALPHA, plan=Plan.of(Cadence.DAY, 90)) for last in range(20, 40)]
    assert all(np.shares_memory(found, seen[-1]) for found in seen)
    assert len(history.memo) == 1


@few
@given(histories(), st.one_of(st.none(), st.integers(1, 30)))
def test_the_interval_contains_the_value(history, window):
    low, high = interval(history, alpha=ALPHA, plan=PLAN, window=window)
    first = history.first if window is None else max(history.first, history.last - window + 1)
    value, _ = Series(history.spec, first, history.values[first - history.first :]).pooled()
    if value is None:
        assert (low, high) == (None, None)
    else:
        slack = 1e-9 * max(1.0, abs(value))
        assert (-math.inf if low is None else low) <= value + slack
        assert value - slack <= (math.inf if high is None else high)


@few
@given(histories())
def test_the_interval_at_every_look_is_in_order_and_within_its_kind(history):
    low, high = bounds(history, alpha=ALPHA, plan=PLAN)
    assert len(low) == len(high) == history.present.sum()
    assert np.all(low <= high)
    if history.spec.kind in (Kind.PROPORTION, Kind.COUNT):
        assert np.all(low >= 0)
    if history.spec.kind is Kind.PROPORTION:
        assert np.all(high <= 1)


@pytest.mark.parametrize("kind", Kind)
def test_the_interval_is_what_the_process_does_not_exclude(kind):
    random = np.random.default_rng(5)
    rows = [
        NUMBERS[kind](int(n), x) for n, x in zip(random.integers(30, 60, 40), random.uniform(4, 6, 40), strict=True)
    ]
    history = series(kind, rows)
    low, high = interval(history, alpha=ALPHA, plan=PLAN)
    value, _ = history.pooled()
    for bound, up in ((low, True), (high, False)):
        inside, outside = bound + (value - bound) * 1e-3, bound - (value - bound) * 1e-3
        ends = [path(history, target, up=up, alpha=ALPHA, plan=PLAN)[-1] for target in (inside, outside)]
        assert ends[0] < -math.log(ALPHA) <= ends[1]


@few
@given(histories([Kind.RATIO, Kind.LEVEL, Kind.MEAN]), st.sampled_from([1e-3, 0.01, 7.0, 100.0, 1e4]))
def test_the_unit_makes_no_difference(history, factor):
    scales = {Kind.RATIO: (factor, 1), Kind.LEVEL: (factor,), Kind.MEAN: (1, factor, factor**2)}[history.spec.kind]
    scaled = Series(history.spec, history.first, history.values * np.array(scales))
    value, _ = history.pooled()
    for target in (0.5, value or 3.0, 20.0):
        np.testing.assert_allclose(
            path(scaled, target * factor, up=True, alpha=ALPHA, plan=PLAN),
            path(history, target, up=True, alpha=ALPHA, plan=PLAN),
            rtol=1e-4, atol=1e-4,
        )  # fmt: skip


@few
@given(histories([Kind.RATIO, Kind.LEVEL, Kind.MEAN]), st.floats(-10, 20))
def test_above_and_below_are_mirror_images(history, target):
    signs = {Kind.RATIO: (-1, 1), Kind.LEVEL: (-1,), Kind.MEAN: (1, -1, 1)}[history.spec.kind]
    mirrored = Series(history.spec, history.first, history.values * np.array(signs))
    np.testing.assert_allclose(
        path(mirrored, -target, up=False, alpha=ALPHA, plan=PLAN),
        path(history, target, up=True, alpha=ALPHA, plan=PLAN),
        rtol=1e-6, atol=1e-6,
    )  # fmt: skip


@few
@given(histories([Kind.PROPORTION, Kind.COUNT, Kind.RATIO]), st.floats(0.01, 0.99), st.booleans(), st.integers(2, 1000))
def test_data_counted_twice_buy_no_more_than_their_periods(history, target, up, times):
    """A join that fans out multiplies every number: the spread between the periods still speaks."""
    doubled = Series(history.spec, history.first, history.values * times)
    ratio = Series(KpiSpec("kpi", Kind.RATIO, history.spec.cadence), history.first, history.values)
    options = {"up": up, "alpha": ALPHA, "plan": PLAN}
    limit = np.maximum(path(ratio, target, **options), 0)
    assert np.all(path(doubled, target, **options) <= limit + 1e-3 * (1 + limit))


@pytest.mark.parametrize("kind", [Kind.PROPORTION, Kind.COUNT, Kind.MEAN, Kind.RATIO])
def test_data_counted_twice_do_not_widen_the_interval(kind):
    rows = [NUMBERS[kind](40 + i % 7, 3 + i * 5 % 3) for i in range(30)]
    twice = {Kind.MEAN: (2, 1, 1)}.get(kind, (2, 2))
    once = series(kind, rows)
    low, high = interval(once, alpha=ALPHA, plan=PLAN)
    doubled = Series(once.spec, 0, once.values * np.array(twice))
    low2, high2 = interval(doubled, alpha=ALPHA, plan=PLAN)
    slack = 1e-3 * (high - low)
    assert low - slack <= low2 < high2 <= high + slack


@pytest.mark.parametrize(
    ("kind", "row"), [(Kind.PROPORTION, (0, 0)), (Kind.MEAN, (0, 0, 0)), (Kind.RATIO, (0, 0)), (Kind.RATIO, (5, 0))]
)
@pytest.mark.parametrize("up", [True, False])
def test_nothing_is_judged_on_a_sample_of_zero(kind, row, up):
    history = series(kind, [row] * 60)
    for target in (0.001, 0.5, 3.0):
        assert path(history, target, up=up, alpha=ALPHA, plan=PLAN).max() < -math.log(ALPHA) or row == (5, 0)
    assert interval(history, alpha=ALPHA, plan=PLAN) == (None, None)


def test_nothing_is_known_without_a_period():
    empty = series(Kind.LEVEL, [])
    assert len(path(empty, 1.0, up=True, alpha=ALPHA, plan=PLAN)) == 0
    assert interval(empty, alpha=ALPHA, plan=PLAN) == (None, None)
    assert [len(side) for side in bounds(empty, alpha=ALPHA, plan=PLAN)] == [0, 0]


@pytest.mark.parametrize(
    ("kind", "cadence", "need"),
    [
        (Kind.PROPORTION, Cadence.DAY, 14), (Kind.PROPORTION, Cadence.WEEK, 7), (Kind.COUNT, Cadence.MONTH, 7),
        (Kind.RATIO, Cadence.DAY, 7), (Kind.LEVEL, Cadence.DAY, 14), (Kind.LEVEL, Cadence.WEEK, 14),
    ],
)  # fmt: skip
def test_before_there_are_enough_periods_nothing_is_promised(kind, cadence, need):
    rows = [NUMBERS[kind](50 + i % 2, 9.0 + i % 2 / 10) for i in range(need + 3)]
    history = series(kind, rows, cadence)
    found = path(history, 0.01, up=True, alpha=ALPHA, plan=Plan.of(cadence, 90))
    assert found[: need - 1].max() < -math.log(ALPHA) <= found[need:].max()
    assert [wait(series(kind, rows[:count], cadence)) for count in (need - 2, need, need + 3)] == [2, 0, 0]


def promoted(rate, runs=300, days=90, visitors=500):
    """The share of pilots that are ever promoted under daily looks at a target of 3 %."""
    random = np.random.default_rng(20260105)
    hits = random.binomial(visitors, rate, (runs, days))
    trials = np.full(days, visitors)
    found = 0
    for run in hits:
        history = Series(KpiSpec("kpi", Kind.PROPORTION, Cadence.DAY), 0, np.column_stack((run, trials)).astype(float))
        found += path(history, 0.03, up=True, alpha=ALPHA, plan=PLAN).max() >= -math.log(ALPHA)
    return found / runs


def test_on_target_few_are_promoted_however_often_people_look():
    assert promoted(0.03) <= 0.05


def test_well_above_target_nearly_all_are_promoted():
    assert promoted(0.03 * 1.25) >= 0.97


@pytest.mark.parametrize("row", [(math.nan, 10), (3, math.nan), (-1, 10), (11, 10), (math.inf, math.inf)])
def test_a_bad_observation_names_its_period(row):
    with pytest.raises(BadObservation, match="kpi, period 3: "):
        series(Kind.PROPORTION, [(1, 10), (2, 10), None, row])
