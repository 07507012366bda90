"""Looking at many pilots finds one by luck: how many of those proposed may be wrong."""

import numpy as np
import pytest

from gaitway.engine.portfolios import evidence_of, false_go_rate


@pytest.mark.parametrize(
    ("proposed", "judged", "rate"),
    [([], 10, None), ([20.0], 1, 0.05), ([20.0], 10, 0.5), ([20.0, 20.0], 10, 0.25), ([2.0], 10, 1.0), ([0.0], 3, 1.0)],
)
def test_the_bound(proposed, judged, rate):
    assert false_go_rate(proposed, judged) == (None if rate is None else pytest.approx(rate))


def test_a_gate_is_as_sure_as_its_weakest_criterion():
    assert evidence_of([{"e_value": 50.0}, {"e_value": 21.0}, {"e_value": None}, {}]) == 21.0
    assert evidence_of([{"e_value": None}]) is None


def test_the_bound_holds_on_average_where_most_pilots_are_no_good():
    """Nine of ten gates are only just at their target: their e-values have a mean of 1."""
    random = np.random.default_rng(3)
    shares, bounds = [], []
    for _ in range(400):
        null = np.exp(random.normal(-2, 2, 18))  # mean e^0 = 1
        real = np.exp(random.normal(5, 1, 2))
        e = np.concatenate((null, real))
        order = np.sort(e)[::-1]
        ok = [k for k in range(1, 21) if order[k - 1] >= 20 / (0.2 * k)]
        if ok:
            chosen = e >= order[max(ok) - 1]
            shares.append(chosen[:18].sum() / chosen.sum())
            bounds.append(false_go_rate(list(e[chosen]), 20))
    assert max(bounds) <= 0.2 + 1e-9
    assert np.mean(shares) <= 0.2
