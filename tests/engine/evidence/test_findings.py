"""The numbers behind a verdict, from look to look."""

from datetime import timedelta
from itertools import product

import numpy as np
import pytest

from gaitway.engine import evidence
from gaitway.engine.criteria import chance_of_run
from gaitway.engine.evidence import Plan
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.judging import START, finding, history

SURE = "kpi >= 3.7% with 95% confidence"
GOOD = [(18 + i % 5, 500) for i in range(90)]  # 4 %


def day(number):
    return START + timedelta(days=number)


def visits(rows, **spec):
    return history(rows, kind=Kind.PROPORTION, **spec)


def seen(text, looks, rows=GOOD, **moment):
    """One finding a look, each with the readings known by then."""
    return [finding(text, visits(rows[:look]), **moment) for look in looks]


class TestInconclusive:
    ENDS = day(39)

    def judged(self, text, number, rows=GOOD):
        found = finding(text, visits(rows), as_of=day(number), ends=self.ENDS)
        return str(found.why or found.outcome)

    def test_from_the_end_of_the_stage_on(self):
        assert [self.judged(SURE, number) for number in (38, 39, 40, 60)] == ["too early", *["inconclusive"] * 3]

    def test_what_is_met_or_refuted_is_not(self):
        assert self.judged("kpi >= 3% with 95% confidence", 45) == "met"
        assert self.judged("kpi >= 6% with 95% confidence", 45) == "unmet"

    def test_too_few_readings_by_the_end_are(self):
        assert self.judged(SURE, 40, [None] * 30 + GOOD) == "inconclusive"

    def test_evidence_that_waits_for_its_hold_is(self):
        fallen = GOOD[:30] + [(5, 500)] * 60
        assert self.judged("kpi >= 3% with 95% confidence held 5 periods", 39, fallen) == "inconclusive"

    def test_stale_is_stale(self):
        assert self.judged(SURE, 50, GOOD[:40]) == "stale"

    def test_without_confidence_a_number_is_a_number(self):
        assert self.judged("kpi >= 3.7%", 45) == "met"
        assert self.judged("kpi >= 3.7% over 60 days", 45) == "too early"


class TestAsGoodDataArrive:
    def test_fewer_periods_are_expected(self):
        found = [f.expected for f in seen(SURE, range(16, 60, 6))]
        assert len(found) == 8
        assert found == sorted(found, reverse=True)
        assert found[-1] < 15

    def test_before_there_are_enough_it_only_says_how_many_are_missing(self):
        found = seen(SURE, [1, 9, 13, 14])
        assert [(f.wait, f.expected is None) for f in found] == [(13, True), (5, True), (1, True), (None, False)]

    def test_the_evidence_grows_to_the_verdict_and_stays(self):
        found = seen(SURE, range(15, 90, 10))
        e = [f.e_value for f in found]
        first = next(i for i, f in enumerate(found) if f.outcome == "met")
        assert e[: first + 1] == sorted(e[: first + 1])
        assert e[0] < 2 < e[first - 1] < 20 <= e[first]
        assert len(set(e[first:])) == 1

    def test_and_falls_where_they_turn_before_it(self):
        fallen = GOOD[:50] + [(5, 500)] * 30
        best, later = (f.e_value for f in seen(SURE, [50, 80], fallen))
        assert best > 2 > 1 > later

    def test_it_is_a_number_that_can_be_read(self):
        assert finding("kpi >= 0.1% with 95% confidence", visits(GOOD)).e_value == pytest.approx(np.exp(20))


class TestTheInterval:
    VALUES = np.array(GOOD, float)

    def test_is_that_of_the_process(self):
        found = finding(SURE, visits(GOOD), ends=day(119))
        wanted = evidence.interval(Kind.PROPORTION, Cadence.DAY, self.VALUES, alpha=0.05, plan=Plan(120))
        assert (found.low, found.high) == wanted

    def test_of_a_range_has_half_of_the_error_a_side(self):
        found = finding("kpi between 3% and 5% with 95% confidence", visits(GOOD), ends=day(119))
        wanted = evidence.interval(Kind.PROPORTION, Cadence.DAY, self.VALUES, alpha=0.025, plan=Plan(120))
        assert (found.low, found.high, found.confidence) == (*wanted, pytest.approx(0.95))

    def test_by_stage_end_is_that_of_the_boundary(self):
        found = finding(f"{SURE} by stage end", visits(GOOD), ends=day(119))
        low, high = evidence.bounds(
            Kind.PROPORTION, Cadence.DAY, self.VALUES, alpha=0.05, plan=Plan(120), ends=120
        )  # fmt: skip
        assert (found.low, found.high) == (low[-1], high[-1])
        any_time = finding(SURE, visits(GOOD), ends=day(119))
        assert any_time.low < found.low < found.estimate < found.high < any_time.high

    def test_against_a_control_is_around_what_is_wanted(self):
        other = visits([(14 + i % 5, 500) for i in range(90)], key="other")
        found = finding("kpi improves on other by 5% with 90% confidence", visits(GOOD), other)
        assert found.outcome == "met"
        assert found.wanted < found.low < found.estimate < found.high

    def test_too_early_it_is_open(self):
        found = finding("kpi > 5 with 95% confidence", history([9] * 5))
        assert (found.low, found.high, found.estimate) == (None, None, 9)


class TestChanceOfARun:
    @pytest.mark.parametrize("length", [1, 2, 3, 5])
    @pytest.mark.parametrize("looks", [0, 1, 3, 6, 11])
    def test_by_counting_all_sequences(self, length, looks):
        found = sum(
            any(all(flips[i : i + length]) for i in range(looks - length + 1))
            for flips in product([0, 1], repeat=looks)
        )
        assert chance_of_run(length, looks) == pytest.approx(found / 2**looks)

    def test_is_told_with_each_of_so_many_periods(self):
        """A week in a row somewhere in ninety days is no rare thing."""
        found = finding("kpi >= 3% for 7 days", visits(GOOD))
        assert found.luck == pytest.approx(chance_of_run(7, 90))
        assert 0.25 < found.luck < 0.4
        assert finding("kpi >= 3% over 7 days", visits(GOOD)).luck is None
