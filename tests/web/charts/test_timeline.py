from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.queries.roadmap.values import Bar, Tail
from gaitway.queries.roadmap.window import Window
from gaitway.web.charts import timeline
from gaitway.web.charts.timeline import LETTER, Line, Spot

TODAY = date(2026, 3, 2)
WINDOW = Window.of("month", "2026-01", TODAY)


def bar(starts: date, length: int, letter: str = "C") -> Bar:
    return Bar(letter, letter, letter, 1, "current", starts, starts + timedelta(days=length))


def numbers(drawn: str, name: str) -> list[float]:
    return [float(found) for found in re.findall(rf' {name}="(-?[\d.]+)%"', drawn)]


@given(st.lists(st.tuples(st.integers(-500, 800), st.integers(1, 300)), max_size=12))
def test_no_letter_stands_on_another_nor_outside(spans: list[tuple[int, int]]) -> None:
    bars = [bar(WINDOW.first + timedelta(days=start), length) for start, length in spans]
    places = sorted(at for _bar, at in timeline.letters(WINDOW, bars))
    assert all(0 <= at <= 100 for at in places)
    assert all(b - a >= LETTER - 1e-9 for a, b in pairwise(places))


@given(st.lists(st.tuples(st.integers(-500, 800), st.integers(1, 300)), max_size=6))
def test_bars_lie_inside_and_in_their_order(spans: list[tuple[int, int]]) -> None:
    spans = sorted(spans)
    drawn = str(timeline.row(WINDOW, [bar(WINDOW.first + timedelta(days=a), b) for a, b in spans], [], None, "x"))
    starts, widths = numbers(drawn.partition("<text")[0], "x"), numbers(drawn.partition("<text")[0], "width")[1:]
    assert starts == sorted(starts)
    assert all(x >= 0 and x + width <= 100.02 for x, width in zip(starts, widths, strict=True))


def test_a_spot_outside_the_window_is_not_drawn() -> None:
    spots = [Spot(WINDOW.first - timedelta(days=30), "coming", "early", "/e/"), Spot(TODAY, "coming", "here", "/h/")]
    drawn = str(timeline.row(WINDOW, [], spots, None, "x"))
    assert "/h/" in drawn
    assert "/e/" not in drawn


def test_words_of_people_are_escaped() -> None:
    spot = Spot(TODAY, "coming", '"><script>', "/x/", (("data-move", '"x'),))
    drawn = str(timeline.row(WINDOW, [bar(TODAY, 90, "<")], [spot], None, "<b>"))
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert ">&lt;</text>" in drawn


def test_the_forecast_is_open_where_its_end_is_not_known() -> None:
    tail = Tail(TODAY, date(2026, 5, 1), None, date(2026, 9, 1))
    drawn = str(timeline.row(WINDOW, [], [], tail, "x"))
    dashes, fade = numbers(drawn, "x2"), numbers(drawn, "x")
    assert dashes == fade
    assert fade[0] + numbers(drawn, "width")[1] == pytest.approx(WINDOW.share(tail.until), abs=0.02)


def test_an_axis_names_every_step_and_today() -> None:
    drawn = str(timeline.axis(WINDOW, lambda day: f"M{day.month}", TODAY, "Today"))
    assert re.findall(r">(M\d+)<", drawn) == [f"M{i}" for i in range(1, 13)]
    assert ">Today<" in drawn
    later = str(timeline.axis(Window.of("month", "2030-01", TODAY), lambda day: "x", TODAY, "Today"))
    assert ">Today<" not in later


def test_a_line_goes_from_the_gate_to_what_waits() -> None:
    line = Line(date(2026, 4, 1), date(2026, 3, 1), above=0, below=2, wrong=True, names="2 1")
    drawn = str(timeline.links(WINDOW, [line], 4))
    assert 'class="wrong"' in drawn
    assert numbers(drawn, "y1") == [12.5, 62.5]
    assert numbers(drawn, "y2") == [62.5, 62.5]
    assert numbers(drawn, "cx") == [round(WINDOW.share(line.starts), 2)]


def test_columns_are_as_high_as_they_are_many() -> None:
    cells = [
        (date(2026, 1, 1), date(2026, 2, 1), 4.0, "4", True),
        (date(2026, 2, 1), date(2026, 3, 1), 2.0, "2", False),
    ]
    drawn = str(timeline.columns(WINDOW, [*cells, (date(2026, 3, 1), date(2026, 4, 1), 0.0, "0", False)], most=4))
    assert re.findall(r' height="([\d.]+)" rx', drawn) == ["22.0", "11.0"]
    assert ">0<" not in drawn
