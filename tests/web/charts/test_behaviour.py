from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.web.charts import behaviour

from .conftest import Drawing, Move, Reading, weekly


@dataclass(frozen=True)
class Usual:
    first: date
    last: date
    mean: float
    lower: float
    upper: float
    provisional: bool = False


def week(number: int) -> date:
    return date(2026, 1, 5) + timedelta(weeks=number)


VALUES = weekly(4, 6, 5, 6, 14, 16, 15, 16)
STEP = [Usual(week(0), week(3), 5, 3, 7), Usual(week(4), week(7), 15, 13, 17, provisional=True)]


def draw(points: list[Reading], usual: list[Usual], **options: object) -> Drawing:
    return Drawing(behaviour(points, usual, title="Orders and what they usually do", **options))  # type: ignore[arg-type]


def places(drawing: Drawing) -> list[tuple[float, float]]:
    xs, ys = (drawing.root.get(name, "").split() for name in ("data-x", "data-y"))
    return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True) if y != "-"]


def ends(path: str) -> list[tuple[float, float, float]]:
    """(from x, y, to x) of each level of a path."""
    return [
        (*map(float, piece.split("H")[0].split()), float(piece.split("H")[1]))  # type: ignore[misc]
        for piece in path.split("M")[1:]
    ]


def test_every_phase_has_its_mean_and_its_limits_with_a_step_between() -> None:
    drawing = draw(VALUES, STEP)
    spots = places(drawing)
    before, after = (ends(each["d"])[0] for each in drawing.all("path", "mean"))

    assert before[2] == after[0] == pytest.approx((spots[3][0] + spots[4][0]) / 2, abs=0.1)
    assert before[1] > after[1]
    assert spots[1][1] < before[1] < spots[0][1]
    assert [len(ends(each["d"])) for each in drawing.all("path", "limit")] == [2]
    assert [len(ends(each["d"])) for each in drawing.all("path", "limit provisional")] == [2]
    assert len(drawing.all("path", "usual")) == 2


def test_only_signals_have_dots() -> None:
    assert draw(VALUES, STEP).all("circle") == [draw(VALUES, STEP).one("circle", "here")]
    drawing = draw(VALUES, STEP, signals={week(4): "good", week(7): "bad"})
    good, bad = drawing.one("circle", "signal good"), drawing.one("circle", "signal bad")

    assert [(float(each["cx"]), float(each["cy"])) for each in (good, bad)] == [places(drawing)[4], places(drawing)[7]]


def test_the_target_is_a_line_of_its_own() -> None:
    drawing = draw(VALUES, STEP, target=10)
    ((_, level, _),) = ends(drawing.one("path", "goal")["d"])

    assert places(drawing)[5][1] < level < places(drawing)[1][1]
    assert [node.text for node in drawing.root.iter("tspan")] == ["Upper limit ", "Mean ", "Lower limit ", "Target "]


def test_names_stand_at_the_right_edge_in_the_words_of_the_caller_and_apart() -> None:
    close = [Usual(week(0), week(7), 10.0, 9.9, 10.1)]
    names = ("Oben", "Mitte", "Unten", "Ziel")
    drawing = draw(VALUES, close, target=10.05, names=names, write=lambda value: f"{value:.1f} €")
    texts = [node for node in drawing.root.iter("text") if str(node.get("class")).endswith("-t")]
    heights = [float(node.get("y", "")) for node in texts]

    assert ["".join(node.itertext()) for node in texts] == ["Oben 10.1 €", "Ziel 10.1 €", "Mitte 10.0 €", "Unten 9.9 €"]
    assert [round(low - high, 1) for high, low in pairwise(heights)] == [15, 15, 15]
    assert all(float(node.get("x", "")) > places(drawing)[-1][0] for node in texts)


def test_names_below_the_frame_are_pushed_up() -> None:
    low = [Usual(week(0), week(7), 0.02, 0.0, 0.04)]
    drawing = draw(weekly(0, 0, 100, 0, 0, 0, 0, 0), low, height=260)
    heights = [float(node.get("y", "")) for node in drawing.root.iter("text") if str(node.get("class")).endswith("-t")]

    assert heights == sorted(heights)
    assert max(heights) <= 260 - 26 + 4


def test_limits_that_do_not_hold_any_more_have_no_name() -> None:
    assert list(draw(VALUES, STEP[:1]).root.iter("tspan")) == []
    assert len(draw(VALUES, []).all("path", "line")) == 1


def test_a_reset_is_marked_where_the_limits_change() -> None:
    drawing = draw(VALUES, STEP, resets=[Move(week(4), "New prices"), Move(week(0), "Older"), Move(week(30), "Later")])
    spots = places(drawing)

    assert drawing.words("moved-t") == ["New prices"]
    at = float(drawing.one("path", "moved")["d"].strip("M").split()[0])
    assert at == pytest.approx((spots[3][0] + spots[4][0]) / 2, abs=0.1)


def test_a_long_reason_is_cut_at_the_next_reset() -> None:
    points = weekly(*range(40))
    reasons = [Move(week(8), "x" * 90), Move(week(20), "y" * 90), Move(week(21), "z" * 90)]
    drawing = draw(points, [], resets=reasons)
    first, last = drawing.words("moved-t")  # there is no room for any word of the second one

    assert len(drawing.all("path", "moved")) == 3
    assert (first[:1], first[-1:], last[:1], last[-1:]) == ("x", "…", "z", "…")
    assert len(first) < len(last) < 60


def test_a_reset_near_the_end_is_named_to_its_left() -> None:
    drawing = draw(weekly(*range(40)), [], resets=[Move(week(38), "New prices")])

    assert drawing.words("moved-t") == ["New prices"]
    assert drawing.one("text", "moved-t")["text-anchor"] == "end"


def test_a_period_without_a_value_is_a_gap() -> None:
    drawing = draw(weekly(1, 2, None, 4, None, 6, 7), [Usual(week(0), week(6), 4, 1, 7)])

    assert drawing.one("path", "line")["d"].count("M") == 3
    assert drawing.root.get("data-y", "").split()[2] == "-"


def test_nothing_to_draw() -> None:
    assert behaviour([], [], title="x") == ""
    drawing = draw(weekly(None, None), [])
    assert drawing.all("path", "line") == []


def test_title_and_sentence_name_it() -> None:
    root = draw(VALUES, STEP, desc="A real rise.", key="lead").root
    named = {node.get("id"): node.text for node in root.iter() if node.get("id")}

    assert [named[each] for each in root.get("aria-labelledby", "").split()] == [
        "Orders and what they usually do",
        "A real rise.",
    ]


def test_words_of_people_stay_text(hostile: str) -> None:
    drawing = draw(
        VALUES, STEP, desc=hostile, key=hostile, names=(hostile,) * 4, target=9, resets=[Move(week(1), hostile)],
        signals={week(2): hostile},
    )  # fmt: skip

    assert {node.tag for node in drawing.root.iter()} == {
        "svg", "defs", "title", "desc", "g", "text", "tspan", "path", "circle"
    }  # fmt: skip
    assert drawing.root.get("onload") is None


readings = st.lists(st.one_of(st.none(), st.floats(width=32)), min_size=1, max_size=40).map(
    lambda values: weekly(*values)
)
level = st.floats(-1e9, 1e9)


@settings(max_examples=60)
@given(readings, st.tuples(level, level, level).map(sorted), st.one_of(st.none(), st.floats(width=32)))
def test_whatever_the_numbers_the_drawing_is_well_formed(
    points: list[Reading], limits: list[float], target: float | None
) -> None:
    lower, mean, upper = limits
    usual = [Usual(points[0].day, points[-1].day, mean, lower, upper)]
    text = behaviour(points, usual, title="t", target=target, signals={points[-1].day: "plain"})

    assert not any(word in text for word in ("style=", "nan", "inf"))
    Drawing(text)


def test_two_years_of_weeks_are_a_few_kilobytes() -> None:
    points = weekly(*[index % 17 + (9 if index > 60 else 0) for index in range(104)])
    usual = [Usual(week(0), week(60), 8, 0, 16), Usual(week(61), week(103), 17, 9, 25)]
    signals = {week(index): "good" for index in range(70, 104)}

    assert len(behaviour(points, usual, title="t", target=20, signals=signals, resets=[Move(week(61), "New")])) < 9_000
