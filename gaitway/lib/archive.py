"""The archive: every kept row as one line of JSON, in one order, so that the same content is the same bytes whatever
database it came from. The first line says of which schema it is, the last one how many rows there are and their hash."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO
from uuid import UUID

FORMAT = 1
LONGEST = 64 * 2**20  # bytes of one row
EXACT = 1e16  # from here on JSON writes a float with an exponent, and PostgreSQL the same number without

Row = dict[str, Any]


class Damaged(ValueError):
    """It isn't an archive, or no longer what was written. The text says at which line, and which hash differs."""


@dataclass(frozen=True, slots=True)
class Head:
    """`schema`: the newest migration that the rows are of. `accounts`: whether password hashes and tokens are in it."""

    schema: str
    accounts: bool


@dataclass(frozen=True, slots=True)
class Tail:
    rows: dict[str, int]
    sha256: str


class Writer:
    """Writes to `file`. Rows come by table in the order of their names, and in each by number: whoever calls sees to it."""

    def __init__(self, file: BinaryIO, head: Head) -> None:
        self._file, self._hash = file, hashlib.sha256()
        self._rows: dict[str, int] = {}
        self._line({"gaitway": "archive", "format": FORMAT, "schema": head.schema, "accounts": head.accounts})

    def table(self, name: str) -> None:
        """Also a table without rows is named at the end."""
        self._rows[name] = 0

    def row(self, table: str, row: Row) -> None:
        self._rows[table] += 1
        self._line({"table": table, "row": row})

    def end(self) -> Tail:
        tail = Tail(dict(self._rows), self._hash.hexdigest())
        self._file.write(_text({"rows": tail.rows, "sha256": tail.sha256}))
        return tail

    def _line(self, value: Row) -> None:
        text = _text(value)
        self._hash.update(text)
        self._file.write(text)


class Reader:
    """What `Writer` wrote. Raises Damaged, at the latest at its end: nothing of it may be kept before that."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self._number = file, hashlib.sha256(), 0
        self.tail: Tail | None = None
        first = self._next()
        if not isinstance(first, dict) or first.get("gaitway") != "archive":
            raise Damaged("line 1: this is no archive of Gaitway.")
        if first.get("format") != FORMAT:
            raise Damaged(f"line 1: format {first.get('format')!r}; this Gaitway reads format {FORMAT}.")
        if not isinstance(first.get("schema"), str) or not isinstance(first.get("accounts"), bool):
            raise Damaged("line 1: schema or accounts is missing.")
        self.head = Head(first["schema"], first["accounts"])

    def rows(self) -> Iterator[tuple[str, Row]]:
        counted: dict[str, int] = {}
        while True:
            so_far = self._hash.hexdigest()
            value = self._next()
            if not isinstance(value, dict):
                raise Damaged(f"line {self._number}: not a row.")
            if "sha256" in value:
                break
            table, row = value.get("table"), value.get("row")
            if not isinstance(table, str) or not isinstance(row, dict):
                raise Damaged(f"line {self._number}: not a row of a table.")
            counted[table] = counted.get(table, 0) + 1
            yield table, row
        if value["sha256"] != so_far:
            raise Damaged(f"the rows have the hash {so_far[:16]}…, the last line says {str(value['sha256'])[:16]}….")
        rows = value.get("rows")
        if not isinstance(rows, dict) or {name: count for name, count in rows.items() if count} != counted:
            raise Damaged(f"line {self._number}: the number of rows isn't what the last line says.")
        if self._file.read(1):
            raise Damaged(f"line {self._number + 1}: something follows the last line.")
        self.tail = Tail(rows, so_far)

    def _next(self) -> object:
        line = self._file.readline(LONGEST)
        self._number += 1
        if not line.endswith(b"\n"):
            raise Damaged(f"line {self._number}: the file ends here; it was cut off." if len(line) < LONGEST
                          else f"line {self._number}: longer than {LONGEST} bytes.")  # fmt: skip
        self._hash.update(line)
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise Damaged(f"line {self._number}: not JSON.") from None


def cell(value: object) -> object:
    """A value of a column as it stands in an archive."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"An archive has no way to write {type(value).__name__}.")


def document(value: object) -> object:
    """A value of a JSON column: its numbers as both databases keep them (PostgreSQL's have no exponent and no -0)."""
    if isinstance(value, dict):
        return {key: document(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [document(each) for each in value]
    if isinstance(value, float):
        if value == 0:
            return 0.0
        return int(Decimal(repr(value))) if abs(value) >= EXACT and math.isfinite(value) else value
    return value


def _text(value: Row) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode() + b"\n"
