from __future__ import annotations

import math

import pytest

from gaitway.web.charts import bullet

from .conftest import Drawing


def rect(drawing: Drawing, kind: str) -> tuple[float, float]:
    found = drawing.one("rect", kind)
    return float(found.get("x", 0)), float(found["width"])


def test_the_bar_starts_at_zero_and_the_tick_stands_on_the_target() -> None:
    drawing = Drawing(bullet(50, 100, width=108))

    assert rect(drawing, "value") == (0, 50)
    assert rect(drawing, "goal") == (99, 2)
    assert drawing.all("rect", "base") == []


def test_the_lane_shows_where_it_began() -> None:
    assert rect(Drawing(bullet(50, 100, baseline=25, width=108)), "base") == (0, 25)


def test_a_loss_runs_to_the_left_of_zero() -> None:
    start, width = rect(Drawing(bullet(-50, 50, width=108)), "value")

    assert start == 0
    assert width == pytest.approx(50)


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_an_unknown_value_is_no_bar(value: float | None) -> None:
    drawing = Drawing(bullet(value, 40, baseline=10))

    assert drawing.all("rect", "value") == []
    assert drawing.all("rect", "goal") != []


def test_nothing_known_is_no_drawing() -> None:
    assert bullet(None, None, baseline=3) == ""
    assert bullet(math.nan, None) == ""


def test_zeros_are_drawn() -> None:
    assert rect(Drawing(bullet(0, 0)), "value") == (0, 0)


def test_a_title_stays_text(hostile: str) -> None:
    root = Drawing(bullet(1, 2, title=hostile)).root

    assert root.get("aria-label") == hostile
    assert {node.tag for node in root} == {"rect"}
