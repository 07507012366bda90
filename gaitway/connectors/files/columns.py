"""Columns of values that Python read, as tables of DuckDB. Every value keeps its type; a column that mixes types that
don't go together is text."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 20_000  # rows given to DuckDB at a time
KINDS = ("BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN")  # what text may turn out to be
# As what they must be written: a cast would round a number, and cut the time off a date.
_WRITTEN = {"BIGINT": "[+-]?[0-9]+", "DATE": "[0-9]{4}-[0-9]{2}-[0-9]{2}"}
WHOLE = 2**53  # beyond it, a float no longer tells whole numbers apart


def kind_of(values: Iterable[Any]) -> set[str]:
    """DuckDB's types of these values, each alone; nothing where all are None."""
    return {_kind(value) for value in values if value is not None}


def merged(kinds: set[str]) -> str:
    """The one type that holds values of all these types."""
    if not kinds or len(kinds) == 1:
        return next(iter(kinds), "VARCHAR")
    if kinds <= {"BIGINT", "HUGEINT", "DOUBLE"}:
        return "DOUBLE" if "DOUBLE" in kinds else "HUGEINT"
    if kinds <= {"DATE", "TIMESTAMP"}:
        return "TIMESTAMP"
    return "VARCHAR"


def fill(
    connection: DuckDBPyConnection, table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]
) -> None:
    """Makes `table` (an SQL name) of `rows`. `columns`: their names (SQL names) and types. Raises duckdb.Error."""
    connection.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
    cells = ", ".join(f"unnest(${place}::{kind}[])" for place, (_, kind) in enumerate(columns, 1))
    insert = f"insert into {table} select {cells}"
    for batch in _batches(rows):
        lists = [list(values) for values in zip(*batch, strict=True)]
        for place, (_, kind) in enumerate(columns):
            if kind == "VARCHAR":
                lists[place] = [value if value is None else as_text(value) for value in lists[place]]
        connection.execute(insert, lists)


def narrow(connection: DuckDBPyConnection, table: str, name: str, kinds: Iterable[str], decimal: str = ".") -> None:
    """Gives a column of text the first of these types that all of its cells can have; where there is none, it stays
    text. `table` and `name` are SQL names."""
    for kind in kinds:
        value = f"replace({name}, ',', '.')" if kind == "DOUBLE" and decimal == "," else name
        fits = f"try_cast({value} as {kind}) is not null"
        if kind in _WRITTEN:
            fits += f" and regexp_full_match({name}, '{_WRITTEN[kind]}')"
        row = connection.execute(
            f"select count(*) filter ({name} is not null), count(*) filter ({name} is not null and not ({fits})) from {table}"  # noqa: S608 - quoted names
        ).fetchone()
        if row and row[0] and not row[1]:
            connection.execute(f"alter table {table} alter {name} type {kind} using {value}::{kind}")
            return


def as_text(value: Any) -> str:
    """A value as plain text: numbers without a needless fraction, dates in ISO 8601, bytes in hexadecimals."""
    match value:
        case bool():
            return str(value).lower()
        case float() if value.is_integer() and abs(value) < WHOLE:
            return str(int(value))
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.date():
            return value.isoformat()
        case bytes():
            return value.hex()
    return str(value)


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "BOOLEAN"
        case int():
            return "BIGINT" if -(2**63) <= value < 2**63 else "HUGEINT"
        case float():
            return "BIGINT" if value.is_integer() and abs(value) < WHOLE else "DOUBLE"
        case datetime.datetime():
            return "TIMESTAMP"
        case datetime.date():
            return "DATE"
    return "VARCHAR"


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
