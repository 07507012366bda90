"""Each form of a criterion, on numbers that can be followed by hand."""

from datetime import timedelta

import pytest

from gaitway.engine.kpis import Direction, Kind
from gaitway.engine.periods import Cadence
from tests.engine.judging import START, finding, history, said


def at(day):
    return START + timedelta(days=day)


@pytest.mark.parametrize(
    ("text", "rows", "expected"),
    [
        # everything since the stage started
        ("kpi >= 5", [4, 6], "met"),
        ("kpi > 5", [4, 6], "unmet"),
        ("kpi <= 5", [4, 6], "met"),
        ("kpi < 5", [4, 6], "unmet"),
        ("kpi = 5", [4, 6], "met"),
        ("kpi = 0.3", [0.1 + 0.2], "met"),
        ("kpi between 5 and 6", [4, 6], "met"),
        ("kpi between 4 and 5", [4, 6], "met"),
        ("kpi between 6 and 7", [4, 6], "unmet"),
        # the last so many, pooled
        ("kpi >= 5 over 3 days", [0, 0, 4, 5, 6], "met"),
        ("kpi >= 5 over 4 days", [0, 0, 4, 5, 6], "unmet"),
        ("kpi >= 5 over 3 days", [9, 9], "too early"),
        ("kpi >= 5 over 3 days", [0, 5, None, 5], "met"),
        # each of the last so many
        ("kpi >= 5 for 3 days", [0, 5, 5, 5], "met"),
        ("kpi >= 5 for 3 days", [9, 9, 4, 9], "unmet"),
        ("kpi >= 5 for 3 days", [9, 9], "too early"),
        ("kpi >= 5 for 3 days", [9, 4], "unmet"),
        ("kpi >= 5 for 3 days", [9, 9, None, 9], "no data"),
        ("kpi >= 5 for 3 days", [9, 4, None, 9], "unmet"),
        # held: the current value (of seven days) on the right side
        ("kpi >= 5 held 2 periods", [6] * 9, "met"),
        ("kpi >= 5 held 3 periods", [6, 6], "too early"),
        ("kpi >= 5 held 2 periods", [20, *[4] * 8], "too early"),
        ("kpi >= 5 held 2 periods", [4] * 9, "unmet"),
        ("kpi >= 5 held 3 periods", [6, 6, None, 6], "met"),
        ("kpi >= 5 held 3 periods", [6, 6, None, None, 6], "too early"),
        ("kpi >= 5 held 3 periods", [6, 6, 6, None, None, 6, 6, 6], "met"),
    ],
)
def test_a_window(text, rows, expected):
    assert said(text, history(rows)) == expected


def test_pooling_weighs_by_the_sample():
    rows = [(1, 100), (30, 300), (0, 0)]
    found = finding("kpi >= 7.75% over 3 days", history(rows, kind=Kind.PROPORTION))
    assert (found.outcome, found.estimate, found.wanted) == ("met", 0.0775, 0.0775)
    assert (found.sample, found.periods, found.kpi) == (400, 3, "kpi")


def test_a_range_is_wanted_as_a_pair():
    assert finding("kpi between 2 and 4", history([9])).wanted == (2, 4)


@pytest.mark.parametrize(
    ("text", "rows", "wait"),
    [
        ("kpi > 5 over 5 days", [9, 9], 3),
        ("kpi > 5 for 4 days", [9, 9], 2),
        ("kpi > 5 held 4 periods", [9, 9, 9], 1),
        ("kpi > 5 with 90% confidence", [9, 9, 9], 11),
    ],
)
def test_too_early_says_how_many_periods_are_missing(text, rows, wait):
    assert finding(text, history(rows)).wait == wait


class TestNotKnown:
    @pytest.mark.parametrize("rows", [[], [None]])
    def test_no_readings(self, rows):
        found = finding("kpi > 5", history(rows))
        assert (found.outcome, found.why, found.wanted, found.sample) == ("unknown", "no data", 5, None)

    def test_a_kpi_that_nobody_has_history_of(self):
        found = finding("kpi > 5")
        assert (found.outcome, found.why, found.wanted) == ("unknown", "no data", None)

    def test_readings_from_before_the_stage_do_not_count(self):
        before = history([9] * 10, start=at(-10))
        assert said("kpi > 5", before, as_of=at(0)) == "no data"

    @pytest.mark.parametrize("text", ["kpi >= 0%", "kpi >= 0% for 1 day", "kpi <= 9% with 50% confidence"])
    def test_a_sample_of_zero(self, text):
        assert said(text, history([(0, 0)] * 40, kind=Kind.PROPORTION)) == "no data"

    @pytest.mark.parametrize(
        ("cadence", "fine", "stale"), [(Cadence.DAY, 12, 13), (Cadence.WEEK, 89, 90), (Cadence.MONTH, 360, 365 + 60)]
    )
    def test_readings_go_stale(self, cadence, fine, stale):
        known = history([9] * 10, cadence=cadence, start=at(0) if cadence is not Cadence.MONTH else at(27))
        assert said("kpi > 5", known, as_of=at(fine)) == "met"
        found = finding("kpi > 5", known, as_of=at(stale))
        assert (found.outcome, found.why, found.estimate) == ("unknown", "stale", 9)

    def test_a_gap_is_stale_on_its_day_although_readings_came_later(self):
        known = history([9, 9, *[None] * 10, 9])
        assert said("kpi > 5", known, as_of=at(6)) == "stale"
        assert said("kpi > 5", known, as_of=at(12)) == "met"

    def test_the_running_period_does_not_count(self):
        weekly = history([9, 1], cadence=Cadence.WEEK)
        assert [said("kpi > 5", weekly, as_of=at(day)) for day in (5, 6, 12, 13)] == ["no data", "met", "met", "unmet"]

    def test_a_count_without_a_row_is_zero_where_its_source_reaches(self):
        known = history([(6, 1)], kind=Kind.COUNT, reach=START.toordinal() + 2)
        found = finding("kpi >= 2 over 3 days", known)
        assert (found.outcome, found.estimate, found.periods) == ("met", 2, 3)


GOOD = [(18 + i % 5, 500) for i in range(60)]  # 4 %
BAD = [(8 + i % 5, 500) for i in range(60)]  # 2 %
EVEN = [(13 + i % 5, 500) for i in range(60)]  # 3 %


class TestConfidence:
    @pytest.mark.parametrize(
        ("text", "rows", "expected"),
        [
            ("kpi >= 3% with 95% confidence", GOOD, "met"),
            ("kpi >= 3% with 95% confidence", BAD, "unmet"),
            ("kpi >= 3% with 95% confidence", EVEN, "too early"),
            ("kpi <= 3% with 95% confidence", BAD, "met"),
            ("kpi <= 3% with 95% confidence", GOOD, "unmet"),
            ("kpi between 3% and 5% with 95% confidence", GOOD, "met"),
            ("kpi between 3% and 5% with 95% confidence", BAD, "unmet"),
            ("kpi between 1% and 3% with 95% confidence", GOOD, "unmet"),
            ("kpi between 3% and 5% with 95% confidence", EVEN, "too early"),
            ("kpi >= 3% with 95% confidence", GOOD[:13], "too early"),
            ("kpi >= 3% with 95% confidence held 7 periods", GOOD, "met"),
            ("kpi >= 3% over 8 weeks with 95% confidence", GOOD, "met"),
        ],
    )
    def test_the_evidence_excludes_the_other_side(self, text, rows, expected):
        assert said(text, history(rows, kind=Kind.PROPORTION)) == expected

    def test_the_interval_stands_beside_the_estimate(self):
        found = finding("kpi >= 3% with 95% confidence", history(GOOD, kind=Kind.PROPORTION))
        assert 0.03 < found.low < found.estimate == 0.04 < found.high < 0.05
        assert found.confidence == pytest.approx(0.95)

    def test_evidence_is_latched_at_its_first_crossing(self):
        fallen = history(GOOD + BAD[:20], kind=Kind.PROPORTION)
        text = "kpi >= 3% with 95% confidence"
        assert said(text, fallen) == "met"
        assert said(f"{text} held 7 periods", fallen) == "too early"
        outcomes = [said(text, fallen, as_of=at(day)) for day in range(80)]
        first = outcomes.index("met")
        assert set(outcomes[:first]) == {"too early"}
        assert set(outcomes[first:]) == {"met"}

    def test_a_restatement_may_unlatch(self):
        assert said("kpi >= 3% with 95% confidence", history(EVEN + BAD[:20], kind=Kind.PROPORTION)) != "met"

    def test_evidence_that_went_stale_is_unknown(self):
        known = history(GOOD, kind=Kind.PROPORTION)
        assert said("kpi >= 3% with 95% confidence", known, as_of=at(70)) == "stale"

    def test_a_window_tells_its_own_interval(self):
        moved = history([20 + i % 3 for i in range(60)] + [5 + i % 3 for i in range(60)])
        found = finding("kpi <= 8 over 50 days with 90% confidence", moved)
        assert found.outcome == "met"
        assert found.low < found.estimate < found.high < 8


class TestImproves:
    @pytest.mark.parametrize(
        ("direction", "baseline", "rows", "expected"),
        [
            (Direction.UP, 10, [11], "met"),
            (Direction.UP, 10, [10.9], "unmet"),
            (Direction.DOWN, 10, [9], "met"),
            (Direction.DOWN, 10, [9.1], "unmet"),
            (Direction.UP, -10, [-9], "met"),
            (Direction.UP, -10, [-11], "unmet"),
            (Direction.DOWN, -10, [-11], "met"),
            (Direction.DOWN, -10, [-9], "unmet"),
            (Direction.UP, None, [99], "no data"),
            (Direction.UP, 10, [], "no data"),
        ],
    )
    def test_on_the_baseline_in_the_direction_of_the_kpi(self, direction, baseline, rows, expected):
        assert (
            said("kpi improves on baseline by 10%", history(rows, direction=direction, baseline=baseline)) == expected
        )

    @pytest.mark.parametrize(
        ("mine", "others", "expected"),
        [
            ([11], [10], "met"),
            ([10], [10], "unmet"),
            ([0], [0], "unmet"),
            ([1], [0], "met"),
            ([1], [], "no data"),
            ([], [1], "no data"),
            ([11] * 9, [10], "stale"),
        ],
    )
    def test_on_another_kpi(self, mine, others, expected):
        assert said("kpi improves on other by 10%", history(mine), history(others, "other")) == expected

    def test_on_another_kpi_over_the_same_window(self):
        mine, others = history([0, 0, 0, 6, 6]), history([9, 9, 9, 5, 5], "other")
        found = finding("kpi improves on other by 20% over 2 days", mine, others)
        assert (found.outcome, found.estimate, found.wanted) == ("met", 6, 6)
        assert said("kpi improves on other by 20%", mine, others) == "unmet"

    @pytest.mark.parametrize(
        ("mine", "others", "expected"),
        [(GOOD, BAD, "met"), (GOOD, GOOD, "too early"), (BAD, GOOD, "unmet"), (GOOD[:10], BAD[:10], "too early")],
    )
    @pytest.mark.parametrize("window", ["", "over 8 weeks "])
    def test_with_confidence_against_a_running_control(self, mine, others, expected, window):
        pair = history(mine, kind=Kind.PROPORTION), history(others, "other", kind=Kind.PROPORTION)
        assert said(f"kpi improves on other by 1% {window}with 90% confidence", *pair) == expected

    def test_with_confidence_where_down_is_better(self):
        pair = (
            history(BAD, kind=Kind.PROPORTION, direction=Direction.DOWN),
            history(GOOD, "other", kind=Kind.PROPORTION, direction=Direction.DOWN),
        )
        found = finding("kpi improves on other by 1% with 90% confidence", *pair)
        assert (found.outcome, found.wanted) == ("met", pytest.approx(0.04 * 0.99))
