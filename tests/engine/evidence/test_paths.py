"""How the evidence grows from look to look: what must hold for any data."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.evidence import Plan, crossings, estimates, log_e
from gaitway.engine.evidence.paths import deviates
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, THRESHOLD, batches, few, pooled

windows = st.one_of(st.none(), st.integers(1, 40))
sides = st.booleans()
alphas = st.sampled_from([0.5, 0.1, 0.05, 0.001])
plans = st.builds(Plan, st.sampled_from([1, 7, 13, 90, 400]), st.sampled_from([0.2, 0.4, 1.0]))


@few
@given(batches(), sides, windows, alphas, plans)
def test_one_call_on_many_series_is_one_call_on_each(batch, up, window, alpha, plan):
    options = {"up": up, "alpha": alpha, "plan": plan, "window": window}
    each = [batch._replace(values=batch.values[[i]], targets=target) for i, target in enumerate(batch.targets)]
    np.testing.assert_allclose(
        batch.path(**options), np.concatenate([one.path(**options) for one in each]), rtol=1e-9, atol=1e-9
    )


@few
@given(batches(empty=False), sides, windows, st.data())
def test_what_is_seen_at_a_look_does_not_depend_on_what_comes_later(batch, up, window, data):
    looks = data.draw(st.integers(1, batch.values.shape[1]))
    path = batch.path(up=up, window=window)
    then = batch.with_values(batch.values[:, :looks]).path(up=up, window=window)
    np.testing.assert_allclose(then, path[:, :looks], rtol=1e-9, atol=1e-9)


@few
@given(batches(), sides, alphas, plans)
def test_the_bound_of_a_test_is_never_below_it(batch, up, alpha, plan):
    weighed = batch.weighed(alpha, plan)
    assert np.all(weighed.log_e(up=up) <= weighed.bound(up=up) + 1e-6)


@few
@given(batches(), sides, windows, alphas, plans)
def test_a_floor_changes_no_crossing(batch, up, window, alpha, plan):
    floor = -math.log(alpha)
    options = {"up": up, "alpha": alpha, "plan": plan, "window": window}
    full, cheap = batch.path(**options), batch.path(**options, floor=floor)
    doubtful = np.abs(full - floor) < 1e-9
    assert np.all(((cheap >= floor) == (full >= floor)) | doubtful)
    np.testing.assert_allclose(cheap[full > floor], full[full > floor], rtol=1e-9, atol=1e-6)
    assert np.array_equal(crossings(*batch, **options) | doubtful, (full >= floor) | doubtful)


SCALES = {
    Kind.RATIO: lambda c: (c, 1), Kind.LEVEL: lambda c: (c,), Kind.MEAN: lambda c: (1, c, c * c),
    Kind.COUNT: lambda c: (1, 1 / c),
}  # fmt: skip


@few
@given(
    batches([Kind.RATIO, Kind.LEVEL, Kind.MEAN, Kind.COUNT]), st.sampled_from([1e-3, 7.0, 100.0, 1e5]), sides, windows
)
def test_the_unit_makes_no_difference(batch, factor, up, window):
    """Dollars or cents; of a count, events an hour or a day."""
    scaled = batch._replace(
        values=batch.values * np.array(SCALES[batch.kind](factor)), targets=batch.targets * factor
    )  # fmt: skip
    options = {"up": up, "window": window}
    np.testing.assert_allclose(scaled.path(**options), batch.path(**options), rtol=1e-5, atol=1e-5)


@few
@given(batches([Kind.RATIO, Kind.LEVEL, Kind.MEAN, Kind.PROPORTION], empty=False), windows)
def test_above_and_below_are_mirror_images(batch, window):
    if batch.kind is Kind.PROPORTION:  # the share that did, and the share that didn't
        hits, trials = np.moveaxis(batch.values, -1, 0)
        mirrored = batch._replace(values=np.stack([trials - hits, trials], -1), targets=1 - batch.targets)
    else:
        signs = {Kind.RATIO: (-1, 1), Kind.LEVEL: (-1,), Kind.MEAN: (1, -1, 1)}[batch.kind]
        mirrored = batch._replace(values=batch.values * np.array(signs), targets=-batch.targets)
    np.testing.assert_allclose(
        mirrored.path(up=False, window=window), batch.path(up=True, window=window), rtol=1e-4, atol=1e-4
    )


@few
@given(batches([Kind.RATIO]), st.integers(2, 1000), sides)
def test_a_ratio_counted_twice_is_the_same_evidence(batch, times, up):
    """Its periods are the sample, so a join that fans out buys nothing. Of the kinds that count customers it buys
    as much as the spread of their periods allows: see test_clustered.py."""
    np.testing.assert_allclose(
        batch.with_values(batch.values * times).path(up=up), batch.path(up=up), rtol=1e-9, atol=1e-9
    )


@few
@given(batches(), sides)
def test_only_observed_periods_count_for_the_test_from_the_start(batch, up):
    """At a period with a reading, gaps before it make no difference."""
    path = batch.from_the_start(up=up)
    for row, (values, target) in enumerate(zip(batch.values, batch.targets, strict=True)):
        seen = ~np.isnan(values[:, 0])
        if seen[0]:
            closed = batch._replace(values=values[None, seen], targets=target).from_the_start(up=up)
            np.testing.assert_allclose(closed[0], path[row, seen], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize(
    ("kind", "row"), [(Kind.PROPORTION, (0, 0)), (Kind.MEAN, (0, 0, 0)), (Kind.RATIO, (0, 0)), (Kind.RATIO, (5, 0))]
)
def test_nothing_is_judged_on_a_sample_of_zero(kind, row, up):
    values = np.tile(np.array(row, float), (3, 60, 1))
    targets = np.array([0.001, 0.5, 1.0])
    for window in (None, 20):
        path = log_e(kind, Cadence.DAY, values, targets, up=up, alpha=ALPHA, plan=PLAN, window=window)
        assert path.max() <= 1e-9
    assert np.all(deviates(kind, Cadence.DAY, values, targets, up=up) == -np.inf)
    assert np.isnan(estimates(kind, values)[0]).all()


GOOD = {
    Kind.PROPORTION: (60, 100), Kind.MEAN: (50, 9.0, 1.0), Kind.RATIO: (900, 100), Kind.COUNT: (60, 1), Kind.LEVEL: (9,),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "cadence", "need"),
    [
        (Kind.PROPORTION, Cadence.DAY, 14), (Kind.PROPORTION, Cadence.WEEK, 7), (Kind.COUNT, Cadence.MONTH, 7),
        (Kind.COUNT, Cadence.DAY, 14), (Kind.MEAN, Cadence.DAY, 14), (Kind.MEAN, Cadence.QUARTER, 7),
        (Kind.RATIO, Cadence.DAY, 7), (Kind.LEVEL, Cadence.DAY, 14), (Kind.LEVEL, Cadence.WEEK, 14),
    ],
)  # fmt: skip
def test_before_there_are_enough_periods_nothing_is_promised(kind, cadence, need):
    values = np.tile(np.array(GOOD[kind], float), (1, need + 5, 1))
    values[0, ::2, 0] *= 1.001
    values[0, 3] = np.nan
    options = {"up": True, "alpha": ALPHA, "plan": Plan.of(cadence, 90)}
    for ends in (None, need + 20):
        found = crossings(kind, cadence, values, 0.1, **options, ends=ends)[0]
        assert np.flatnonzero(found)[0] == need  # the need-th reading: one is missing


def test_a_mean_of_few_values_is_too_early():
    values = np.tile([13.0, 9.0, 1.0], (1, 16, 1))
    path = log_e(Kind.MEAN, Cadence.DAY, values, 1.0, up=True, alpha=ALPHA, plan=PLAN)[0]
    assert path[14] < THRESHOLD < path[15]  # 195 and 208 values


@few
@given(batches(), windows)
def test_the_estimate_is_that_of_the_window(batch, window):
    value, sample, count = estimates(batch.kind, batch.values, window)
    for look in range(batch.values.shape[1]):
        begin = 0 if window is None else max(0, look + 1 - window)
        rows = batch.values[0, begin : look + 1]
        assert value[0, look] == pytest.approx(pooled(batch.kind, rows), rel=1e-6, abs=1e-9, nan_ok=True)
        observed = rows[~np.isnan(rows[:, 0])]
        column = {Kind.MEAN: 0, Kind.RATIO: None, Kind.LEVEL: None}.get(batch.kind, 1)
        assert count[0, look] == len(observed)
        assert sample[0, look] == pytest.approx(len(observed) if column is None else observed[:, column].sum())
