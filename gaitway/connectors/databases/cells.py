"""From a driver's values to cells: the same value is the same cell on every engine, DuckDB over files included."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal

from ..base import Cell


def row(values: Iterable[object]) -> tuple[Cell, ...]:
    return tuple(map(cell, values))


def cell(value: object) -> Cell:
    """A moment with a zone becomes UTC, `2011-07-01T10:00:00+00`; one without stays as it is."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return float(value)  # numpy's floats are floats too
        case Decimal():
            return float("nan") if value.is_nan() else float(value)
        case datetime():
            return _moment(value)
        case date() | time():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode(errors="replace")
    if hasattr(value, "item"):  # a number of numpy
        return cell(value.item())
    return str(value)


def _moment(value: datetime) -> str:
    zone = ""
    if value.tzinfo is not None:
        value, zone = value.astimezone(UTC).replace(tzinfo=None), "+00"
    text = value.isoformat()
    return (text.rstrip("0") if "." in text else text) + zone
