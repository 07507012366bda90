"""What a criterion says at every look, against plain loops over planted sequences."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.evidence import Plan
from gaitway.engine.kpis import Kind, KpiSpec
from gaitway.engine.logic import Outcome, Why
from gaitway.engine.periods import Cadence
from gaitway.engine.rules import Ask, Target
from gaitway.engine.tracks import track
from gaitway.engine.triggers import parse
from tests.engine.evidence.batches import ALPHA, PLAN, WORTH, Batch, few, made, with_gaps
from tests.engine.judging import history, said

WEEKLY = KpiSpec("kpi", Kind.LEVEL, Cadence.WEEK)
FIVE = Target(WEEKLY, ">=", 5.0, 5.0)
ASK = Ask(ALPHA, PLAN)
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN


def qualified(text):
    return parse(f"kpi >= 5 {text}").qualifiers


def follow(rows, text="", rule=FIVE, ask=None):
    """One series of weekly levels: 6 is right, 4 is wrong, None is missing."""
    values = np.array([math.nan if row is None else row for row in rows], float)[None, :, None]
    return track(rule.spec, values, rule, qualified(text), ask)


def outcomes(found):
    return [found.at(look) for look in range(found.outcome.shape[1])]


sequences = st.lists(st.sampled_from([6, 6, 6, 4, None]), min_size=1, max_size=25)


def held_by_hand(rows):
    held, missing, found = 0, 0, []
    for row in rows:
        missing = missing + 1 if row is None else 0
        if missing == 2 or row == 4:
            held = 0
        elif row == 6:
            held += 1
        found.append(found[-1] if row is None and found else held)
    return found


class TestHeld:
    @pytest.mark.parametrize(
        ("rows", "held"),
        [
            ([6, 6, 6], [1, 2, 3]),
            ([6, 6, None, 6], [1, 2, 2, 3]),
            ([6, 6, None, None, 6, 6], [1, 2, 2, 2, 1, 2]),
            ([6, None, 6, None, 6], [1, 1, 2, 2, 3]),
            ([6, None, 4, None, 6], [1, 1, 0, 0, 1]),
            ([None, None, None, 6], [0, 0, 0, 1]),
        ],
    )
    def test_one_missing_period_freezes_the_count_two_end_it(self, rows, held):
        """Of a missing period nothing new is said, so the end shows at the next reading."""
        assert follow(rows, "held 3 periods").held[0].tolist() == held

    @few
    @given(sequences)
    def test_by_hand(self, rows):
        assert follow(rows, "held 3 periods").held[0].tolist() == held_by_hand(rows)

    def test_the_current_value_of_a_daily_kpi_is_that_of_seven_days(self):
        spec = KpiSpec("kpi", Kind.LEVEL, Cadence.DAY)
        rows = [20.0, *[4.0] * 8]
        found = track(
            spec, np.array(rows)[None, :, None], Target(spec, ">=", 5.0, 5.0), qualified("held 2 periods"), None
        )
        assert found.held[0].tolist() == [1, 2, 3, 4, 5, 6, 7, 0, 0]

    def test_what_is_met_waits_for_the_hold(self):
        found = outcomes(follow([9, 9, 4, 9, 9, 9], "held 3 periods"))
        early = UNKNOWN, Why.TOO_EARLY
        assert found == [early, early, early, early, early, (MET, None)]

    def test_what_is_not_met_does_not_wait(self):
        assert outcomes(follow([4, 4, 6], "held 2 periods")) == [(UNMET, None)] * 3


def each_by_hand(rows, window):
    """Each of the last so many on the right side: one that is wrong settles it, whatever is missing."""
    found = []
    for look, row in enumerate(rows):
        last = rows[max(0, look + 1 - window) : look + 1]
        if 4 in last:
            said = UNMET, None
        elif look + 1 < window:
            said = UNKNOWN, Why.TOO_EARLY
        else:
            said = (UNKNOWN, Why.NO_DATA) if None in last else (MET, None)
        # "No data" outranks: half of the window must be there.
        if 2 * sum(each is not None for each in last) < len(last) or not [each for each in last if each]:
            said = UNKNOWN, Why.NO_DATA
        found.append(found[-1] if row is None and found else said)
    return found


class TestForPeriods:
    @few
    @given(sequences, st.integers(1, 5))
    def test_by_hand(self, rows, window):
        assert outcomes(follow(rows, f"for {window} periods")) == each_by_hand(rows, window)

    def test_a_period_without_a_sample_is_a_missing_one(self):
        rows = [(6, 1), (0, 0), (6, 1), (6, 1), (6, 1)]
        spec = KpiSpec("kpi", Kind.RATIO, Cadence.WEEK)
        found = track(spec, np.array(rows, float)[None], Target(spec, ">=", 5.0, 5.0), qualified("for 3 periods"), None)
        assert [why for _, why in outcomes(found)] == [Why.TOO_EARLY, Why.TOO_EARLY, Why.NO_DATA, Why.NO_DATA, None]


class TestOverPeriods:
    @pytest.mark.parametrize(
        ("rows", "why"),
        [
            ([6, 6, 6, 6], None), ([6, None, None, 6], None), ([6, 6, None, 6], None), ([6, 6, 6], Why.TOO_EARLY),
            ([6, 6, None, None, None, 6], Why.NO_DATA), ([None, None, None, 6], Why.NO_DATA),
        ],
    )  # fmt: skip
    def test_with_too_many_periods_missing_there_is_no_data(self, rows, why):
        """More than half of the window."""
        assert outcomes(follow(rows, "over 4 periods"))[-1][1] is why

    def test_nor_is_there_with_confidence(self):
        """Although the evidence is there: it is what the window holds that nobody knows."""
        rows = [60.0 + i % 2 for i in range(30)]
        for text, ask in (("over 20 periods", Ask(ALPHA, PLAN, window=20)), ("", ASK)):
            found = outcomes(follow([*rows, *[None] * 11, 60.0], text, ask=ask))
            assert found[29] == (MET, None)
            assert found[-1] == ((UNKNOWN, Why.NO_DATA) if text else (MET, None))


class TestWithConfidence:
    def test_met_is_latched_at_its_first_crossing(self):
        rows = [60.0 + i % 3 for i in range(30)] + [0.0 + i % 3 for i in range(30)]
        found = follow(rows, ask=ASK).outcome[0]
        first = found.tolist().index(1)
        assert 0 < first < 30
        assert set(found[:first]) == {0}
        assert set(found[first:]) == {1}

    def test_unmet_is_not_a_pilot_may_still_turn(self):
        rows = [1.0 + i % 3 for i in range(30)] + [9.0 + i % 3 for i in range(170)]
        found = follow(rows, ask=ASK).outcome[0].tolist()
        assert -1 in found[:40]
        assert found[-1] == 1

    def test_a_range_is_met_when_each_side_is_shown_at_half_of_alpha(self):
        within = Target(WEEKLY, "in", 40.0, 62.0)
        rows = [50.0 + 3 * (i % 3) for i in range(40)]
        found = follow(rows, rule=within, ask=ASK).outcome[0]
        sides = [
            Batch(Kind.LEVEL, Cadence.WEEK, np.array(rows)[None, :, None], bound).path(up=up, alpha=ALPHA / 2)[0]
            for bound, up in ((40.0, True), (62.0, False))
        ]
        both = np.logical_or.accumulate(np.minimum(*sides) >= math.log(2 / ALPHA))
        assert both.any()
        assert (found == 1).tolist() == both.tolist()

    def test_nothing_shows_that_a_value_is_exactly_this(self):
        exactly = Target(WEEKLY, "=", 5.0, 5.0)
        found = follow([5.0 + 0.001 * (i % 2) for i in range(60)], rule=exactly, ask=ASK)
        assert 1 not in found.outcome[0]

    def test_held_needs_the_current_value_besides(self):
        sure = [(60, 500)] * 40
        text = "kpi >= 5% with 95% confidence held 5 periods"
        assert said(text, history(sure[:30], kind=Kind.PROPORTION)) == "met"
        assert said(text, history(sure + [(0, 500)] * 12, kind=Kind.PROPORTION)) == "too early"


@few
@given(
    st.sampled_from(list(Kind)), st.integers(0, 10**6), st.sampled_from(["", "over 12 periods", "for 3 periods"]),
    st.sampled_from(["", " held 3 periods"]), st.booleans(), st.sampled_from([0, 0.3]),
)  # fmt: skip
def test_one_call_on_many_series_is_one_call_on_each(kind, seed, window, held, sure, gaps):
    random = np.random.default_rng(seed)
    spec = KpiSpec("kpi", kind, Cadence.DAY)
    values = with_gaps(made(kind, random, (3, 40), spread=0.2), random, gaps)
    rule = Target(spec, ">=", WORTH[kind] * 0.9, WORTH[kind] * 0.9)
    ask = Ask(0.2, Plan(30), 12 if "over" in window else None) if sure and "for" not in window else None
    many = track(spec, values, rule, qualified(window + held), ask)
    for row in range(3):
        one = track(spec, values[[row]], rule, qualified(window + held), ask)
        for name in ("outcome", "why", "value", "sample", "count", *(["held"] if held else [])):
            np.testing.assert_allclose(getattr(one, name)[0], getattr(many, name)[row], err_msg=name)
