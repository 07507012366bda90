"""An overspend shows early and clears early."""

from datetime import date, timedelta

import pytest

from gaitway.engine import burning, gates
from gaitway.engine.burning import burn, spent, too_fast
from gaitway.engine.facts import Facts, Moment
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.triggers import parse
from tests.engine.judging import START, history


def money(amounts, cadence=Cadence.DAY):
    return history([(float(amount), 1.0) for amount in amounts], "costs", Kind.COUNT, cadence)


def moment(day, length=100):
    return Moment(START + timedelta(days=day), START, START + timedelta(days=length - 1))


def test_what_was_spent_counts_from_the_stage_on():
    assert spent(money([10] * 30), moment(19)) == 200
    assert spent(money([10] * 30), Moment(START + timedelta(days=19), START + timedelta(days=10))) == 100
    assert spent(money([]), moment(5)) is None


def test_an_even_spending_burns_at_the_plan():
    assert burn(money([50] * 40), moment(39), 5000) == (pytest.approx(1), pytest.approx(1))


@pytest.mark.parametrize(
    ("amounts", "fast"),
    [
        ([50] * 33 + [200] * 7, True),  # a rush that weighs in the long window too
        ([50] * 39 + [200], False),  # one dear day
        ([200] * 33 + [50] * 7, False),  # over: it clears at once
        ([65] * 40, True),
    ],
)
def test_both_windows_must_burn(amounts, fast):
    rates = burn(money(amounts), moment(39), 5000)
    assert too_fast(rates) is fast


def test_nothing_is_said_without_budget_dates_or_enough_days():
    assert burn(money([50] * 40), moment(39), None) is None
    assert burn(money([50] * 40), Moment(START + timedelta(days=39), START), 5000) is None
    assert burn(money([50] * 20), moment(19), 5000) is None


def test_weeks_have_their_own_windows():
    weekly = money([350] * 8, Cadence.WEEK)
    assert burn(weekly, Moment(date(2026, 3, 1), START, START + timedelta(days=99)), 5000) == (
        pytest.approx(1, rel=0.01), pytest.approx(1, rel=0.01),
    )  # fmt: skip


def test_the_finding_on_the_budget_tells_the_burn():
    facts = Facts(spent=1000, budget=5000, burn=(1.5, 2.0))
    (finding,) = gates.judge(parse("spent <= 100% of budget"), {}, facts, moment(39)).findings
    assert (finding.outcome, finding.burn, burning.too_fast(finding.burn)) == ("met", (1.5, 2.0), True)
