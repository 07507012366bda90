from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.web.charts import fan

from .conftest import Drawing, Reading, weekly


@dataclass(frozen=True)
class Step:
    day: date
    median: float
    low50: float
    high50: float
    low80: float
    high80: float


def ahead(*medians: float, half: float = 2.0, first: date = date(2026, 2, 2)) -> list[Step]:
    """Weeks whose bands open by `half` a week."""
    return [
        Step(
            first + timedelta(weeks=i),
            m,
            m - half * i / 2 - 1,
            m + half * i / 2 + 1,
            m - half * i - 2,
            m + half * i + 2,
        )
        for i, m in enumerate(medians)
    ]


PAST = weekly(50, 52, 54, 53)
COMING = ahead(55, 57, 60, 62)


def draw(past: list[Reading], steps: list[Step], **options: object) -> Drawing:
    return Drawing(fan(past, steps, title="Adoption, what is to come", **options))  # type: ignore[arg-type]


def corners(path: str) -> list[tuple[float, float]]:
    return [tuple(map(float, spot.split())) for spot in path.strip("MZ").split("L")]  # type: ignore[misc]


def test_the_bands_open_from_the_newest_value_and_lie_within_one_another() -> None:
    drawing = draw(PAST, COMING)
    wide, narrow = (corners(drawing.one("path", kind)["d"]) for kind in ("band", "band inner"))
    last = corners(drawing.one("path", "line thin")["d"])[-1]

    assert wide[0] == wide[-1] == narrow[0] == narrow[-1] == last
    top, inner = wide[1:5], narrow[1:5]
    assert [x for x, _ in top] == [x for x, _ in inner]
    assert all(high < low for (_, high), (_, low) in zip(top, inner, strict=True))


def test_the_median_goes_on_where_the_past_ends() -> None:
    drawing = draw(PAST, COMING)
    median = corners(drawing.one("path", "median")["d"])

    assert median[0] == corners(drawing.one("path", "line thin")["d"])[-1]
    assert len(median) == 5


def test_levels_are_named_with_their_values_from_the_top_down() -> None:
    drawing = draw(PAST, COMING, target=64, names=("80 %", "50 %", "Mitte", "Ziel"))
    texts = [" ".join(node.itertext()) for node in drawing.root.iter("text") if "-t" in (node.get("class") or "")]

    assert [text.split() for text in texts] == [
        ["80", "%", "70"], ["50", "%", "66"], ["Ziel", "64"], ["Mitte", "62"], ["50", "%", "58"], ["80", "%", "54"],
    ]  # fmt: skip
    heights = [float(node.get("y", "")) for node in drawing.root.iter("text") if "-t" in (node.get("class") or "")]
    assert all(below - above >= 15 for above, below in pairwise(heights))


def test_the_narrow_band_is_named_only_where_there_is_room() -> None:
    assert draw(PAST, ahead(55, 57, 60, 62, half=0.1)).words("band-t aside") == []


def test_a_band_beyond_the_axis_is_cut_off_and_says_so() -> None:
    wild = [*COMING[:-1], replace(COMING[-1], high80=5000)]
    drawing = draw(PAST, wild)

    assert all(0 <= y <= 260 for _, y in corners(drawing.one("path", "band")["d"]))
    assert "5,000 ↑" in drawing.text


def test_every_point_and_every_step_can_be_read() -> None:
    drawing = draw(weekly(50, None, 54), ahead(55, 57))

    assert len(drawing.root.get("data-x", "").split()) == 5
    assert [y == "-" for y in drawing.root.get("data-y", "").split()] == [False, True, False, False, False]


def test_a_gap_in_the_past_is_no_bridge() -> None:
    assert draw(weekly(50, 51, None, 54, 55), COMING).one("path", "line thin")["d"].count("M") == 2


def test_without_a_past_the_steps_stand_alone() -> None:
    drawing = draw([], COMING)
    assert drawing.all("path", "line thin") == []
    assert len(corners(drawing.one("path", "median")["d"])) == 4


def test_without_steps_there_is_nothing_to_draw() -> None:
    assert fan(PAST, [], title="x") == ""
    assert fan(PAST, [replace(COMING[0], median=math.nan)], title="x") == ""


def test_what_people_wrote_stays_words(hostile: str) -> None:
    drawing = draw(PAST, COMING, desc=hostile, names=(hostile, hostile, hostile, hostile), target=60)
    assert drawing.all("script") == []
    assert "onload" not in drawing.root.attrib


finite = st.floats(-1e6, 1e6, allow_nan=False)
numbers = st.none() | finite | st.sampled_from([math.nan, math.inf])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(numbers, max_size=12),
    st.lists(st.lists(finite, min_size=5, max_size=5), min_size=1, max_size=8),
    st.none() | finite,
)
def test_any_numbers_give_a_whole_drawing(
    past: list[float | None], futures: list[list[float]], goal: float | None
) -> None:
    steps = []
    for i, five in enumerate(futures):
        a, b, c, d, e = sorted(five)
        steps.append(Step(date(2026, 6, 1) + timedelta(weeks=i), c, b, d, a, e))
    drawing = draw(weekly(*past), steps, target=goal)
    assert "nan" not in drawing.text
    assert "inf" not in drawing.text.replace("inner", "")


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_target_that_is_no_number_is_left_out(value: float) -> None:
    assert draw(PAST, COMING, target=value).all("path", "goal") == []
