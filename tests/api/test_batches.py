"""Any bytes as a batch: rows or faults of rows, never a five-hundred, never half stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gaitway.models import Observation
from tests.api.conftest import Caller, read
from tests.world import World

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
JSON, LINES = "application/json", "application/x-ndjson"
FEW = settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],  # says nothing of a busy machine
)  # fmt: skip

good = st.builds(
    lambda week, events: {"kpi": "north/orders", "period": week, "events": events},
    st.sampled_from(["2026-01-05", "2026-01-12", "2026-01-19", "2026-02-16", "2026-03-02", "2026-01-06"]),
    st.one_of(
        st.integers(0, 50), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([-1, "5", None, 10**400])
    ),
)
bad = st.one_of(
    st.none(), st.integers(), st.text(max_size=9), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["kpi", "period", "events", "Events", "x"]), st.text(max_size=12), max_size=4),
    st.just({"kpi": "north/secret", "period": "2026-01-05", "value": 1}),
)  # fmt: skip
texts = st.lists(st.one_of(good, bad), max_size=8)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def luca(caller: Any) -> Caller:
    return caller("luca", "record")


@contextmanager
def undone() -> Iterator[None]:
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def sent(luca: Caller, body: bytes, kind: str, *, partial: bool) -> tuple[int, Any]:
    """Posts it, and checks what must be so whatever it was: what is stored is what the answer says."""
    body = body or b" "  # the client of the tests leaves out the type of an empty one
    with undone():
        answer = luca("POST", f"observations/batch?partial={partial}", body, kind=kind)
        found, stored = read(answer), Observation.objects.count()
        assert answer.status_code in (200, 400, 413, 422), found
        if answer.status_code == 200:
            assert found["new"] == stored
            assert found["revised"] == 0
            assert found["refused"] == len(found["rows"])
            assert partial or not found["rows"]
            if stored:
                again = read(luca("POST", f"observations/batch?partial={partial}", body, kind=kind))
                assert (again["new"], again["revised"], again["unchanged"]) == (0, 0, stored)
        else:
            assert stored == 0
            assert found["error"]["message"]
        return answer.status_code, found


@FEW
@given(st.binary(max_size=200), st.sampled_from([JSON, LINES]), st.booleans())
@example(b"\xff\xfe[]", JSON, True)
@example(b"[" * 5000, JSON, True)
@example(b"\n\n\0\n", LINES, True)
@example(b'{"kpi": "\\ud800", "period": "\\u0000"}', LINES, True)
def test_any_bytes(house: World, luca: Caller, body: bytes, kind: str, partial: bool) -> None:
    sent(luca, body, kind, partial=partial)


@FEW
@given(texts, st.booleans())
def test_any_rows_say_the_same_as_an_array_and_as_lines(
    house: World, luca: Caller, found: list[Any], partial: bool
) -> None:
    array = json.dumps(found).encode()
    lines = b"\n".join(json.dumps(each).encode() for each in found)
    assert sent(luca, array, JSON, partial=partial) == sent(luca, lines, LINES, partial=partial)


@FEW
@given(texts, st.data())
def test_a_batch_that_is_cut_off_or_damaged(house: World, luca: Caller, found: list[Any], data: st.DataObject) -> None:
    """A byte more, a byte less, another byte: lines lose a row at most, an array is refused or still whole."""
    body = "\n".join(map(json.dumps, found)).encode()
    at = data.draw(st.integers(0, len(body)))
    damaged = body[:at] + data.draw(st.binary(max_size=2)) + body[at + data.draw(st.integers(0, 2)) :]
    sent(luca, damaged, LINES, partial=True)
    sent(luca, damaged, JSON, partial=False)


@FEW
@given(texts)
def test_partial_keeps_the_good_and_names_every_other_row(house: World, luca: Caller, found: list[Any]) -> None:
    status, answer = sent(luca, json.dumps(found).encode(), JSON, partial=True)
    assert status == 200
    assert answer["new"] + answer["refused"] == len(found)
    assert [each["row"] for each in answer["rows"]] == sorted({each["row"] for each in answer["rows"]})
    status, refused = sent(luca, json.dumps(found).encode(), JSON, partial=False)
    assert (status == 200) == (not answer["rows"])
    if status == 422:
        assert refused["error"]["rows"] == answer["rows"]
