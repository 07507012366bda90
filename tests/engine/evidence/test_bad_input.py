"""What can't be is refused with its KPI and place; what is empty is never judged."""

import math
from decimal import Decimal

import numpy as np
import pytest

from gaitway.engine.kpis import NUMBERS, Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.series import BadObservation, Series
from gaitway.engine.triggers import TriggerError, check, parse
from tests.engine.judging import finding, history, said

GOOD = {
    Kind.PROPORTION: (3.0, 10.0), Kind.MEAN: (3.0, 5.0, 2.0), Kind.RATIO: (90.0, 3.0), Kind.COUNT: (4.0, 1.0), Kind.LEVEL: (7.0,),
}  # fmt: skip


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("kind", "place"), [(kind, place) for kind in Kind for place in range(len(NUMBERS[kind]))])
def test_each_number_must_be_finite(kind, place, wrong):
    row = list(GOOD[kind])
    row[place] = wrong
    with pytest.raises(BadObservation) as caught:
        Series.of(KpiSpec("returns", kind, Cadence.DAY), {11: GOOD[kind], 12: tuple(row), 13: GOOD[kind]})
    assert str(caught.value) == f"returns, period 12: {NUMBERS[kind][place]} is {wrong}, not a finite number"


@pytest.mark.parametrize(
    ("kind", "row"),
    [(Kind.PROPORTION, (4, 3.999)), (Kind.MEAN, (9, 1, -1e-9)), (Kind.RATIO, (1, -1e-9)), (Kind.COUNT, (1, -2))],
)
def test_nor_may_it_be_on_the_wrong_side_by_a_hair(kind, row):
    with pytest.raises(BadObservation, match=r"^returns, period 12: "):
        Series.of(KpiSpec("returns", kind, Cadence.DAY), {12: row})


class TestWithoutASample:
    """A denominator of zero is a reading without a value: it neither passes nor fails."""

    ROWS = [(900 + i % 7, 100) for i in range(30)]

    @pytest.mark.parametrize("text", ["kpi >= 1 with 95% confidence", "kpi <= 1 with 95% confidence", "kpi >= 1"])
    @pytest.mark.parametrize("kind", [Kind.RATIO, Kind.PROPORTION])
    def test_nothing_is_known(self, kind, text):
        text = text if kind is Kind.RATIO else text.replace("1 ", "50% ", 1).replace("= 1", "= 50%")
        assert said(text, history([(0, 0)] * 30, kind=kind)) == "no data"

    @pytest.mark.parametrize("numerator", [0, 1e9])
    def test_a_numerator_alone_is_no_evidence(self, numerator):
        found = finding("kpi >= 1 with 95% confidence", history([(numerator, 0)] * 30, kind=Kind.RATIO))
        assert (found.why, found.estimate, found.low, found.high) == ("no data", None, None, None)

    def test_among_others_they_change_no_estimate(self):
        rows = self.ROWS[:15] + [(0, 0)] * 5 + self.ROWS[15:]
        mixed, pure = (finding("kpi >= 8", history(each, kind=Kind.RATIO)) for each in (rows, self.ROWS))
        assert (mixed.outcome, mixed.estimate) == (pure.outcome, pure.estimate)

    def test_of_a_mean_nobody_came(self):
        nobody = history([(0, 0, 0)] * 30, kind=Kind.MEAN)
        assert said("kpi <= 5 with 50% confidence", nobody) == "no data"


class TestMixedUnits:
    KPIS = {
        key: KpiSpec(key, Kind.RATIO, Cadence.DAY, unit, baseline=3)
        for key, unit in (("cac", "EUR"), ("price", "USD"), ("load", "%"), ("plain", ""))
    }  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "place", "words"),
        [
            ("cac between 30 EUR and 40 USD", (1, 24), ("cac", "EUR", "USD")),
            ("cac between $30 and €40", (1, 13), ("cac", "EUR", "USD")),
            ("plain >= 3 and cac <= 40%", (1, 23), ("cac", "EUR", "%")),
            ("load >= 3 EUR with 95% confidence", (1, 9), ("load", "%", "EUR")),
            ("plain <= 3 EUR", (1, 10), ("plain", "no unit", "EUR")),
            ("cac improves on price by 5% with 95% confidence", (1, 1), ("cac", "price", "EUR", "USD")),
        ],
    )
    def test_are_refused_with_the_kpi_both_units_and_the_place(self, text, place, words):
        with pytest.raises(TriggerError) as caught:
            check(parse(text), self.KPIS)
        assert (caught.value.line, caught.value.column) == place
        assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize("kind", [Kind.MEAN, Kind.RATIO, Kind.COUNT, Kind.LEVEL])
@pytest.mark.parametrize("size", [1e-9, 1e-3, 1e6, 1e12])
def test_numbers_of_any_usual_size_are_judged(kind, size):
    """From a share of a cent to a trillion, without a warning, and above is above."""
    random = np.random.default_rng(2)
    noise = 1 + 0.05 * random.standard_normal(40)
    n = 500.0
    rows = {
        Kind.MEAN: [(n, size * each, size * size) for each in noise],
        Kind.RATIO: [(size * n * each, n) for each in noise],
        Kind.COUNT: [(round(500 * each), n / size) for each in noise],
        Kind.LEVEL: [(size * each,) for each in noise],
    }[kind]
    low = 0.8 * size
    found = finding(f"kpi >= {Decimal(f'{low:.3g}'):f} with 95% confidence", history(rows, kind=kind))
    assert found.outcome == "met"
    assert low < found.low < found.estimate < found.high
