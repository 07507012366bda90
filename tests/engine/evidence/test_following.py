"""What a criterion asks for: its share of the error, its plan, and a baseline that was measured too."""

from datetime import timedelta

import numpy as np
import pytest

from gaitway.engine import evidence
from gaitway.engine.facts import Moment
from gaitway.engine.following import follow
from gaitway.engine.kpis import Direction, Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.rules import Control, Target
from gaitway.engine.triggers import parse
from tests.engine.judging import START, finding, history, said

SURE = "kpi improves on baseline by 10% with 90% confidence"
PLAIN = "kpi improves on baseline by 10%"
DAYS = 60


def visits(hits, days=DAYS, trials=500):
    """Even and odd days differ by a little."""
    return [(hits + i % 3 - 1, trials) for i in range(days)]


def pilot(past, direction=Direction.UP, baseline=0.03, now=20, days=DAYS):
    """`past` successes of 500 a day for some weeks before the stage, `now` in it."""
    before = visits(past) if past is not None else []
    start = START - timedelta(days=len(before))
    rows = before + visits(now, days)
    return history(rows, kind=Kind.PROPORTION, baseline=baseline, direction=direction, start=start)


def followed(text, *known, ends=None, share=1, begun=None):
    moment = Moment(START + timedelta(days=DAYS - 1), START, ends, begun=begun)
    return follow(parse(text), {series.spec.key: series for series in known}, moment, share)


class TestBetterThanBaseline:
    def test_a_past_hardens_the_target(self):
        """The declared 3 % was measured: the past may have been as good as its upper bound."""
        found = followed(SURE, pilot(past=16))
        past = np.array(visits(16), float)
        _, upper = evidence.fixed(Kind.PROPORTION, Cadence.DAY, past, alpha=0.05)
        assert 0.03 < 0.032 < upper
        assert found.rule.low == pytest.approx(upper * 1.1)
        assert isinstance(found.rule, Target)
        assert found.rule.op == ">="

    def test_each_side_has_half_of_the_error(self):
        assert followed(SURE, pilot(past=16)).ask.alpha == pytest.approx(0.05)
        assert finding(SURE, pilot(past=16)).confidence == pytest.approx(0.95)

    def test_without_a_past_the_declared_number_is_taken_as_it_is(self):
        for known in (pilot(past=None), history([None, *visits(20)], kind=Kind.PROPORTION, baseline=0.03,
                                                start=START - timedelta(days=1))):  # fmt: skip
            found = followed(SURE, known)
            assert (found.rule.low, found.ask.alpha) == pytest.approx((0.033, 0.1))

    def test_a_worse_past_does_not_soften_it(self):
        assert followed(SURE, pilot(past=10)).rule.low == pytest.approx(0.033)

    def test_without_confidence_the_past_is_not_asked(self):
        found = followed(PLAIN, pilot(past=16))
        assert (found.rule.low, found.ask) == (pytest.approx(0.033), None)

    def test_where_down_is_better_the_lower_bound_counts(self):
        found = followed(SURE, pilot(past=14, direction=Direction.DOWN, now=10))
        lower, _ = evidence.fixed(Kind.PROPORTION, Cadence.DAY, np.array(visits(14), float), alpha=0.05)
        assert lower < 0.028
        assert found.rule.low == pytest.approx(lower * 0.9)
        assert found.rule.op == "<="

    def test_only_the_year_before_counts(self):
        """What lies further back was another world."""
        rows = visits(30, 200) + visits(16, 366) + visits(20)
        old = history(rows, kind=Kind.PROPORTION, baseline=0.03, start=START - timedelta(days=566))
        _, upper = evidence.fixed(Kind.PROPORTION, Cadence.DAY, np.array(visits(30, 200) + visits(16, 366), float)[-366:],
                                  alpha=0.05)  # fmt: skip
        assert followed(SURE, old).rule.low == pytest.approx(upper * 1.1, rel=1e-3)

    def test_the_past_ends_where_the_initiative_began(self):
        """An earlier stage of the same initiative is no baseline for the next."""
        rows = visits(15, 60) + visits(30, 40) + visits(20)
        known = history(rows, kind=Kind.PROPORTION, baseline=0.03, start=START - timedelta(days=100))
        whole, before = (followed(SURE, known, begun=begun).rule.low for begun in (None, START - timedelta(days=40)))
        _, upper = evidence.fixed(Kind.PROPORTION, Cadence.DAY, np.array(visits(15, 60), float), alpha=0.05)
        assert before == pytest.approx(upper * 1.1)
        assert whole > before

    def test_the_harder_target_may_decide(self):
        text = "kpi improves on baseline by 20% with 90% confidence"
        assert said(text, pilot(past=None, now=20)) == "met"
        assert said(text, pilot(past=17, now=20)) == "too early"


class TestTheError:
    def test_alternatives_share_it_and_ask_more_of_the_past(self):
        alone, shared = (followed(SURE, pilot(past=16), share=share) for share in (1, 4))
        assert shared.ask.alpha == pytest.approx(alone.ask.alpha / 4)
        assert shared.rule.low > alone.rule.low

    @pytest.mark.parametrize(
        ("text", "alpha"),
        [
            ("kpi >= 3% with 95% confidence", 0.05),
            ("kpi >= 3% with 99.5% confidence", 0.005),
            ("kpi between 3% and 5% with 90% confidence", 0.1),
        ],
    )
    def test_is_what_the_text_says(self, text, alpha):
        assert followed(text, pilot(past=None)).ask.alpha == pytest.approx(alpha)


class TestThePlan:
    @pytest.mark.parametrize(("days", "cadence", "periods"), [(90, Cadence.DAY, 90), (91, Cadence.WEEK, 13)])
    def test_is_the_length_of_the_stage(self, days, cadence, periods):
        known = history([(9, 30)] * 40, kind=Kind.PROPORTION, cadence=cadence)
        ask = followed("kpi >= 3% with 95% confidence", known, ends=START + timedelta(days=days - 1)).ask
        assert (ask.plan.periods, ask.ends, ask.window) == (periods, None, None)

    def test_by_stage_end_knows_the_number_of_looks(self):
        text = "kpi >= 3% with 95% confidence by stage end"
        weekly = history([(9, 30)] * 40, kind=Kind.PROPORTION, cadence=Cadence.WEEK)
        ends = [followed(text, weekly, ends=START + timedelta(days=days)).ask.ends for days in (90, 89, 6)]
        assert ends == [13, 12, 1]
        assert followed(text, weekly).ask.ends is None

    def test_a_window_is_in_periods(self):
        ask = followed("kpi >= 3% over 8 weeks with 95% confidence", pilot(past=None)).ask
        assert ask.window == 56


class TestAControl:
    def test_a_period_that_the_control_lacks_is_left_out(self):
        mine = history([(20, 500)] * 20, kind=Kind.PROPORTION)
        other = history([(18, 500), None, *[(18, 500)] * 14], "other", kind=Kind.PROPORTION)
        found = followed("kpi improves on other by 10% with 90% confidence", mine, other)
        assert isinstance(found.rule, Control)
        assert found.rule.factor == pytest.approx(1.1)
        assert np.flatnonzero(~found.run.present).tolist() == [1, 16, 17, 18, 19]

    def test_better_of_a_negative_number_is_nearer_to_zero(self):
        mine, other = history([-9] * 20), history([-10] * 20, "other")
        assert followed("kpi improves on other by 10%", mine, other).rule.factor == pytest.approx(0.9)

    def test_who_knows_nothing_is_not_compared(self):
        mine = history([9] * 20)
        assert followed("kpi improves on other by 10%", mine) is None
        assert followed("kpi improves on other by 10%", mine, history([], "other")) is None


def test_is_worked_out_once_for_all_days():
    known, text = pilot(past=16), parse(SURE)
    days = [follow(text, {"kpi": known}, Moment(START + timedelta(days=day), START)) for day in (3, 30, 59)]
    assert days[0] is days[1] is days[2]
