from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.web.charts import bullet, evidence, series, spark

from .conftest import Drawing, Move, Reading, weekly


def draw(points: list[Reading], **options: object) -> Drawing:
    return Drawing(series(points, title="Repeat orders over time", **options))  # type: ignore[arg-type]


def level(drawing: Drawing, kind: str) -> float:
    return float(drawing.one("path", kind)["d"].split("H")[0].split()[1])


def test_the_line_follows_the_values() -> None:
    drawing = draw(weekly(0, 10, 5), width=720, height=260)
    xs, ys = drawing.root.get("data-x", "").split(), drawing.root.get("data-y", "").split()

    assert drawing.one("path", "line")["d"] == "M" + "L".join(f"{x} {y}" for x, y in zip(xs, ys, strict=True))
    assert float(ys[0]) > float(ys[2]) > float(ys[1])
    assert float(xs[1]) == pytest.approx((float(xs[0]) + float(xs[2])) / 2, abs=0.1)
    assert xs[2] == "710"


def test_the_axis_has_round_ticks_in_the_words_of_the_caller() -> None:
    drawing = draw(
        weekly(0.22, 0.38), write=lambda value: f"{value * 100:.0f} %", write_day=lambda day, _: day.isoformat()
    )

    assert [word for word in drawing.words() if "%" in word] == ["20 %", "25 %", "30 %", "35 %", "40 %"]
    assert "2026-01-05" in drawing.words("major")


def test_target_and_baseline_are_levels_with_their_names() -> None:
    drawing = draw(weekly(4, 6), target=10, baseline=2, target_label="Ziel", baseline_label="Anfang")

    assert drawing.words("goal-t") == ["Ziel 10"]
    assert drawing.words("base-t") == ["Anfang 2"]
    y_of_six = float(drawing.root.get("data-y", "").split()[1])
    assert level(drawing, "goal") < y_of_six < level(drawing, "base")


def test_a_period_without_data_is_a_gap() -> None:
    drawing = draw(weekly(1, 2, None, 4, 5))

    assert drawing.one("path", "line")["d"].count("M") == 2
    assert drawing.root.get("data-y", "").split()[2] == "-"
    assert len(drawing.root.get("data-x", "").split()) == 5


def test_a_value_between_gaps_is_a_dot() -> None:
    drawing = draw(weekly(1, 2, None, 3, None, 5, 6))

    assert len(drawing.all("circle", "dot")) == 2


def test_the_band_closes_around_each_stretch() -> None:
    drawing = draw(weekly(10, 12, None, 14, 15, 16, around=2))
    shapes = drawing.one("path", "band")["d"].split("Z")[:-1]

    assert [shape.count("L") + 1 for shape in shapes] == [4, 6]
    assert draw(weekly(10, 12, around=2), band=False).all("path", "band") == []


def test_the_band_belongs_to_the_scale() -> None:
    drawing = draw(weekly(10, 10, around=40))
    ys = [float(spot.split()[1]) for spot in drawing.one("path", "band")["d"].strip("MZ").split("L")]

    assert all(20 <= y <= 234 for y in ys)


def test_a_move_to_a_stage_is_marked_on_its_day_and_only_inside() -> None:
    drawing = draw(weekly(1, 2, 3), marks=[Move(date(2026, 1, 12), "Walk"), Move(date(2025, 6, 1), "Crawl")])

    assert drawing.words("moved-t") == ["Walk"]
    assert drawing.one("path", "moved")["d"].startswith(f"M{drawing.root.get('data-x', '').split()[1]} ")


def test_a_move_near_the_end_is_named_to_its_left() -> None:
    drawing = draw(weekly(*range(30)), marks=[Move(date(2026, 7, 20), "Run")])

    assert drawing.one("text", "moved-t")["text-anchor"] == "end"


def test_every_second_of_many_ticks_may_go() -> None:
    assert draw(weekly(*range(12))).words("minor") == []
    many = draw(weekly(*range(30)))
    assert len(many.words("major")) - len(many.words("minor")) in (0, 1)


def test_nothing_to_draw() -> None:
    assert series([], title="x") == ""


@pytest.mark.parametrize("points", [weekly(None), weekly(None, None, None), weekly(math.nan, math.inf)])
def test_without_a_value_the_frame_stands_alone(points: list[Reading]) -> None:
    drawing = draw(points, target=math.nan)

    assert drawing.all("path", "line") == []
    assert drawing.all("circle", "dot") == []
    assert drawing.all("path", "goal") == []
    assert len(drawing.words()) > 2


def test_one_point_is_a_dot_in_the_frame() -> None:
    drawing = draw(weekly(7, around=1))
    x, y = drawing.one("circle", "dot")["cx"], float(drawing.one("circle", "dot")["cy"])

    assert x == drawing.root.get("data-x")
    assert 20 < y < 234
    assert drawing.all("path", "line") == []


def test_words_of_people_stay_text(hostile: str) -> None:
    drawing = draw(
        weekly(1, 2), desc=hostile, key=hostile, target=2, target_label=hostile, marks=[Move(date(2026, 1, 6), hostile)]
    )

    assert {node.tag for node in drawing.root.iter()} == {
        "svg", "defs", "title", "desc", "g", "text", "path", "circle"
    }  # fmt: skip
    assert drawing.words("moved-t") == [hostile]
    assert drawing.words("goal-t") == [f"{hostile} 2"]
    assert drawing.root.get("onload") is None


def test_title_and_sentence_name_it() -> None:
    root = draw(weekly(1, 2), desc="From 1 to 2.", key="lead").root
    named = {node.get("id"): node.text for node in root.iter() if node.get("id")}

    assert root.get("role") == "img"
    assert [named[each] for each in root.get("aria-labelledby", "").split()] == [
        "Repeat orders over time",
        "From 1 to 2.",
    ]


readings = st.lists(st.one_of(st.none(), st.floats(width=32)), min_size=1, max_size=40).map(
    lambda values: weekly(*values)
)


@settings(max_examples=60)
@given(readings, st.one_of(st.none(), st.floats(width=32)))
def test_whatever_the_numbers_the_drawings_are_well_formed(points: list[Reading], target: float | None) -> None:
    now = points[-1].value
    for text in (
        series(points, title="t", target=target, baseline=now),
        spark(points, target=target),
        bullet(now, target),
        evidence(now, target, None, target),
    ):
        assert "style=" not in text
        assert "nan" not in text
        assert "inf" not in text
        if text:
            Drawing(text)


def test_two_years_of_weeks_are_a_few_kilobytes() -> None:
    text = series(weekly(*[index % 17 for index in range(104)], around=2), title="t", target=12, baseline=3)

    assert len(text) < 9_000
