from __future__ import annotations

import math

from gaitway.web.charts import spark

from .conftest import Drawing, weekly


def test_the_line_runs_from_edge_to_edge_and_ends_in_a_dot() -> None:
    drawing = Drawing(spark(weekly(0, 5, 10), width=100, height=28))

    assert drawing.one("path")["d"] == "M2 24L49 14L96 4"
    assert drawing.one("circle")["cx"] == "96"
    assert drawing.one("circle")["cy"] == "4"


def test_the_target_belongs_to_the_scale() -> None:
    drawing = Drawing(spark(weekly(0, 10), target=20, width=100, height=28))

    assert drawing.one("path", "goal")["d"] == "M0 4H100"
    assert drawing.all("path")[1]["d"] == "M2 24L96 14"


def test_a_gap_is_never_bridged() -> None:
    drawing = Drawing(spark(weekly(0, 5, None, 5, 10)))

    assert drawing.one("path")["d"].count("M") == 2


def test_the_dot_stands_on_the_last_value_there_is() -> None:
    drawing = Drawing(spark(weekly(0, 10, None, None, None), width=100))

    assert drawing.one("circle")["cx"] == "25.5"


def test_a_value_between_gaps_is_still_seen() -> None:
    drawing = Drawing(spark(weekly(1, None, 3, None, 5)))

    first, second, third = drawing.one("path")["d"].split("M")[1:]
    for stretch in (first, second, third):
        start, end = stretch.split("L")
        assert start == end


def test_one_value_and_flat_values_lie_in_the_middle() -> None:
    assert Drawing(spark(weekly(7))).one("circle")["cy"] == "14"
    assert Drawing(spark(weekly(7, 7, 7))).one("path")["d"].endswith(" 14")


def test_without_a_value_there_is_no_drawing() -> None:
    assert spark([]) == ""
    assert spark(weekly(None, None), target=3) == ""
    assert spark(weekly(math.nan, math.inf)) == ""


def test_what_is_not_a_number_is_a_gap() -> None:
    assert Drawing(spark(weekly(1, 2, math.nan, 2, 1), target=math.inf)).one("path")["d"].count("M") == 2


def test_a_title_names_it_and_stays_text(hostile: str) -> None:
    root = Drawing(spark(weekly(1, 2), title=hostile)).root

    assert (root.get("role"), root.get("aria-label")) == ("img", hostile)
    assert root.get("onload") is None
    assert [node.tag for node in root] == ["path", "circle"]


def test_without_a_title_it_is_decoration() -> None:
    assert Drawing(spark(weekly(1, 2))).root.get("aria-hidden") == "true"
