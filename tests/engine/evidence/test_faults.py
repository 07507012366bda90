"""Faults that were found by attack, each mended."""

from datetime import timedelta

import numpy as np
import pytest

from gaitway.engine.evidence import bounds, control, crossings, fixed
from gaitway.engine.evidence.plans import first_sample
from gaitway.engine.kpis import Direction, Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, WORTH, Batch, days, made, with_gaps
from tests.engine.judging import START, finding, history, said

WAVE = [10, 11, 12, 11, 10, 9, 8, 9] * 2


def test_an_absent_period_is_no_evidence():
    """runs.Sums.run: `edge` takes 0 for the last (first) residual where the look (start) is absent."""
    text = "kpi >= 5 with 95% confidence"
    assert [said(text, history(rows)) for rows in ([*WAVE, 9], [*WAVE, None, 9])] == ["too early", "too early"]


@pytest.mark.parametrize("kind", Kind)
def test_at_an_absent_period_the_evidence_is_what_it_was(kind):
    random = np.random.default_rng(3)
    values = made(kind, random, (20, 60), spread=0.2, phi=0.5)
    values[:, [20, 31, 32, 59]] = np.nan
    path = Batch(kind, Cadence.DAY, values, WORTH[kind] * 0.9).from_the_start()
    for absent, before in ((20, 19), (31, 30), (32, 30), (59, 58)):
        np.testing.assert_allclose(path[:, absent], path[:, before], atol=1e-9)


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("known", [1, 7, 13])
def test_a_past_of_too_few_periods_is_none(known, direction):
    """intervals.fixed gives the end of the scale (0 or 1) instead of None: a target of 110 %."""
    now = 40 if direction == "up" else 4
    rows = [(10, 500)] * known + [(now, 500)] * 60
    pilot = history(rows, kind=Kind.PROPORTION, baseline=0.02, direction=Direction(direction),
                    start=START - timedelta(days=known))  # fmt: skip
    found = finding("kpi improves on baseline by 10% with 95% confidence", pilot)
    assert (found.outcome, found.wanted) == ("met", pytest.approx(0.022 if direction == "up" else 0.018))


def test_too_little_has_no_fixed_interval():
    assert fixed(Kind.PROPORTION, Cadence.DAY, np.array([(10.0, 500.0)] * 7), alpha=0.05) == (None, None)


def test_a_wide_difference_has_an_interval():
    """control.interval: searchsorted beyond its 4001 scores, IndexError; 100,000 a day, days that differ by 20 %."""
    arms = made(Kind.COUNT, np.random.default_rng(1), (2, 30), worth=100_000.0, spread=0.2)
    low, high = control.interval(Kind.COUNT, Cadence.DAY, *arms, 1.01, alpha=ALPHA, plan=PLAN)
    assert low is None or low < high


def test_more_traffic_never_finds_less():
    """weighing: k (and r of a mean) is tuned to the raw sample of the first week, not to the effective one."""
    random = np.random.default_rng(3)

    def found(visitors):
        hits = random.binomial(visitors, 0.033 * days(random, (200, 90), 0.2))
        values = np.stack([hits, np.full(hits.shape, visitors)], -1).astype(float)
        return crossings(Kind.PROPORTION, Cadence.DAY, values, 0.03, up=True, alpha=ALPHA, plan=PLAN).any(1).mean()

    assert found(200_000) >= found(2_000) - 0.05


def test_a_kpi_that_only_passed_through_a_range_was_not_in_it():
    """rules.Target.shown latches each side by itself."""
    rows = [30 + i % 3 for i in range(40)] + [70 + i % 3 for i in range(80)]
    assert said("kpi between 40 and 62 with 95% confidence", history(rows)) != "met"


def test_only_periods_that_both_know_are_compared():
    """rules.Control.against keeps the control's periods that the KPI lacks."""
    found = finding("kpi improves on other by 10%", history([11, None, 11]), history([10, 1000, 10], "other"))
    assert (found.outcome, found.wanted) == ("met", pytest.approx(11))


def test_the_sign_of_a_control_is_not_taken_from_the_future():
    """rules.Control.factor reads the newest period for all looks."""
    other = [-5 + 0.2 * (i % 3) for i in range(20)] + [30] * 20
    mine = [value + 0.5 * (i % 2) for i, value in enumerate(other)]
    then, now = (
        finding("kpi improves on other by 10%", history(mine[:n]), history(other[:n], "other"),
                as_of=START + timedelta(days=14))
        for n in (15, 40)
    )  # fmt: skip
    assert (then.outcome, then.wanted) == (now.outcome, now.wanted)


def test_the_interval_of_a_window_is_that_of_the_window_against_a_control_too():
    """criteria._explained: control.interval knows neither `window` nor `ends`."""
    mine = [10 + i % 3 for i in range(60)] + [30 + i % 3 for i in range(60)]
    other = [10 + (i % 4) / 2 for i in range(120)]
    text = "kpi improves on other by 10% over 50 days with 90% confidence"
    found = finding(text, history(mine), history(other, "other"))
    assert found.outcome == "met"
    assert found.wanted < found.low < found.estimate < found.high


@pytest.mark.parametrize("rows", [([100_000] * 20, [1_000] * 20), ([30_000 + i for i in range(20)], [9_000] * 20)])
def test_large_differences_raise_no_warning(rows):
    """clustered.normal_score: t * t overflows from t = 1e154; on the first period of a pair the spread is 0."""
    mine, other = rows
    assert finding("kpi improves on other by 5% with 95% confidence", history(mine), history(other, "other"))


def test_after_the_end_the_interval_is_that_of_the_end():
    rows = [(18 + i % 5, 500) for i in range(75)]
    text = "kpi >= 3.5% with 95% confidence by stage end"
    found = finding(text, history(rows, kind=Kind.PROPORTION), ends=START + timedelta(days=60))
    assert found.outcome == "met"
    assert 0.03 < found.low < found.high < 0.05


@pytest.mark.parametrize("ends", [None, 90])
def test_without_a_period_there_is_no_look(ends):
    """runs.Sums.run on no looks; first_sample of nothing warns (mean of an empty slice)."""
    none = np.empty((2, 0, 1))
    assert crossings(Kind.LEVEL, Cadence.DAY, none, 1.0, up=True, alpha=ALPHA, plan=PLAN, ends=ends).shape == (2, 0)
    assert first_sample(np.zeros((2, 0))).tolist() == [[0], [0]]
    assert len(bounds(Kind.LEVEL, Cadence.DAY, none[0], alpha=ALPHA, plan=PLAN, ends=ends)[0]) == 0


def test_gaps_promote_no_more_of_those_that_lean_on_themselves():
    random = np.random.default_rng(5)
    values = with_gaps(made(Kind.LEVEL, random, (4000, 90), phi=0.8), random, 0.3)
    found = crossings(Kind.LEVEL, Cadence.DAY, values, WORTH[Kind.LEVEL], up=True, alpha=ALPHA, plan=PLAN)
    assert found.any(axis=1).mean() <= 0.055
