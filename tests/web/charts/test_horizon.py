from __future__ import annotations

from datetime import date

import pytest

from gaitway.web.charts import horizon

from .conftest import Drawing

START, UNTIL = date(2026, 1, 1), date(2026, 7, 1)
DAYS = [date(2026, 1, 9), date(2026, 1, 18), date(2026, 1, 28), date(2026, 2, 7), date(2026, 2, 20)]
ENDS = date(2026, 1, 31)


def draw(days: list[date | None], **options: object) -> Drawing:
    return Drawing(horizon(START, UNTIL, days, middle_label="28 Jan", **options))  # type: ignore[arg-type]


def span(drawing: Drawing, kind: str) -> tuple[float, float]:
    found = drawing.one("rect", kind)
    return float(found["x"]), float(found["x"]) + float(found["width"])


def test_the_bars_lie_within_one_another_around_the_median() -> None:
    drawing = draw(DAYS, ends=ENDS, ends_label="stage ends 31 Jan")
    (low, high), (lower, upper) = span(drawing, "band"), span(drawing, "band inner")
    middle = float(drawing.one("circle", "value")["cx"])
    assert low < lower < middle < upper < high
    assert drawing.words("now-t") == ["28 Jan"]
    assert drawing.words("goal-t") == ["stage ends 31 Jan"]


def test_the_stage_is_shaded_up_to_its_end() -> None:
    drawing = draw(DAYS, ends=ENDS)
    tick = float(drawing.one("path", "goal")["d"].removeprefix("M").split()[0])
    assert span(drawing, "pass")[1] == pytest.approx(tick, abs=0.1)
    assert draw(DAYS, ends=START).all("rect", "pass") == []
    assert draw(DAYS).all("path", "goal") == []


def test_what_lies_beyond_the_days_looked_at_runs_to_the_edge() -> None:
    assert span(draw([*DAYS[:3], None, None]), "band")[1] == 336
    drawing = draw([DAYS[0], None, None, None, None])
    assert span(drawing, "band")[1] == 336
    assert drawing.all("circle") == drawing.all("rect", "band inner") == []


def test_tomorrow_for_sure_is_still_to_be_seen() -> None:
    assert span(draw([DAYS[0]] * 5), "band")[1] - span(draw([DAYS[0]] * 5), "band")[0] == pytest.approx(2)


def test_without_a_first_day_there_is_nothing_to_draw() -> None:
    assert horizon(START, UNTIL, [None] * 5) == ""


def test_labels_stay_inside(hostile: str) -> None:
    drawing = draw([*DAYS[:4], UNTIL], ends=UNTIL, ends_label="stage ends on the first of July")
    at = float(drawing.one("text", "goal-t")["x"])
    assert at + len("stage ends on the first of July") * 6.3 / 2 <= 340.1
    assert draw(DAYS, ends=ENDS, ends_label=hostile).all("script") == []
