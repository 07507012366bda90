"""What the KPI library says of many KPIs at once is what it would say of each."""

from datetime import date

import numpy as np
import pytest

from gaitway.engine import periods
from gaitway.engine.kpis import Direction, Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Series
from gaitway.queries.assurance import assurances
from tests.engine.evidence.batches import WORTH, made

FIRST = periods.index(date(2026, 1, 1), Cadence.DAY)


def told(kind, direction, better, seed=1, cadence=Cadence.DAY, **spec):
    """40 periods around `better` times what is typical of the kind, its target unless another is given."""
    values = made(kind, np.random.default_rng(seed), (1, 40), worth=WORTH[kind] * better)[0]
    return Series(KpiSpec("kpi", kind, cadence, direction=direction, **{"target": WORTH[kind], **spec}), FIRST, values)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("direction", "better", "said"),
    [("up", 1.6, "meets"), ("up", 0.4, "misses"), ("down", 0.4, "meets"), ("down", 1.6, "misses"),
     ("within", 1.0, "meets"), ("within", 0.2, "misses"), ("within", 2, "misses"), ("within", 0.75, "unsure")],
)  # fmt: skip
def test_it_is_told_by_the_direction(kind, direction, better, said):
    series = told(kind, Direction(direction), better, tolerance=WORTH[kind] / 4)
    assert assurances([(series, True)]) == [said]


def test_many_together_are_told_as_each_alone():
    random = np.random.default_rng(2)
    known = [
        (told(kind, direction, random.uniform(0.8, 1.2), seed, cadence, tolerance=WORTH[kind] / 10), bool(seed % 4))
        for seed in range(6)
        for kind in Kind
        for direction in Direction
        for cadence in (Cadence.DAY, Cadence.WEEK)
    ]
    together = assurances(known)
    assert together == [assurances([each])[0] for each in known]
    assert set(together) == {"meets", "misses", "unsure", "no_data"}


def test_without_a_target_or_data_nothing_is_told():
    none = Series.of(KpiSpec("kpi", Kind.LEVEL, Cadence.DAY, target=3.0), {})
    absent = Series(KpiSpec("kpi", Kind.LEVEL, Cadence.DAY, target=3.0), FIRST, np.full((40, 1), np.nan))
    bare = told(Kind.LEVEL, Direction.UP, 1.0, target=None)
    stale = told(Kind.LEVEL, Direction.UP, 1.0)
    found = assurances([(none, True), (absent, True), (bare, False), (bare, True), (stale, False)])
    assert found == ["no_data", "no_data", "no_target", "no_target", "no_data"]
    assert assurances([]) == []
