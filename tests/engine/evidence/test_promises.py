"""The promise itself, on simulated pilots that are looked at every day: on target few are promoted, better ones are.

Small and seeded. The tables with many repeats are those of the published benchmark."""

import math

import numpy as np
import pytest

from gaitway.engine.evidence import Plan, crossings
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, THRESHOLD, WORTH, Batch, days, made, with_gaps

RUNS, DAYS = 400, 90


def promoted(kind, values, target, **options):
    """The share of the series that are ever promoted."""
    options = {"up": True, "alpha": ALPHA, "plan": PLAN, **options}
    return crossings(kind, Cadence.DAY, values, target, **options).any(axis=1).mean()


def visits(rate, visitors, seed=20260105, runs=RUNS):
    random = np.random.default_rng(seed)
    rates = np.broadcast_to(rate, (runs, DAYS))
    return np.stack([random.binomial(visitors, rates), np.full((runs, DAYS), visitors)], axis=-1).astype(float)


@pytest.mark.parametrize("visitors", [20, 500, 20_000])
def test_on_target_few_are_promoted_however_often_people_look(visitors):
    assert promoted(Kind.PROPORTION, visits(0.03, visitors), 0.03) <= 0.05
    assert promoted(Kind.PROPORTION, visits(0.03, visitors), 0.03, up=False) <= 0.05


@pytest.mark.parametrize(("spread", "phi"), [(0.1, 0), (0.2, 0), (0.2, 0.5)])
def test_nor_where_days_differ_more_than_sampling_does(spread, phi):
    rate = 0.03 * days(np.random.default_rng(1), (RUNS, DAYS), spread, phi)
    assert promoted(Kind.PROPORTION, visits(rate, 2000), 0.03) <= 0.05


def test_nor_where_weekends_are_better():
    week = np.array([1, 1, 1, 1, 1, 1.2, 1.2]) / (7.4 / 7)
    rate = 0.03 * np.resize(week, DAYS)
    assert promoted(Kind.PROPORTION, visits(rate, 2000), 0.03) <= 0.05


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("kind", Kind)
def test_nor_of_any_kind(kind, up):
    values = made(kind, np.random.default_rng(3), (RUNS, DAYS), spread=0.05)
    assert promoted(kind, values, WORTH[kind], up=up) <= 0.05


def test_nor_where_a_value_is_skewed():
    """Lognormal orders, 50 a day, as spread as they are large."""
    random = np.random.default_rng(4)
    log = random.standard_normal((RUNS, DAYS, 50)) * math.sqrt(math.log(2))
    orders = np.exp(log - math.log(2) / 2)
    n = np.full((RUNS, DAYS), 50.0)
    values = np.stack([n, orders.mean(axis=-1), orders.var(axis=-1, ddof=1)], axis=-1)
    assert promoted(Kind.MEAN, values, 1.0) <= 0.05


def test_nor_where_counts_come_in_bursts():
    random = np.random.default_rng(5)
    events = random.negative_binomial(10, 1 / 3, (RUNS, DAYS))  # mean 20, variance 60
    values = np.stack([events, np.ones_like(events)], axis=-1).astype(float)
    assert promoted(Kind.COUNT, values, 20.0) <= 0.05


@pytest.mark.parametrize("phi", [0, 0.5, 0.8])
def test_nor_where_a_level_leans_on_itself(phi):
    values = made(Kind.LEVEL, np.random.default_rng(6), (1000, DAYS), phi=phi)
    assert promoted(Kind.LEVEL, values, WORTH[Kind.LEVEL]) <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 1000)


@pytest.mark.parametrize("kind", Kind)
def test_nor_with_gaps_or_a_window(kind):
    random = np.random.default_rng(7)
    values = made(kind, random, (RUNS, DAYS), spread=0.05)
    assert promoted(kind, values, WORTH[kind], window=28) <= 0.05
    assert promoted(kind, with_gaps(values, random, 0.2), WORTH[kind]) <= 0.05


def test_a_plan_of_any_length_keeps_the_promise():
    for plan in (Plan(7), Plan(30), Plan(400, 1.0)):
        assert promoted(Kind.PROPORTION, visits(0.03, 500), 0.03, plan=plan) <= 0.05


@pytest.mark.parametrize(("better", "least"), [(1.05, 0.2), (1.1, 0.8), (1.25, 1.0)])
def test_the_better_a_pilot_the_surer_it_is_promoted(better, least):
    assert promoted(Kind.PROPORTION, visits(0.03 * better, 500), 0.03) >= least


def test_a_pilot_that_improves_is_not_held_down_by_its_first_weeks():
    """A tenth worse for 30 days, then a quarter better: later starts find in weeks what the first one can't."""
    rate = np.where(np.arange(DAYS) < 30, 0.027, 0.0375)
    batch = Batch(Kind.PROPORTION, Cadence.DAY, visits(rate, 500), 0.03)
    found, alone = (path[:, :70] >= THRESHOLD for path in (batch.path(), batch.from_the_start()))
    assert found.any(axis=1).mean() > 0.6
    assert alone.any(axis=1).mean() < 0.4
    assert not found[:, :30].any()
