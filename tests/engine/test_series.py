"""The history of a KPI: what is kept, what is cut out, what it comes to."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.kpis import Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.series import BadObservation, Series


def series(kind, rows, **more):
    return Series.of(KpiSpec("kpi", kind, Cadence.DAY), rows, **more)


def test_rows_in_any_order_with_gaps():
    found = series(Kind.PROPORTION, {7: (3, 10), 4: (1, 10)})
    assert (found.first, found.last) == (4, 7)
    np.testing.assert_array_equal(found.values, [[1, 10], [np.nan] * 2, [np.nan] * 2, [3, 10]])
    assert found.present.tolist() == [True, False, False, True]
    assert found.pooled() == (0.2, 20.0)


def test_nothing_is_known_of_an_empty_history():
    found = series(Kind.MEAN, {})
    assert (found.last, found.pooled(), found.estimates().tolist()) == (None, (None, 0.0), [])
    assert found.between(3, 5).values.shape == (3, 3)
    assert not found.between(3, 5).present.any()
    assert found.since(3).values.shape == (0, 3)


@pytest.mark.parametrize(
    ("kind", "rows", "value", "sample"),
    [
        (Kind.PROPORTION, [(1, 10), (5, 20)], 0.2, 30),
        (Kind.MEAN, [(1, 10.0, 0.0), (3, 2.0, 1.0)], 4.0, 4),
        (Kind.RATIO, [(100, 4), (50, 1)], 30.0, 2),
        (Kind.COUNT, [(3, 1), (5, 3)], 2.0, 4),
        (Kind.LEVEL, [(7,), (-3,)], 2.0, 2),
        (Kind.PROPORTION, [(0, 0), (0, 0)], None, 0),
        (Kind.RATIO, [(5, 0), (7, 0)], None, 2),
        (Kind.RATIO, [(5, 0), (7, 4)], 3.0, 2),
    ],
)
def test_the_value_of_all_periods_together(kind, rows, value, sample):
    assert series(kind, dict(enumerate(rows))).pooled() == (value, sample)


def test_each_period_and_those_without_a_sample():
    found = series(Kind.PROPORTION, {0: (1, 4), 1: (0, 0), 3: (2, 4)}).estimates()
    np.testing.assert_array_equal(found, [0.25, np.nan, np.nan, 0.5])
    np.testing.assert_array_equal(series(Kind.LEVEL, {0: (-2,), 2: (0,)}).estimates(), [-2, np.nan, 0])


class TestCounts:
    def test_a_period_without_a_row_is_zero_up_to_where_the_source_reaches(self):
        found = series(Kind.COUNT, {2: (5, 1), 4: (3, 1)}, reach=6).between(1, 8)
        np.testing.assert_array_equal(found.values[:, 0], [0, 5, 0, 3, 0, 0, np.nan, np.nan])
        np.testing.assert_array_equal(found.values[:, 1], [1, 1, 1, 1, 1, 1, np.nan, np.nan])

    def test_a_source_that_reaches_less_far_than_its_rows_takes_nothing_away(self):
        assert series(Kind.COUNT, {2: (5, 1), 4: (3, 1)}, reach=3).last == 4

    def test_nobody_knows_an_exposure_that_varies(self):
        found = series(Kind.COUNT, {2: (5, 1), 4: (3, 2)}, reach=6).between(2, 6)
        assert found.present.tolist() == [True, False, True, False, False]

    @pytest.mark.parametrize(("kind", "row"), [(Kind.PROPORTION, (1, 2)), (Kind.LEVEL, (1,)), (Kind.RATIO, (1, 2))])
    def test_of_other_kinds_a_missing_row_is_unknown(self, kind, row):
        found = series(kind, {2: row, 4: row}, reach=6).between(2, 6)
        assert found.present.tolist() == [True, False, True, False, False]


levels = st.dictionaries(st.integers(-20, 20), st.tuples(st.floats(-1e6, 1e6)), min_size=1, max_size=12)


@given(levels, st.integers(-30, 30), st.integers(-30, 30))
def test_a_part_holds_what_the_whole_holds(rows, first, last):
    part = series(Kind.LEVEL, rows).between(first, last)
    wanted = [rows.get(period, (math.nan,))[0] for period in range(first, last + 1)]
    np.testing.assert_array_equal(part.values[:, 0], wanted)
    assert part.first == first


@given(levels, st.integers(-30, 30))
def test_since_goes_to_the_newest_and_is_the_same_object_each_time(rows, first):
    whole = series(Kind.LEVEL, rows)
    since = whole.since(first)
    assert since is whole.since(first)
    np.testing.assert_array_equal(since.values, whole.between(first, max(rows)).values)


@given(st.dictionaries(st.integers(0, 50), st.tuples(st.integers(0, 9), st.integers(10, 99)), min_size=1), st.data())
def test_the_order_of_rows_does_not_matter(rows, data):
    mixed = dict(data.draw(st.permutations(list(rows.items()))))
    np.testing.assert_array_equal(series(Kind.PROPORTION, mixed).values, series(Kind.PROPORTION, rows).values)


@pytest.mark.parametrize(
    ("kind", "row", "message"),
    [
        (Kind.PROPORTION, (11, 10), "11 successes are more than 10 trials"),
        (Kind.PROPORTION, (-1, 10), "successes and trials can't be negative"),
        (Kind.PROPORTION, (math.nan, 10), "successes is nan, not a finite number"),
        (Kind.MEAN, (5, math.inf, 1), "mean is inf, not a finite number"),
        (Kind.MEAN, (5, 1, -1), "n and variance can't be negative"),
        (Kind.MEAN, (-5, 1, 1), "n and variance can't be negative"),
        (Kind.RATIO, (5, -1), "the denominator can't be negative"),
        (Kind.COUNT, (-1, 1), "events can't be negative"),
        (Kind.COUNT, (1, 0), "exposure must be above zero"),
        (Kind.LEVEL, (-math.inf,), "value is -inf, not a finite number"),
    ],
)
def test_an_observation_that_cannot_be_names_its_period(kind, row, message):
    good = {Kind.PROPORTION: (1, 2), Kind.MEAN: (1, 2, 3)}.get(kind, (1,) if kind is Kind.LEVEL else (1, 2))
    with pytest.raises(BadObservation) as caught:
        series(kind, {41: good, 42: row})
    assert str(caught.value) == f"kpi, period 42: {message}"
