"""The judge: criteria joined, the error shared, nothing but the arguments decides."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.engine import gates, periods
from gaitway.engine.facts import Facts, Moment
from gaitway.engine.kpis import Kind
from gaitway.engine.logic import Outcome, Proposal
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Series
from gaitway.engine.triggers import parse
from tests.engine.judging import START, finding, history, judge

HIGH = history([9] * 20, "high")
LOW = history([1] * 20, "low")
NONE = history([], "none")
MET, UNMET, UNKNOWN = "high > 5", "low > 5", "none > 5"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (f"{MET} and {MET}", "met"),
        (f"{MET} and {UNMET}", "unmet"),
        (f"{MET} and {UNKNOWN}", "unknown"),
        (f"{UNKNOWN} and {UNMET}", "unmet"),
        (f"{MET} or {UNKNOWN}", "met"),
        (f"{UNMET} or {UNKNOWN}", "unknown"),
        (f"{UNMET} or {UNMET}", "unmet"),
        (f"not {MET}", "unmet"),
        (f"not {UNMET}", "met"),
        (f"not {UNKNOWN}", "unknown"),
        (f"2 of ({MET}, {MET}, {UNKNOWN})", "met"),
        (f"2 of ({MET}, {UNMET}, {UNKNOWN})", "unknown"),
        (f"2 of ({UNMET}, {UNMET}, {UNKNOWN})", "unmet"),
        (f"({MET} or {UNKNOWN}) and not {UNMET}", "met"),
    ],
)
def test_criteria_joined(text, outcome):
    assert judge(text, HIGH, LOW, NONE).outcome == outcome


def test_every_criterion_is_judged_in_the_order_of_the_text():
    found = judge(f"{MET} or {UNMET} and not ({UNKNOWN} or tasks done)", HIGH, LOW, NONE).findings
    assert [f.criterion for f in found] == [MET, UNMET, UNKNOWN, "tasks done"]
    assert [f.outcome for f in found] == ["met", "unmet", "unknown", "unknown"]


SURE = "kpi >= 5 with 90% confidence"


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        (SURE, 0.9),
        (f"{SURE} and {MET}", 0.9),
        (f"{SURE} or {MET}", 0.95),
        (f"2 of ({SURE}, {MET}, {UNMET}, {UNKNOWN})", 0.975),
        (f"({SURE} or {MET}) or {UNMET}", 0.975),
        (f"({SURE} and {MET}) or {UNMET}", 0.95),
        (f"not {SURE}", 0.9),
        (f"not ({SURE} and {MET})", 0.95),
        (f"not ({SURE} or {MET})", 0.9),
        (f"not (not ({SURE} or {MET}))", 0.95),
        (f"not ({SURE} and {MET}) or {UNMET}", 0.975),
    ],
)
def test_alternatives_share_the_error(text, confidence):
    sampled = history([6 + i % 3 for i in range(40)])
    (found,) = (f for f in judge(text, sampled, HIGH, LOW, NONE).findings if f.criterion == SURE)
    assert found.confidence == pytest.approx(confidence)


def test_a_part_of_an_alternative_needs_stronger_evidence():
    rows = [(15 + i % 6, 500) for i in range(60)]  # 3.5 %
    alone = "kpi >= 3% with 95% confidence"

    def first_met(text):
        for count in range(1, len(rows)):
            found = judge(text, history(rows[:count], kind=Kind.PROPORTION), NONE)
            if found.outcome == "met":
                return count
        return None

    assert 14 <= first_met(alone) < first_met(" or ".join([alone, *[UNKNOWN] * 40]))


@pytest.mark.parametrize(
    ("trigger", "stop", "proposal"),
    [
        (MET, "", Proposal.GO), (UNMET, "", None), (UNKNOWN, "", None), ("", MET, Proposal.STOP), ("", "", None),
        (MET, MET, Proposal.STOP), (MET, UNMET, Proposal.GO), (MET, UNKNOWN, Proposal.GO), (UNMET, UNMET, None),
    ],
)  # fmt: skip
def test_the_proposal(trigger, stop, proposal):
    rules = [parse(text) if text else None for text in (trigger, stop)]
    known = {series.spec.key: series for series in (HIGH, LOW, NONE)}
    found = gates.verdict(gates.Rules(*rules), known, Facts(), Moment(START + timedelta(days=19), START))
    assert found.proposal is proposal
    assert ((found.trigger is None), (found.stop is None)) == (not trigger, not stop)


FORMS = [
    "kpi >= 3",
    "kpi >= 3 over 10 days",
    "kpi >= 3 for 4 days",
    "kpi between 2 and 4 over 2 weeks with 80% confidence",
    "kpi >= 3 with 80% confidence",
    "kpi >= 3 with 80% confidence held 3 periods",
    "kpi improves on baseline by 5% over 10 days",
    "kpi improves on other by 5% with 80% confidence",
    "kpi improves on other by 5% over 3 weeks with 80% confidence",
    "not (kpi < 2 and other > 4) or kpi = 3",
]
rows = st.lists(st.one_of(st.none(), st.integers(0, 6), st.integers(3, 4)), min_size=1, max_size=45)


@settings(max_examples=20, deadline=None)
@given(rows, rows, st.sampled_from(FORMS), st.randoms())
def test_a_verdict_does_not_depend_on_the_order_of_rows(mine, others, text, random):
    known = [history(mine, baseline=3), history(others, "other")]
    as_of = START + timedelta(days=len(mine))
    shuffled = []
    for series in known:
        numbers = {series.first + i: tuple(row) for i, row in enumerate(series.values) if series.present[i]}
        order = list(numbers.items())
        random.shuffle(order)
        shuffled.append(Series.of(series.spec, dict(order)))
    assert judge(text, *known, as_of=as_of) == judge(text, *shuffled[::-1], as_of=as_of)


def as_seen(judgement):
    return judgement.outcome, [
        (f.outcome, f.why, f.periods, f.sample, f.wait, pytest.approx(f.estimate)) for f in judgement.findings
    ]


@settings(max_examples=40, deadline=None)
@given(rows, rows, st.sampled_from(FORMS), st.data())
def test_what_is_said_of_a_day_does_not_depend_on_later_readings(mine, others, text, data):
    """Replaying a day with all of the history at hand gives what was said on that day."""
    day = data.draw(st.integers(0, len(mine)))
    as_of = START + timedelta(days=day)
    whole = [history(mine, baseline=3), history(others, "other")]
    known = [history(mine[: day + 1], baseline=3), history(others[: day + 1], "other")]
    later = judge(text, *whole, as_of=as_of)
    then = judge(text, *known, as_of=as_of)
    assert as_seen(then) == as_seen(later)


def test_a_brief_judgement_leaves_only_the_interval_out():
    sampled = history([6 + i % 3 for i in range(40)])
    full, brief = (finding(SURE, sampled, brief=brief) for brief in (False, True))
    assert (full.outcome, full.wait, full.estimate) == (brief.outcome, brief.wait, brief.estimate)
    assert full.low < full.estimate < full.high
    assert (brief.low, brief.high) == (None, None)


def test_the_looks_are_the_ends_of_periods_the_changes_and_both_ends():
    first, last = date(2026, 1, 7), date(2026, 2, 3)
    found = gates.looks([Cadence.WEEK, Cadence.MONTH], first, last, [date(2026, 1, 20), date(2025, 1, 1)])
    days = [(1, 7), (1, 11), (1, 18), (1, 20), (1, 25), (1, 31), (2, 1), (2, 3)]
    assert found == [date(2026, month, day) for month, day in days]
    assert gates.looks([], first, first) == [first]
    assert gates.looks([Cadence.DAY], last, first) == []


@settings(max_examples=15, deadline=None)
@given(rows, st.sampled_from(FORMS), st.sampled_from([Cadence.WEEK, Cadence.MONTH]))
def test_between_two_looks_nothing_changes(mine, text, cadence):
    first = periods.start(periods.first_whole(START, cadence), cadence)
    known = [history(mine[:20], cadence=cadence, baseline=3, start=first), history([3] * 9, "other", cadence=cadence)]
    last = first + timedelta(days=80)
    seen = set(gates.looks([cadence], START, last))
    said = None
    for offset in range((last - START).days + 1):
        day = START + timedelta(days=offset)
        found = judge(text, *known, as_of=day, brief=True)
        assert day in seen or found == said
        said = found


def test_outcomes_are_words():
    assert [str(outcome) for outcome in Outcome] == ["met", "unmet", "unknown"]
