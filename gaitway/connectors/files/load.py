"""Copies the declared files into tables of the in-memory database, only the columns that some query mentions.

Copies, because DuckDB's `allowed_directories` would let COPY write over a source: afterwards no query needs a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .check import Reading

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_READERS = {
    ".parquet": "read_parquet",
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".json": "read_json",
    ".jsonl": "read_json",
    ".ndjson": "read_json",
}
SUFFIXES = tuple(_READERS)


class Unreadable(Exception):
    """The file of a source can't be read. The text says why, and what to do."""


def columns_of(connection: DuckDBPyConnection, path: Path) -> list[str]:
    """The column names of a file. Errors: Unreadable; duckdb.Error for broken content."""
    rows = connection.execute(f"describe select * from {_reader(path)}").fetchall()  # noqa: S608 - a quoted path
    return [row[0] for row in rows]


def load(connection: DuckDBPyConnection, source: str, path: Path, columns: Iterable[str]) -> None:
    """Makes the table `source` of these columns of the file. Errors: as `columns_of`."""
    names = ", ".join(map(quoted, columns))
    connection.execute(f"create table {quoted(source)} as select {names} from {_reader(path)}")  # noqa: S608 - quoted names


def needed(source: str, columns: Mapping[str, list[str]], readings: Iterable[Reading]) -> list[str]:
    """The columns of `source` that these queries can use, in the file's order. `columns` holds those of all sources.

    All of them where a query takes whole rows or misspells a name, so that DuckDB can suggest the right one.
    """
    own = columns[source]
    used: set[str] = set()
    for reading in readings:
        if source.lower() not in reading.sources:
            continue
        known = {name.lower() for key in columns if key.lower() in reading.sources for name in columns[key]}
        if reading.whole or reading.columns - reading.labels - known:
            return own
        used |= reading.columns
    return [name for name in own if name.lower() in used] or own[:1]


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _reader(path: Path) -> str:
    function = _READERS.get(path.suffix.lower())
    if function is None:
        raise Unreadable(f"{path} is no file that can be read here. Use one of {', '.join(SUFFIXES)}.")
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        raise Unreadable(f"{path} {what}. Put the file there, or correct the path.")
    if not path.stat().st_size:
        raise Unreadable(f"{path} is empty. Export it again.")
    # A path is one file, even where its name looks like a pattern or a partition.
    literal = re.sub(r"[*?\[{]", r"[\g<0>]", str(path)).replace("'", "''")
    return f"{function}('{literal}', hive_partitioning=false)"
