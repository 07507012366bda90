"""How long a verdict will still take."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.evidence import Plan, crossings, expected, missing
from gaitway.engine.kpis import Kind, enough
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, batches, few

OPTIONS = {"up": True, "alpha": ALPHA, "plan": PLAN}
# Rows alike but for a little, and a target that they are just above.
STEADY = {
    Kind.PROPORTION: ((51, 500), (49, 500), 0.095), Kind.MEAN: ((50, 5.1, 4.0), (50, 4.9, 4.0), 4.89),
    Kind.RATIO: ((2100, 50), (1950, 50), 39.85), Kind.COUNT: ((101, 1), (99, 1), 96.0), Kind.LEVEL: ((101,), (99.1,), 99.6),
}  # fmt: skip


def steady(kind, size):
    one, other, target = STEADY[kind]
    return np.array([(one, other)[i % 2] for i in range(size)], float), target


@few
@given(batches())
def test_what_is_missing_and_what_is_there_make_enough(batch):
    for values in batch.values:
        there = np.count_nonzero(~np.isnan(values[:, 0]))
        found = missing(batch.kind, batch.cadence, values)
        assert found == 0 if there >= enough(batch.kind, batch.cadence) else found + there


@pytest.mark.parametrize(
    ("kind", "cadence", "need"),
    [(Kind.COUNT, Cadence.DAY, 14), (Kind.COUNT, Cadence.WEEK, 7), (Kind.RATIO, Cadence.DAY, 7),
     (Kind.LEVEL, Cadence.WEEK, 14)],
)  # fmt: skip
def test_so_many_periods_are_missing(kind, cadence, need):
    width = 1 if kind is Kind.LEVEL else 2
    rows = np.ones((need + 3, width))
    rows[1] = np.nan
    assert [missing(kind, cadence, rows[:size]) for size in (0, 1, need, need + 1, need + 3)] == [
        need, need - 1, 1, 0, 0,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
class TestExpected:
    def test_falls_by_a_period_each_period_as_data_go_on_alike(self, kind):
        found = []
        for size in range(22, 70, 2):
            values, target = steady(kind, size)
            if crossings(kind, Cadence.DAY, values[None], target, **OPTIONS).any():
                break
            found.append(expected(kind, Cadence.DAY, values, target, **OPTIONS))
        assert len(found) >= 5
        assert found == sorted(found, reverse=True)
        assert found[0] - found[-1] == pytest.approx(2 * (len(found) - 1), abs=2)

    def test_after_so_many_more_of_the_same_it_crosses(self, kind):
        """Give or take: spread is known better by then, and the other starts help."""
        values, target = steady(kind, 24)
        more = expected(kind, Cadence.DAY, values, target, **OPTIONS)
        longer, _ = steady(kind, 24 + more + 3)
        looks = np.flatnonzero(crossings(kind, Cadence.DAY, longer[None], target, **OPTIONS)[0])
        assert 24 + 0.6 * more <= looks[0] + 1 <= 24 + more + 2

    def test_a_better_kpi_is_expected_sooner(self, kind):
        values, target = steady(kind, 24)
        easier = expected(kind, Cadence.DAY, values, target * 0.98, **OPTIONS)
        assert easier < expected(kind, Cadence.DAY, values, target, **OPTIONS)

    def test_on_the_wrong_side_nothing_is_in_sight(self, kind):
        values, target = steady(kind, 24)
        assert expected(kind, Cadence.DAY, values, target, **{**OPTIONS, "up": False}) is None
        assert expected(kind, Cadence.DAY, values, target * 1.2, **OPTIONS) is None

    def test_without_readings_nobody_knows(self, kind):
        values, target = steady(kind, 9)
        assert expected(kind, Cadence.DAY, values * np.nan, target, **OPTIONS) is None

    def test_never_before_there_are_enough_periods(self, kind):
        values, target = steady(kind, 4)
        more = expected(kind, Cadence.DAY, values, target / 5, **OPTIONS)
        assert more is None or more >= enough(kind, Cadence.DAY) - 4


@few
@given(batches(), st.booleans())
def test_any_data_give_a_number_or_none(batch, up):
    for values, target in zip(batch.values, batch.targets, strict=True):
        found = expected(batch.kind, batch.cadence, values, float(target), up=up, alpha=ALPHA, plan=Plan(30))
        assert found is None or found >= 1
