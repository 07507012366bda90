"""Cumulative sums against sums that are written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.evidence.runs import Sums
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.series import parts
from tests.engine.evidence.batches import batches, few

FIELDS = ("n", "lower", "d", "dd", "lagged", "edge", "within", "upper")


def by_hand(kind, values, target):
    """What a run says of the periods in it, shape (periods, numbers)."""
    upper, lower = parts(kind, values)
    seen = ~np.isnan(upper)
    upper, lower = upper[seen], lower[seen]
    d = upper - target * lower
    within = 0.0
    if kind is Kind.MEAN:
        n, mean, variance = values[seen].T
        within = (np.maximum(n - 1, 0) * variance + n * (mean - target) ** 2).sum()
    return {
        "n": len(d), "lower": lower.sum(), "d": d.sum(), "dd": (d * d).sum(), "lagged": (d[1:] * d[:-1]).sum(),
        "edge": d[0] + d[-1] if len(d) else 0.0, "within": within, "upper": upper.sum(),
    }  # fmt: skip


@few
@given(batches(), st.data())
def test_a_run_from_any_start_to_any_look(batch, data):
    size = batch.values.shape[1]
    look = data.draw(st.integers(0, size - 1))
    start = data.draw(st.integers(0, look))
    run = Sums.of(*batch).run(start, slice(look, look + 1))
    for row, (values, target) in enumerate(zip(batch.values, batch.targets, strict=True)):
        wanted = by_hand(batch.kind, values[start : look + 1], target)
        ends_observed = not np.isnan(values[[start, look], 0]).any()
        for name in FIELDS if ends_observed else ("n", "lower", "d", "dd", "within", "upper"):
            found = np.broadcast_to(getattr(run, name), (len(batch.values), 1))[row, 0]
            assert found == pytest.approx(wanted[name], rel=1e-6, abs=1e-6 * (1 + wanted["dd"])), name


@few
@given(batches(), st.floats(0.2, 2))
def test_moved_to_another_target_the_sums_are_those_of_that_target(batch, share):
    """The intervals rest on it."""
    looks = slice(0, batch.values.shape[1])
    target = batch.targets * share
    moved = Sums.of(*batch, moving=True).run(0, looks, target=target[:, None] + np.zeros((1, looks.stop)))
    anew = Sums.of(batch.kind, batch.cadence, batch.values, target).run(0, looks)
    scale = 1e-9 * (1 + np.max(anew.dd))
    for name in FIELDS if batch.kind is Kind.MEAN else [name for name in FIELDS if name != "within"]:
        np.testing.assert_allclose(getattr(moved, name), getattr(anew, name), rtol=1e-6, atol=scale, err_msg=name)


@pytest.mark.parametrize("kind", Kind)
def test_an_absent_period_adds_nothing(kind):
    width = {Kind.MEAN: 3, Kind.LEVEL: 1}.get(kind, 2)
    run = Sums.of(kind, Cadence.DAY, np.full((2, 5, width), np.nan), 3.0).run(0, slice(0, 5))
    assert not any(np.any(getattr(run, name)) for name in FIELDS)
