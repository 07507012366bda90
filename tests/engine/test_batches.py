"""Thousands of readings side by side say the same as each of them alone, and nothing is ever lost on the way."""

from __future__ import annotations

import math
from datetime import date
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gaitway.engine import batches
from gaitway.engine.batches import Fault, Meant
from gaitway.engine.kpis import NUMBERS, Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.readings import BadReading

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # says nothing of a busy machine
UTC, OSLO = ZoneInfo("UTC"), ZoneInfo("Europe/Oslo")
TODAY = {UTC: date(2026, 3, 2), OSLO: date(2026, 3, 2)}
MEANT = {f"n/{kind}": Meant(kind, Cadence.DAY, UTC) for kind in Kind} | {
    "n/week": Meant(Kind.COUNT, Cadence.WEEK, OSLO),
    "n/month": Meant(Kind.LEVEL, Cadence.MONTH, UTC),
}

number = st.one_of(
    st.integers(-3, 100),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0, -0.0, 1e300, 1.1e300, 10**400, -(10**400), 2**53 + 1, True, None, "5", [], {}]),
)
day = st.one_of(
    st.sampled_from(
        ["2026-02-01", "2026-02-02", "2026-02-23", "2026-03-02", "2030-01-01", "0001-01-01", "9999-12-31", "2026-02-30",
         "20260202", "2026-W06", "2026-02-02T10:00:00+01:00", "٢٠٢٦-٠٢-٠٢", "", None, 5, [], {}]
    ),
    st.dates().map(str),
)  # fmt: skip
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@st.composite
def reading(draw: Any) -> dict[str, Any]:
    """Most of it as it should be: what is nearly right is what slips through."""
    name = draw(st.sampled_from([*MEANT, "n/nothing", "n", ""]))
    kind = MEANT[name].kind if name in MEANT else draw(st.sampled_from(list(Kind)))
    row: dict[str, Any] = {"kpi": name, "period": draw(st.one_of(st.just("2026-02-02"), day))}
    row |= {each: draw(st.one_of(st.integers(1, 9), number)) for each in NUMBERS[kind]}
    for gone in draw(st.lists(st.sampled_from(list(row)), max_size=1)):
        del row[gone]
    return row | draw(
        st.dictionaries(st.sampled_from(["events", "Value", " n", "exposure", "x" * 99]), number, max_size=1)
    )


rows = st.lists(st.one_of(reading(), anything), max_size=12)


def one_by_one(found: list[Any]) -> tuple[dict[tuple[str, date], tuple[float, ...]], list[int]]:
    """The same without any haste: what is good, and which rows have a fault. Of two for one period the first stays."""
    good: dict[tuple[str, date], tuple[float, ...]] = {}
    bad = []
    for at, row in enumerate(found, start=1):
        name = row.get("kpi") if isinstance(row, dict) else None
        if not isinstance(name, str) or name not in MEANT:
            bad.append(at)
            continue
        cells = {key: cell for key, cell in row.items() if key != "kpi"}
        try:
            when, numbers = batches.single(MEANT[name], cells, at, today=TODAY[MEANT[name].zone])
        except BadReading:
            bad.append(at)
            continue
        if (name, when) in good:
            bad.append(at)
        else:
            good[name, when] = numbers
    return good, bad


@PATIENT
@given(rows)
@example([{"kpi": "n/count", "period": "2026-02-02", "events": 10**400}] * 2)
@example(
    [{"kpi": "n/count", "period": "2026-02-02", "events": "x"}, {"kpi": "n/count", "period": "2026-02-02", "events": 1}]
)
@example(
    [{"kpi": "n/mean", "period": "2026-02-02", "n": 1, "mean": 2, "variance": variance} for variance in (None, 3)] * 5
)  # the first is good after a closer look
@example(
    [{"kpi": "n/mean", "period": "2026-02-02", "n": 1, "mean": 2, "variance": -1}, {"kpi": ["n/mean"], "period": {}}]
)
def test_side_by_side_is_the_same_as_one_by_one(found: list[Any]) -> None:
    batch = batches.read(MEANT, found, today=TODAY)
    with mock.patch.object(batches, "_FEW", 1):  # columns also of a single row
        assert batches.read(MEANT, found, today=TODAY) == batch
    good, bad = one_by_one(found)
    assert {(name, when): numbers for name, days in batch.good.items() for when, numbers in days.items()} == good
    assert [fault.row for fault in batch.faults] == bad
    assert len(good) + len(bad) == batch.rows == len(found)


@PATIENT
@given(rows)
def test_what_is_kept_can_be_kept_and_what_is_said_can_be_read(found: list[Any]) -> None:
    batch = batches.read(MEANT, found, today=TODAY)
    for name, days in batch.good.items():
        for when, numbers in days.items():
            assert isinstance(when, date)
            assert len(numbers) == len(NUMBERS[MEANT[name].kind])
            assert all(type(each) is float and math.isfinite(each) for each in numbers)
    for fault in batch.faults:
        assert 0 < len(fault.message) <= 310
        fault.message.encode("utf-8", "surrogatepass")


def test_of_two_for_one_period_the_second_is_told() -> None:
    row = {"kpi": "n/level", "period": "2026-02-02", "value": 1}
    batch = batches.read(MEANT, [row, {**row, "value": 2}], today=TODAY)
    assert batch.good == {"n/level": {date(2026, 2, 2): (1.0,)}}
    assert batch.faults == [Fault(2, "period 2026-02-02 of n/level stands here twice")]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_whole_column_and_one_bad_cell(kind: Kind) -> None:
    """A thousand good rows stay good beside one bad one, whose fault names its row and its field."""
    names = NUMBERS[kind]
    found: list[dict[str, Any]] = [
        {"kpi": f"n/{kind}", "period": date.fromordinal(738_000 + i).isoformat(), **dict.fromkeys(names, 3)}
        for i in range(1000)
    ]
    found[617][names[-1]] = "many"
    batch = batches.read(MEANT, found, today=TODAY)
    assert [fault.row for fault in batch.faults] == [618]
    assert names[-1] in batch.faults[0].message
    assert len(batch.good[f"n/{kind}"]) == 999
