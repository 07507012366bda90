"""What a pilot can show, compared with pilots that are simulated here and judged by the gate. All seeded."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from gaitway.engine import proofs
from gaitway.engine.facts import Moment
from gaitway.engine.following import follow
from gaitway.engine.futures import Habit
from gaitway.engine.kpis import Direction, Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.pilots import Assumed, CantSay, Pilots
from gaitway.engine.triggers import parse, show
from tests.engine.judging import START, history

ORDERS = KpiSpec("orders", Kind.COUNT, Cadence.WEEK, target=10.0)
SHARE = KpiSpec("share", Kind.PROPORTION, Cadence.WEEK)
CAC = KpiSpec("cac", Kind.RATIO, Cadence.WEEK, direction=Direction.DOWN)
VALUE = KpiSpec("value", Kind.MEAN, Cadence.WEEK)
SALES = KpiSpec("sales", Kind.LEVEL, Cadence.WEEK)
SURE = "orders >= 6 with 95% confidence"
PILOTS = 60


def weeks(count, started=START):
    return Moment(started, started, started + timedelta(days=7 * count - 1))


def pilots(text, spec=ORDERS, habit=None, stage=None, count=PILOTS, past=None, share=1, **assumed):
    return Pilots.of(
        parse(text), spec, habit, stage or weeks(12), Assumed(**assumed), count=count, past=past, share=share
    )


def prove(*args, **options):
    return proofs.proof(pilots(*args, **options))


def shown(*args, **options):
    """The chance that a pilot which is as good as expected is shown to be."""
    made = pilots(*args, **options)
    return made.shown(made.expected)


@pytest.mark.slow
def test_it_agrees_with_pilots_that_the_gate_judges():
    said = prove(SURE, expected=10.0, count=300)
    assert (said.target, said.expected, said.traffic, said.length, said.provable) == (6, 10, 1, 84, True)
    random = np.random.default_rng(11)
    first = []
    for _ in range(80):
        rows = [(float(random.poisson(10)), 1.0) for _ in range(24)]
        judged = follow(parse(SURE), {"orders": history(rows, "orders", Kind.COUNT, Cadence.WEEK)}, weeks(12))
        met = np.flatnonzero(judged.track.outcome[0] == 1)
        first.append(met[0] + 1 if len(met) else np.inf)
    assert 1 - said.missed == pytest.approx(np.mean(np.array(first) <= 12), abs=0.12)
    assert said.days[0] == pytest.approx(np.median(first) * 7, abs=7)


def test_the_first_days_of_a_stage_count_though_no_period_begins_with_them():
    wednesday = Moment(START, date(2026, 1, 7), date(2026, 4, 5))
    whole = weeks(12, date(2026, 1, 12))
    assert prove(SURE, stage=wednesday).days[0] == prove(SURE, stage=whole).days[0] + 5


def test_a_wrong_go_is_as_rare_as_the_confidence_says():
    assert prove(SURE, count=300).wrong <= 0.05
    assert prove("orders >= 6 with 95% confidence by stage end", count=300).wrong <= 0.08


def test_the_smallest_value_is_one_that_the_dates_show():
    made = pilots(SURE, expected=8.0)
    said = proofs.proof(made)
    assert not said.provable
    assert made.target < 8 < said.smallest
    assert made.shown(said.smallest) >= proofs.POWER > made.shown(8 + 0.9 * (said.smallest - 8))


@pytest.mark.slow
def test_the_smallest_value_falls_with_the_traffic():
    small, more, most = (
        prove("share >= 3% with 95% confidence", SHARE, traffic=traffic).smallest for traffic in (300, 1200, 4800)
    )
    assert small > more > most > 0.03


def test_where_less_is_better_the_smallest_effect_lies_below():
    said = prove("cac <= 40 EUR with 95% confidence", replace(CAC, unit="EUR"), spread=5.0)
    assert said.expected == 36
    assert said.smallest < said.target == 40


def test_longer_dates_never_show_less():
    chances = [shown(SURE, expected=9.0, stage=weeks(count)) for count in (7, 10, 14, 20, 30)]
    assert chances == sorted(chances)
    assert chances[0] < 0.5 < chances[-1]


def test_the_end_of_the_stage_is_the_more_powerful_look():
    any_time, at_end = prove(SURE, expected=8.5), prove(f"{SURE} by stage end", expected=8.5)
    assert at_end.missed < any_time.missed
    assert at_end.smallest < any_time.smallest


def test_parts_that_share_their_error_need_more():
    assert shown(SURE, expected=9.0, share=4) < shown(SURE, expected=9.0)


def test_a_hold_takes_longer():
    assert prove(f"{SURE} held 10 periods", expected=12.0).days[0] > prove(SURE, expected=12.0).days[0]


def test_a_baseline_that_was_measured_is_harder_to_beat_than_one_that_is_known():
    spec = replace(SHARE, baseline=0.03)
    random = np.random.default_rng(2)
    rows = [(float(random.binomial(2000, 0.03)), 2000.0) for _ in range(40)]
    past = history(rows, "share", Kind.PROPORTION, Cadence.WEEK, start=START - timedelta(weeks=40))
    ask = {"spec": spec, "habit": Habit.of(past), "expected": 0.035}
    text = "share improves on baseline by 5% with 95% confidence"
    assert pilots(text, past=past, **ask).target == pytest.approx(0.0315)
    assert shown(text, past=past, **ask) < shown(text, **ask)


def test_against_a_control_both_sides_are_uncertain():
    options = {"spec": replace(SHARE, baseline=0.03), "traffic": 2000.0, "expected": 0.037}
    control = pilots("share improves on other by 10% with 95% confidence", **options)
    assert control.target == pytest.approx(0.033)
    assert control.shown(0.037) < shown("share >= 3.3% with 95% confidence", **options)
    assert control.shown(control.target) <= 0.06


def test_every_kind_can_be_planned():
    assert shown("value >= 40 with 95% confidence", VALUE, traffic=100.0, spread=12.0) >= proofs.POWER
    assert shown("sales >= 100 with 95% confidence", SALES, stage=weeks(30), spread=5.0) >= proofs.POWER
    assert shown("cac <= 40 with 95% confidence", CAC, spread=4.0, expected=30.0) >= proofs.POWER
    assert shown("share >= 3% with 95% confidence", SHARE, traffic=5000.0, expected=0.04) >= proofs.POWER


def test_on_too_few_periods_nothing_is_ever_shown():
    said = prove("sales >= 100 with 95% confidence", SALES, stage=weeks(12), spread=1.0, expected=200.0)
    assert (said.missed, said.wrong, said.smallest, said.provable) == (1, 0, None, False)


def test_what_moves_a_whole_week_weighs_the_more_the_more_traffic_there_is():
    habit = Habit(Kind.PROPORTION, 0.03, 8000.0, np.array([100.0, 300.0]), 3.0, 3.0)
    made = pilots("share >= 3% with 95% confidence", SHARE, habit, traffic=2000.0)
    assert made.habit.samples.tolist() == [1000, 3000]
    assert made.habit.dispersion == 21
    assert pilots("share >= 3% with 95% confidence", SHARE, habit).habit is habit


@pytest.mark.parametrize(
    ("text", "spec", "expected"),
    [
        (SURE, ORDERS, 10),  # the KPI's own target
        ("orders >= 20 with 95% confidence", ORDERS, 22),  # which lies on the wrong side here
        ("orders <= 12 with 95% confidence", ORDERS, 10),
        ("share >= 95% with 95% confidence", SHARE, 0.975),
        ("share <= 10% with 95% confidence", SHARE, 0.09),
    ],
)
def test_an_effect_that_nobody_named(text, spec, expected):
    habit = Habit(spec.kind, 0.5, 800.0, np.array([100.0]), 1.0, 1.0)
    assert pilots(text, spec, habit).expected == pytest.approx(expected)


CANT = {
    "no confidence": ("orders >= 6", ORDERS, {}, "it asks for no confidence, so there is nothing to prove"),
    "exactly": ("orders = 6 with 95% confidence", ORDERS, {}, "no evidence can show that a value is exactly this"),
    "no trials": ("share >= 3% with 95% confidence", SHARE, {}, "say with --traffic how many trials a week brings"),
    "no values": ("value >= 3 with 95% confidence", VALUE, {}, "say with --traffic how many values a week brings"),
    "no spread": ("value >= 3 with 95% confidence", VALUE, {"traffic": 9.0}, "--spread the standard deviation of its values"),
    "no spread of weeks": ("sales >= 3 with 95% confidence", SALES, {}, "--spread the standard deviation of its weeks"),
    "a level's traffic": ("sales >= 3 with 95% confidence", SALES, {"traffic": 9.0}, "is a level and has no traffic"),
    "a count's spread": (SURE, ORDERS, {"spread": 9.0}, "is a count and spreads as its traffic makes it"),
    "the wrong side": (SURE, ORDERS, {"expected": 5.0}, "the expected value 5 isn't above the target 6"),
    "the target itself": (SURE, ORDERS, {"expected": 6.0}, "the expected value 6 isn't above the target 6"),
    "in per cent": ("share <= 3% with 95% confidence", SHARE, {"expected": 0.04, "traffic": 9.0},
                    "the expected value 4% isn't below the target 3%"),
    "nothing to be better than": ("sales >= 0 with 95% confidence", SALES, {"spread": 9.0}, "a tenth better than 0 is 0"),
    "no baseline": ("sales improves on baseline by 5% with 95% confidence", SALES, {}, "sales has no baseline"),
    "no control": ("sales improves on other by 5% with 95% confidence", SALES, {}, "other has no history"),
    "no dates": (SURE, ORDERS, {"stage": Moment(START, START)}, "the stage has no dates"),
    "late": (SURE, ORDERS, {"stage": Moment(START, START, date(2026, 1, 4))}, "began on 2026-01-05, after its last day 2026-01-04"),
    "short": (SURE, ORDERS, {"stage": Moment(START, START, date(2026, 1, 10))}, "the stage holds no whole week"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "spec", "options", "said"), CANT.values(), ids=CANT)
def test_what_is_missing_is_named(text, spec, options, said):
    with pytest.raises(CantSay) as told:
        pilots(text, spec, **options)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("a > 1 and b > 1", [1, 1]),
        ("a > 1 or b > 1", [2, 2]),
        ("a > 1 and (b > 1 or c > 1 or d > 1)", [1, 3, 3, 3]),
        ("2 of (a > 1, b > 1, c > 1)", [3, 3, 3]),
        ("not (a > 1 and b > 1)", [2, 2]),
        ("not (a > 1 or b > 1)", [1, 1]),
        ("not (a > 1 and not (b > 1 or c > 1))", [2, 4, 4]),
    ],
)
def test_the_error_is_shared_as_the_gate_shares_it(text, shares):
    found = list(proofs.asked(parse(text)))
    assert [share for _leaf, share, _denied in found] == shares
    assert [show(leaf) for leaf, _share, _denied in found] == [f"{key} > 1" for key in "abcd"[: len(shares)]]


def test_what_stands_under_not_is_marked():
    found = proofs.asked(parse("a > 1 and not (b > 1 or not c > 1)"))
    assert [denied for _leaf, _share, denied in found] == [False, True, False]


def test_a_stage_of_ten_years_can_be_planned():
    assert prove(SURE, stage=Moment(START, START, date(2035, 12, 31)), count=20).days[0] < 200
