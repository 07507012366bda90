"""A source's table is taken whole or refused with its row."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence, start
from gaitway.engine.readings import BadReading, read

TODAY = date(2026, 3, 4)  # a Wednesday
COLUMNS = {
    Kind.PROPORTION: ["period", "successes", "trials"],
    Kind.MEAN: ["period", "n", "mean", "variance"],
    Kind.RATIO: ["period", "numerator", "denominator"],
    Kind.COUNT: ["period", "events", "exposure"],
    Kind.LEVEL: ["period", "value"],
}


def table(rows, kind=Kind.LEVEL, cadence=Cadence.DAY, columns=None):
    return read(kind, cadence, columns or COLUMNS[kind], rows, today=TODAY)


def refused(*arguments, **more):
    with pytest.raises(BadReading) as caught:
        table(*arguments, **more)
    return caught.value.row, str(caught.value)


@pytest.mark.parametrize(
    ("kind", "cells", "numbers"),
    [
        (Kind.PROPORTION, (3, 100), (3.0, 100.0)),
        (Kind.MEAN, (10, 4.5, 2.25), (10.0, 4.5, 2.25)),
        (Kind.MEAN, (1, 4.5, None), (1.0, 4.5, 0.0)),
        (Kind.RATIO, (-90.5, 3), (-90.5, 3.0)),
        (Kind.COUNT, (7, 2), (7.0, 2.0)),
        (Kind.COUNT, (7, None), None),
        (Kind.LEVEL, (-3,), (-3.0,)),
    ],
)
def test_the_numbers_of_each_kind(kind, cells, numbers):
    if numbers is None:
        assert refused([(date(2026, 3, 1), *cells)], kind) == (1, "row 1: exposure is NULL")
    else:
        assert table([(date(2026, 3, 1), *cells)], kind) == {date(2026, 3, 1): numbers}


def test_columns_in_any_order_and_case_and_without_the_exposure():
    assert table([(5, date(2026, 3, 1))], Kind.COUNT, columns=[" Events ", "PERIOD"]) == {date(2026, 3, 1): (5.0, 1.0)}


@pytest.mark.parametrize(
    "cell", ["2026-03-02", " 2026-03-02 ", date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02T00:00:00Z"]
)
def test_a_period_as_text_or_date_or_time(cell):
    assert table([(cell, 1)]) == {date(2026, 3, 2): (1.0,)}


@pytest.mark.parametrize(
    ("cadence", "complete", "running"),
    [
        (Cadence.DAY, date(2026, 3, 3), date(2026, 3, 4)),
        (Cadence.WEEK, date(2026, 2, 23), date(2026, 3, 2)),
        (Cadence.MONTH, date(2026, 2, 1), date(2026, 3, 1)),
        (Cadence.QUARTER, date(2025, 10, 1), date(2026, 1, 1)),
    ],
)
def test_the_running_period_is_left_out(cadence, complete, running):
    assert table([(complete, 1), (running, 2)], cadence=cadence) == {complete: (1.0,)}


def test_a_week_is_taken_on_the_day_after_its_sunday():
    def of(today):
        return read(Kind.LEVEL, Cadence.WEEK, COLUMNS[Kind.LEVEL], [(date(2026, 2, 23), 1)], today=today)

    assert (of(date(2026, 3, 1)), of(date(2026, 3, 2))) == ({}, {date(2026, 2, 23): (1.0,)})


def test_a_row_of_nulls_is_an_absent_period():
    rows = [(date(2026, 3, 1), None, None), (date(2026, 3, 2), 1, 2)]
    assert table(rows, Kind.PROPORTION) == {date(2026, 3, 2): (1.0, 2.0)}


D = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("kind", "cells", "message"),
    [
        (Kind.PROPORTION, (D, 3, None), "trials is NULL"),
        (Kind.PROPORTION, (D, 3, 2), "3 successes are more than 2 trials"),
        (Kind.PROPORTION, (D, -1, 2), "successes and trials can't be negative"),
        (Kind.MEAN, (D, 2, 1.0, None), "variance is NULL"),
        (Kind.MEAN, (D, 2, 1.0, -1), "n and variance can't be negative"),
        (Kind.COUNT, (D, 1, 0), "exposure must be above zero"),
        (Kind.RATIO, (D, 1, -1), "the denominator can't be negative"),
        (Kind.LEVEL, (D, True), "value is True, not a number"),
        (Kind.LEVEL, (D, "12"), "value is '12', not a number"),
        (Kind.LEVEL, (D, float("nan")), "value is nan, not a finite number"),
        (Kind.LEVEL, (D, float("-inf")), "value is -inf, not a finite number"),
        (Kind.LEVEL, (D, 1e301), "value is 1e+301, not a finite number"),
        (Kind.LEVEL, (D, 10**400), "value is larger than any number that can be kept"),
        (Kind.LEVEL, (D, -(10**400)), "value is larger than any number that can be kept"),
        (Kind.LEVEL, ("02.03.2026", 1), "period '02.03.2026' is not a date like 2026-03-31"),
        (Kind.LEVEL, (None, 1), "period None is not a date"),
        (Kind.LEVEL, (20260302, 1), "period 20260302 is not a date"),
        (Kind.LEVEL, (date(2026, 3, 5), 1), "period 2026-03-05 lies in the future"),
        (Kind.LEVEL, (date(2026, 3, 1), 1), "period 2026-03-01 stands here twice"),
    ],
)
def test_what_is_wrong_names_its_row(kind, cells, message):
    first = (date(2026, 3, 1), *{Kind.MEAN: (2, 1, 1), Kind.LEVEL: (1,)}.get(kind, (1, 2)))
    assert refused([first, cells], kind) == (2, f"row 2: {message}")


@pytest.mark.parametrize(
    ("cadence", "first"),
    [(Cadence.WEEK, "2026-03-02"), (Cadence.MONTH, "2026-03-01"), (Cadence.QUARTER, "2026-01-01")],
)
def test_a_period_is_named_by_its_first_day(cadence, first):
    message = f"row 1: period 2026-03-03 is not the first day of a {cadence}; that would be {first}"
    assert refused([("2026-03-03", 1)], cadence=cadence) == (1, message)


def test_a_period_twice_is_refused_even_where_one_is_absent():
    absent_then_there = [(D, None), (D, 1)]
    assert refused(absent_then_there) == (2, f"row 2: period {D} stands here twice")
    assert refused(absent_then_there[::-1]) == (2, f"row 2: period {D} stands here twice")


@pytest.mark.parametrize(
    ("kind", "columns", "message"),
    [
        (
            Kind.PROPORTION,
            ["period", "succeses", "trials"],
            "unknown column 'succeses' (did you mean 'successes'?); a proportion needs the columns period, successes, trials",
        ),
        (Kind.LEVEL, ["period", "zzz"], "unknown column 'zzz'; a level needs the columns period, value"),
        (Kind.LEVEL, ["period", "value", "Value"], "column 'value' stands here twice"),
        (Kind.LEVEL, ["value"], "column 'period' is missing; a level needs the columns period, value"),
        (Kind.COUNT, ["period", "exposure"], "column 'events' is missing; a count needs the columns period, events"),
    ],
)
def test_what_is_wrong_with_the_head(kind, columns, message):
    assert refused([], kind, columns=columns) == (0, message)


@pytest.mark.parametrize("kind", Kind)
def test_a_row_that_is_too_short_or_too_long_is_refused(kind):
    cells = {Kind.MEAN: (2, 1, 1), Kind.LEVEL: (1,)}.get(kind, (1, 2))
    need = len(COLUMNS[kind])
    assert refused([(D, *cells[:-1])], kind) == (1, f"row 1: {need - 1} cells under {need} columns")
    assert refused([(D, *cells, 1)], kind) == (1, f"row 1: {need + 1} cells under {need} columns")


@given(st.dictionaries(st.integers(739000, 739310), st.floats(-1e150, 1e150)), st.data())
def test_what_is_written_is_read_whatever_the_order(values, data):
    rows = {start(number, Cadence.DAY): value for number, value in values.items()}
    assert table(data.draw(st.permutations(list(rows.items())))) == {day: (value,) for day, value in rows.items()}


cells = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.dates(), st.datetimes(), st.binary()
)


@given(st.sampled_from(Kind), st.sampled_from(Cadence), st.data())
def test_any_table_is_read_or_refused(kind, cadence, data):
    width = len(COLUMNS[kind])
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=4))
    try:
        found = table(rows, kind, cadence)
    except BadReading as error:
        said = str(error).startswith(f"row {error.row}: ")
    else:
        said = all(day < TODAY for day in found)
    assert said
