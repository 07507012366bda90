"""When will a trigger be judged met? Asked of simulated futures that run through the gate itself."""

from datetime import timedelta

import numpy as np
import pytest

from gaitway.engine import futures
from gaitway.engine.facts import Facts, Moment
from gaitway.engine.forecasts import TooShort
from gaitway.engine.kpis import Kind
from gaitway.engine.prospects import prospect
from gaitway.engine.triggers import parse
from tests.engine.judging import START, history


def visits(rate, days, seed=3, traffic=500):
    random = np.random.default_rng(seed)
    return history([(float(h), float(traffic)) for h in random.binomial(traffic, rate, days)], kind=Kind.PROPORTION)


def asked(text, *known, day=29, length=90, facts=None, count=120):
    moment = Moment(START + timedelta(days=day), START, START + timedelta(days=length - 1), True)
    series = {each.spec.key: each for each in known}
    return prospect(parse(text), series, facts or Facts(), moment, seed=7, count=count)


def test_a_good_pilot_is_expected_to_be_judged_met_and_a_bad_one_not():
    good = asked("kpi >= 3% with 95% confidence", visits(0.0345, 30))
    bad = asked("kpi >= 3% with 95% confidence", visits(0.024, 30))
    assert good.chance > 0.8 > 0.1 > bad.chance
    days = [day for day in good.days if day]
    assert days == sorted(days)
    assert START + timedelta(days=29) < days[0]
    assert bad.days[2] is None


def test_the_chance_by_the_end_never_exceeds_the_chance_at_all():
    found = asked("kpi >= 3% with 95% confidence", visits(0.0315, 30))
    assert 0 <= found.chance <= found.ever <= 1


def test_the_same_question_has_the_same_answer():
    ask = ("kpi >= 3% with 95% confidence", visits(0.0315, 30))
    assert asked(*ask) == asked(*ask)


def test_what_no_history_tells_of_is_assumed_and_said():
    text = "kpi >= 2% and tasks done and approved by sponsor and after 2026-03-01"
    found = asked(text, visits(0.03, 30), facts=Facts(tasks={"one": False}))
    assert found.assumes == ("tasks done", "approved by sponsor")
    assert found.days[0].isoformat() == "2026-03-02"


def test_all_criteria_together_and_either_of_them():
    series = visits(0.0345, 30), history([20.0 + i % 3 for i in range(30)], "level")
    both = asked("kpi >= 3% with 95% confidence and level >= 30", *series)
    either = asked("kpi >= 3% with 95% confidence or level >= 30", *series)
    assert both.chance < 0.5 < either.chance


def test_it_refuses_below_eight_periods_and_says_provisional_below_twenty():
    refused = asked("kpi >= 3%", visits(0.03, 5), day=4)
    assert (refused.refused, refused.short, refused.chance) == ("too short", ("kpi", 5), None)
    assert asked("kpi >= 3%", day=4).refused == "no data"
    assert asked("tasks done", day=4).refused == "no KPI"
    assert asked("kpi >= 3%", visits(0.03, 12), day=11).provisional
    assert not asked("kpi >= 3%", visits(0.03, 25), day=24).provisional


def test_against_a_control_both_go_on():
    series = visits(0.036, 30), history([(15.0 + i % 3, 500.0) for i in range(30)], "other", Kind.PROPORTION)
    found = asked("kpi improves on other by 1% with 95% confidence", *series)
    assert 0 < found.chance <= 1


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        (Kind.PROPORTION, lambda r: (float(r.binomial(500, 0.03)), 500.0)),
        (Kind.COUNT, lambda r: (float(r.poisson(20)), 1.0)),
        (Kind.MEAN, lambda r: (50.0, float(r.normal(10, 1)), 50.0)),
        (Kind.RATIO, lambda r: (float(r.normal(800, 80)), 20.0)),
        (Kind.LEVEL, lambda r: (float(r.normal(100, 5)),)),
    ],
)
def test_further_periods_are_like_those_before(kind, row):
    random = np.random.default_rng(11)
    known = history([row(random) for _ in range(60)], kind=kind)
    ahead = futures.further(known, 20, 200, seed=5)
    assert ahead.shape == (200, 20, known.values.shape[1])
    assert np.isfinite(ahead).all()
    value, _ = known.pooled()
    future = (
        ahead[..., 0] if kind is Kind.LEVEL else ahead[..., 1] if kind is Kind.MEAN else ahead[..., 0] / ahead[..., 1]
    )
    assert np.mean(future) == pytest.approx(value, rel=0.08)
    with pytest.raises(TooShort):
        futures.further(history([row(random) for _ in range(7)], kind=kind), 5, 10, seed=1)


@pytest.mark.slow
def test_the_forecast_is_calibrated():
    """Of pilots whose rate is drawn from a prior, as many are judged met by the end as was foretold on day 20."""
    random = np.random.default_rng(1)
    told, came = [], []
    for _ in range(20):
        rate = random.uniform(0.027, 0.037)
        hits = random.binomial(500, rate, 60).astype(float)
        whole = history([(h, 500.0) for h in hits], kind=Kind.PROPORTION)
        start = asked("kpi >= 3% with 90% confidence", history([(h, 500.0) for h in hits[:20]], kind=Kind.PROPORTION),
                      day=19, length=60, count=60)  # fmt: skip
        told.append(start.chance)
        end = asked("kpi >= 3% with 90% confidence", whole, day=59, length=61, count=2)
        came.append(end.days[0] == START + timedelta(days=60))
    assert abs(np.mean(told) - np.mean(came)) < 0.2
