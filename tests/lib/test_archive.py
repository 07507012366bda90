"""The archive: the same content is the same bytes, and whatever was changed or cut off is found."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib.archive import Damaged, Head, Reader, Tail, Writer, cell, document

HEAD = Head("0006_sources", accounts=True)
ROWS = [("area", {"id": 1, "name": "Norway\0\u2028"}), ("area", {"name": "Åland", "id": 2}), ("kpi", {"id": 7})]
TABLES = ["area", "event", "kpi"]


def written() -> bytes:
    file = io.BytesIO()
    writer = Writer(file, HEAD)
    for table in TABLES:
        writer.table(table)
        for name, row in ROWS:
            if name == table:
                writer.row(table, row)
    writer.end()
    return file.getvalue()


def read(raw: bytes) -> tuple[Head, list[tuple[str, object]], Tail | None]:
    reader = Reader(io.BytesIO(raw))
    rows = list(reader.rows())
    return reader.head, rows, reader.tail


def test_what_was_written_is_read_again() -> None:
    head, rows, tail = read(written())
    assert (head, rows) == (HEAD, ROWS)
    assert tail is not None
    assert tail.rows == {"area": 2, "event": 0, "kpi": 1}


def test_lines_are_plain_text_with_sorted_keys() -> None:
    lines = written().decode("ascii").splitlines()
    assert lines[0] == '{"accounts":true,"format":1,"gaitway":"archive","schema":"0006_sources"}'
    assert lines[2] == '{"row":{"id":2,"name":"\\u00c5land"},"table":"area"}'
    assert len(lines) == 5


@given(st.data())
def test_a_byte_that_was_changed_is_found(data: st.DataObject) -> None:
    raw = bytearray(written())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    try:
        found = read(bytes(raw))
    except Damaged:
        return
    # What is left is what a reader doesn't read: white space, and the name of a key that it overlooks.
    assert found[1] == ROWS


@given(st.integers(0, len(written()) - 1))
def test_what_was_cut_off_is_found(length: int) -> None:
    with pytest.raises(Damaged, match="line"):
        read(written()[:length])


@given(st.binary(max_size=300))
def test_anything_else_is_no_archive(raw: bytes) -> None:
    with pytest.raises(Damaged, match="line 1"):
        read(raw)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"format":1', '"format":2', "line 1: format 2; this Gaitway reads format 1."),
        ('"schema":"0006_sources"', '"schema":6', "line 1: schema or accounts is missing."),
        ('"gaitway":"archive"', '"gaitway":"strategy"', "line 1: this is no archive of Gaitway."),
        ('"table":"area"', '"table":3', "line 2: not a row of a table."),
        ("land", "LAND", "the rows have the hash"),
        ('"event":0', '"event":1', "line 5: the number of rows isn't what the last line says."),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, said: str) -> None:
    with pytest.raises(Damaged, match=said):
        read(written().replace(old.encode(), new.encode()))


def test_nothing_follows_the_last_line() -> None:
    with pytest.raises(Damaged, match="line 6: something follows"):
        read(written() + b"{}\n")


@pytest.mark.parametrize(
    ("value", "stands"),
    [
        (datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=2))), "2026-03-02T07:00:00.000005+00:00"),
        (datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02T00:00:00+00:00"),
        (date(2026, 3, 2), "2026-03-02"),
        (Decimal("5000.00"), "5000.00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\xff", base64.b64encode(b"\xff").decode()),
        (float("inf"), "inf"),
        (0.1, 0.1),
        (None, None),
        (True, True),
    ],
)
def test_values_of_columns(value: object, stands: object) -> None:
    assert cell(value) == stands


def test_what_has_no_way_to_be_written_is_refused() -> None:
    with pytest.raises(TypeError, match="no way to write set"):
        cell({1})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_in_json_are_the_same_whether_a_database_keeps_the_exponent_or_not(number: float) -> None:
    kept = json.loads(json.dumps(number))
    without = json.loads(format(Decimal(repr(number)), "f"))  # as PostgreSQL says it
    assert json.dumps(document([kept])) == json.dumps(document([without or 0.0 if number == 0 else without]))
    found = document({"a": number})
    assert isinstance(found, dict)
    assert float(found["a"]) == number
