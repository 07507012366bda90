"""DuckDB as a room with nothing but the sources in it: `connect`, load (see `load`), `lock`, then `run` what passed
`check`.

Written for DuckDB 2.0, whose parse trees and relations differ from 1.x.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from ..base import Cell, Limits
from .check import subquery

THREADS = 2
ROOM_MB = 1024  # address space of Python and DuckDB before any data
BATCH = 256  # rows fetched at a time

# DuckDB's types that JSON carries as they are.
# fmt: off
_AS_IS = frozenset({
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE", "VARCHAR",
})
# fmt: on

# After these the process keeps memory that it can't use again, so the next query gets a new one.
EXHAUSTED = (duckdb.InterruptException, duckdb.OutOfMemoryException, MemoryError)


class TooMuch(Exception):
    """The answer is larger than an answer may be."""


def connect(limits: Limits) -> duckdb.DuckDBPyConnection:
    """An in-memory database that can still read files, of one thread; `widen` and `lock` end that."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "async_threads": 0,
            "memory_limit": f"{limits.memory_mb}MB",
            "temp_directory": "",
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    return connection


def widen(connection: duckdb.DuckDBPyConnection) -> None:
    """Gives it the threads that it may have. Threads have the walls of the one that starts them."""
    connection.execute(f"set threads = {THREADS}")


def lock(connection: duckdb.DuckDBPyConnection, shown: Iterable[Path] = ()) -> None:
    """From here on nobody changes a setting, or opens a file other than these. `COPY` could still write over these:
    they are shown only where the kernel lets the process write nothing."""
    connection.execute("set allowed_paths = $1", [[str(path) for path in shown]])
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def run(connection: duckdb.DuckDBPyConnection, sql: str, limits: Limits) -> dict[str, Any]:
    """Columns, types and rows of one query, in a session of its own, read-only and rolled back.

    Errors: TooMuch, duckdb.Error, MemoryError, UnicodeError.
    """
    session = connection.cursor()
    session.execute("begin transaction read only")
    try:
        with deadline(session, limits):
            relation = session.sql(subquery(sql))
            types = [str(kind) for kind in relation.types]
            cells = ", ".join(_cell(place, kind) for place, kind in enumerate(types, 1))
            # A relation collects its whole answer outside the memory limit; execute streams it.
            session.execute(f"select {cells} from {subquery(sql)}")  # noqa: S608 - what check passed
            return {"columns": relation.columns, "types": types, "rows": list(_rows(session, limits))}
    finally:
        session.rollback()
        session.close()


@contextmanager
def deadline(connection: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[None]:
    """Interrupts what runs on `connection` when its seconds are over."""
    timer = threading.Timer(limits.seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def explain(error: Exception, limits: Limits) -> str:
    """A sentence or two for the person who wrote the SQL."""
    match error:
        case duckdb.InterruptException():
            return f"It took longer than {limits.seconds:g} seconds. Read fewer rows, or raise the limit."
        case MemoryError() | duckdb.OutOfMemoryException():
            most = f"{limits.memory_mb:,} MB"
            return f"It needs more than {most} of memory. Read fewer rows or columns, or raise the limit."
        case RecursionError():
            return "The SQL is nested too deeply. Split it with WITH."
        case UnicodeError():
            return "The SQL holds a character that is not text. Type it again."
    # It repeats a line that it can't read, however long that is; which file it is in comes behind it.
    said = re.sub(r"([^\n]{300})[^\n]+", r"\1…", str(error).strip())
    # DuckDB draws a caret under the text that it ran, which is not quite the text that the person wrote.
    return re.sub(r"\n+LINE (\d+):.*", r" (line \1)", said, flags=re.DOTALL)[:1000]


def _cell(place: int, kind: str) -> str:
    if kind in _AS_IS:
        return f"#{place}"
    if kind.startswith("DECIMAL"):
        return f"#{place}::double"
    if kind.startswith("TIMESTAMP"):
        return f"replace(#{place}::varchar, ' ', 'T')"
    return f"#{place}::varchar"


def _rows(session: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[tuple[Cell, ...]]:
    count = size = 0
    while batch := session.fetchmany(BATCH):
        count += len(batch)
        if count > limits.rows:
            raise TooMuch(f"The query returned more than {limits.rows:,} rows; a KPI has one row a period.")
        size += len(json.dumps(batch))
        if size > limits.bytes:
            raise TooMuch(f"The query returned more than {limits.bytes:,} bytes; a KPI has one row a period.")
        yield from batch
