from __future__ import annotations

import math

import pytest

from gaitway.web.charts import evidence

from .conftest import Drawing


def span(drawing: Drawing) -> tuple[float, float]:
    start, end = drawing.one("path", "span")["d"].removeprefix("M").split("H")
    return float(start.split()[0]), float(end)


def shade(drawing: Drawing) -> tuple[float, float]:
    found = drawing.one("rect", "pass")
    return float(found["x"]), float(found["x"]) + float(found["width"])


def dot(drawing: Drawing) -> float:
    return float(drawing.one("circle", "value")["cx"])


def goal(drawing: Drawing) -> float:
    return float(drawing.one("path", "goal")["d"].removeprefix("M").split()[0])


def test_the_interval_holds_the_estimate_and_lies_beside_the_target() -> None:
    drawing = Drawing(evidence(0.034, 0.031, 0.037, 0.03))
    start, end = span(drawing)

    assert goal(drawing) < start < dot(drawing) < end < 280


@pytest.mark.parametrize(("op", "wide"), [(">=", True), (">", True), ("<=", False), ("<", False)])
def test_the_passing_side_is_shaded(op: str, wide: bool) -> None:
    drawing = Drawing(evidence(5, 4, 6, 4.5, op=op, width=200))
    start, end = shade(drawing)

    assert (start, end) == ((goal(drawing), 200) if wide else (0, goal(drawing)))


def test_between_shades_between() -> None:
    drawing = Drawing(evidence(0.02, 0.018, 0.022, 0.01, wanted_high=0.03, op="between"))
    ticks = [float(each["d"].removeprefix("M").split()[0]) for each in drawing.all("path", "goal")]

    assert shade(drawing) == pytest.approx(tuple(ticks), abs=0.2)


@pytest.mark.parametrize("endless", [None, math.inf, math.nan])
def test_a_bound_that_is_open_runs_to_the_edge(endless: float | None) -> None:
    assert span(Drawing(evidence(5, 4, endless, 3, width=200)))[1] == 198
    assert span(Drawing(evidence(5, endless, 6, 7, op="<", width=200)))[0] == 2


def test_without_an_interval_only_the_dot() -> None:
    drawing = Drawing(evidence(5, None, None, 3))

    assert drawing.all("path", "span") == []
    assert dot(drawing) > goal(drawing)


@pytest.mark.parametrize("unknown", [None, math.nan, math.inf])
def test_without_an_estimate_there_is_no_drawing(unknown: float | None) -> None:
    assert evidence(unknown, 1, 2, 3) == ""


def test_an_estimate_on_its_target_is_drawn() -> None:
    drawing = Drawing(evidence(3, 3, 3, 3))

    assert dot(drawing) == goal(drawing) == 140


def test_a_title_stays_text(hostile: str) -> None:
    assert Drawing(evidence(1, 0, 2, 1, title=hostile)).root.get("aria-label") == hostile
