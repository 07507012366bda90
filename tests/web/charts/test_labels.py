from __future__ import annotations

from gaitway.web.charts.labels import label

from .conftest import Drawing, weekly

FRAME = (50.0, 20.0, 710.0, 234.0)
CURVE = [(float(x), 200.0 - x / 5) for x in range(50, 711, 20)]  # rises from 190 to 58


def test_a_name_stands_above_the_start_of_its_level() -> None:
    found = label("Target 40", 60, CURVE, FRAME)

    assert (found.x, found.y, found.anchor) == (54, 54, "start")


def test_it_goes_to_the_other_end_where_the_curve_is_in_the_way() -> None:
    found = label("Target 40", 190, CURVE, FRAME)

    assert (found.x, found.y, found.anchor) == (710, 184, "end")


def test_it_goes_below_where_there_is_no_room_above() -> None:
    crowded = [(float(x), 90.0) for x in range(50, 711, 20)]

    assert label("Target 40", 100, crowded, FRAME).y == 115


def test_names_do_not_stand_on_one_another() -> None:
    first = label("Baseline 39", 100, [], FRAME)
    second = label("Target 40", 98, [], FRAME, [first])

    assert first.anchor == "start"
    assert second.anchor == "end"


def test_it_stays_in_the_frame() -> None:
    assert label("Baseline 0", 22, [], FRAME).y == 37
    assert label("Baseline 0", 230, [], FRAME).y == 224


def test_an_interval_of_the_first_days_does_not_flatten_the_line() -> None:
    from gaitway.web.charts import series

    points = weekly(0.03, 0.04, 0.05, 0.04, around=0.01)
    wide = [type(points[0])(points[0].day, 0.03, 0.0, 1.0), *points[1:]]
    drawing = Drawing(series(wide, title="Conversion"))
    ys = [float(y) for y in drawing.root.get("data-y", "").split()]
    band = [float(spot.split()[1]) for spot in drawing.one("path", "band")["d"].strip("MZ").split("L")]

    assert max(ys) - min(ys) > 50
    assert min(band) >= 20
    assert max(band) <= 234
