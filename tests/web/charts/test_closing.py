from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.web.charts import closing

from .conftest import Drawing, Move


@dataclass(frozen=True)
class Look:
    day: date
    value: float | None
    low: float | None
    high: float | None
    wanted: float | None


def sunday(number: int) -> date:
    return date(2026, 1, 11) + timedelta(weeks=number)


def looks(*rows: tuple[float | None, float | None, float | None], wanted: float | None = 10) -> list[Look]:
    return [Look(sunday(i), *row, wanted) for i, row in enumerate(rows)]


NARROWING = looks((14, None, None), (13, 2, None), (12.5, 8, 18), (12, 10.2, 14))


def draw(rows: list[Look], **options: object) -> Drawing:
    return Drawing(closing(rows, title="Orders: how the evidence closed in", **options))


def corners(path: str) -> list[tuple[float, float]]:
    return [tuple(map(float, spot.split())) for spot in path.strip("MZ").split("L")]  # type: ignore[misc]


def test_the_band_narrows_and_an_open_side_reaches_the_frame() -> None:
    drawing = draw(NARROWING)
    band = corners(drawing.one("path", "band")["d"])
    top, bottom = band[:4], band[:3:-1]
    rooms = [low - high for (_, high), (_, low) in zip(top, bottom, strict=True)]

    assert rooms == sorted(rooms, reverse=True)
    assert (top[0][1], bottom[0][1]) == (20, 194)


def test_the_target_runs_across_and_its_passing_side_is_shaded() -> None:
    up, down = draw(NARROWING), draw(NARROWING, op="<=")
    goal = corners(up.one("path", "goal")["d"])
    assert len(goal) == 2
    assert goal[0][1] == goal[1][1]
    assert min(y for _, y in corners(up.one("path", "pass")["d"])) == 20
    assert max(y for _, y in corners(down.one("path", "pass")["d"])) == 194


def test_between_shades_between_and_exactly_shades_nothing() -> None:
    drawing = draw(looks((12, 11, 13), wanted=10), op="between", wanted_high=14)
    low, high = (corners(each["d"])[0][1] for each in drawing.all("path", "goal"))
    shade = [y for _, y in corners(drawing.one("path", "pass")["d"])]
    assert (max(shade), min(shade)) == (low, high)
    assert draw(NARROWING, op="=").all("path", "pass") == []


def test_a_control_moves_what_is_wanted() -> None:
    rows = [Look(sunday(i), 12, 10, 14, 9 + i) for i in range(3)]
    assert len(corners(draw(rows).one("path", "goal")["d"])) == 3


def test_the_verdict_stands_on_the_line_on_its_day() -> None:
    drawing = draw(NARROWING, verdict=Move(sunday(3), "met 1 Feb"), outcome="met")
    dot = drawing.one("circle", "fell met")
    line = corners(drawing.one("path", "line thin")["d"])

    assert (float(dot["cx"]), float(dot["cy"])) == line[3]
    assert drawing.words("fell-t") == ["met 1 Feb"]
    assert drawing.one("text", "fell-t")["text-anchor"] == "end"


def test_without_a_verdict_there_is_no_dot() -> None:
    assert draw(NARROWING).words("fell-t") == []
    assert draw(NARROWING, verdict=Move(date(2027, 1, 1), "met 1 Jan")).words("fell-t") == []


def test_where_it_stands_now_is_named() -> None:
    drawing = draw(NARROWING, names=("höchstens", "Schätzung", "mindestens", "gewünscht"))
    words = [
        " ".join(node.itertext()).split() for node in drawing.root.iter("text") if "-t" in (node.get("class") or "")
    ]
    assert words == [["höchstens", "14"], ["Schätzung", "12"], ["mindestens", "10.2"], ["gewünscht", "10"]]


def test_a_bound_far_beyond_the_axis_is_not_named() -> None:
    assert "At most" not in draw(looks((12, 11, 13), (12, 11, 5000))).text


def test_a_look_without_an_estimate_is_a_gap() -> None:
    drawing = draw(looks((12, 9, 15), (None, None, None), (12, 10, 14), (12, 10, 14)))
    assert drawing.one("path", "line thin")["d"].count("M") == 2
    assert drawing.root.get("data-y", "").split()[1] == "-"


def test_without_an_estimate_there_is_nothing_to_draw() -> None:
    assert closing([], title="x") == ""
    assert closing(looks((None, 1, 2), (math.nan, 1, 2)), title="x") == ""


def test_what_people_wrote_stays_words(hostile: str) -> None:
    drawing = draw(NARROWING, desc=hostile, verdict=Move(sunday(2), hostile), outcome=hostile)
    assert drawing.all("script") == []


number = st.none() | st.floats(-1e9, 1e9) | st.sampled_from([math.nan, math.inf, -math.inf])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(number, number, number, number), min_size=1, max_size=12),
    st.sampled_from([">=", "<", "=", "between"]),
    number,
)
def test_any_numbers_give_a_whole_drawing(rows: list[tuple[float | None, ...]], op: str, top: float | None) -> None:
    made = [Look(sunday(i), *row) for i, row in enumerate(rows)]
    text = closing(made, title="x", op=op, wanted_high=top, verdict=Move(sunday(0), "met"), outcome="met")
    assert "nan" not in text
    assert "inf" not in text
    if text:
        Drawing(text)


@pytest.mark.parametrize("wanted", [None, math.nan])
def test_without_a_target_nothing_is_shaded(wanted: float | None) -> None:
    drawing = draw(looks((12, 10, 14), wanted=wanted))
    assert drawing.all("path", "pass") == drawing.all("path", "goal") == []
