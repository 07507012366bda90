"""Gives DuckDB the declared files: as views over them where the kernel keeps the process from writing, and otherwise
as tables, copied, of only the columns that some query mentions.

Copied, because DuckDB's own settings would let COPY write over a file that may be read: afterwards no query needs one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any, Protocol

from ..base import Limits
from . import columns, options, sheets, texts
from .check import Reading
from .grid import headed
from .names import quoted
from .opening import Opened, Unreadable
from .sqlite import Database

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_READERS = {"parquet": "read_parquet", "csv": "read_csv", "json": "read_json"}
# A file that DuckDB reads as text is read again by each query on a view: worth it once, or where it is large.
LARGE = 4  # the share of the memory


class Relation(Protocol):
    """What is in one file. `table`: which of its tables, in lower case; nothing for the only or the chosen one."""

    def columns(self, connection: DuckDBPyConnection, table: str) -> list[str]:
        """The names of its columns. Raises Unreadable; duckdb.Error for broken content."""

    def load(self, connection: DuckDBPyConnection, target: str, table: str, names: list[str]) -> None:
        """Makes the table `target` (an SQL name) of these columns. Raises as `columns`, and Changed."""


def relation(file: Opened, given: Mapping[str, Any], limits: Limits) -> Relation:
    """What reads this file, whose suffix is one of ours. Raises Unreadable."""
    suffix = file.path.suffix.lower()
    try:
        chosen = options.checked(suffix, given)
    except options.BadOptions as error:
        raise Unreadable(f"{file.path}: {error}") from None
    match options.KINDS[suffix]:
        case "sqlite":
            return Database(file, chosen.get("table"), limits)
        case "workbook":
            return Cells(file, chosen, limits)
        case "csv" if chosen.get("encoding") == "windows-1252":
            return Cells(file, chosen, limits)
    return Plain(file, chosen)


class Plain:
    """What DuckDB reads by itself: Parquet, CSV, JSON."""

    def __init__(self, file: Opened, chosen: Mapping[str, str]) -> None:
        self.file = file
        self.kind = options.KINDS[file.path.suffix.lower()]
        names = {"delimiter": "delim", "decimal": "decimal_separator", "encoding": "encoding"}
        self._arguments = ["hive_partitioning=false"]
        self._arguments += [f"{names[name]}={_literal(value)}" for name, value in chosen.items()]

    def columns(self, connection: DuckDBPyConnection, table: str) -> list[str]:
        _alone(self.file, table)
        rows = connection.execute(f"describe select * from {self._reader(self.file.again)}").fetchall()  # noqa: S608 - quoted
        return [row[0] for row in rows]

    def load(self, connection: DuckDBPyConnection, target: str, _: str, names: list[str]) -> None:
        chosen = ", ".join(map(quoted, names))
        connection.execute(f"create table {target} as select {chosen} from {self._reader(self.file.again)}")  # noqa: S608 - quoted
        self.file.unchanged()

    def in_place(self, readers: int, limits: Limits) -> bool:
        """Whether a view over it serves better than a copy, for so many queries."""
        if re.search(_PATTERN, str(self.file.real)):
            return False  # a query may open a file, not look for those that match
        return self.kind == "parquet" or readers == 1 or self.file.size > limits.memory_mb * 2**20 // LARGE

    def show(self, connection: DuckDBPyConnection, target: str) -> None:
        """Makes the view `target` (an SQL name). Raises duckdb.Error."""
        connection.execute(f"create view {target} as from {self._reader(str(self.file.real))}")

    def _reader(self, path: str) -> str:
        # A path is one file, even where its name looks like a pattern.
        one = re.sub(_PATTERN, r"[\g<0>]", path)
        return f"{_READERS[self.kind]}({', '.join([_literal(one), *self._arguments])})"


_PATTERN = r"[*?\[{]"


class Cells:
    """What Python reads into memory, under a head: a workbook, or a text in an encoding that DuckDB doesn't know."""

    def __init__(self, file: Opened, chosen: Mapping[str, str], limits: Limits) -> None:
        self._file, self._chosen, self._limits = file, chosen, limits
        self._head: tuple[str, ...] = ()
        self._rows: list[list[Any]] = []

    def columns(self, _: DuckDBPyConnection, table: str) -> list[str]:
        _alone(self._file, table)
        with open(self._file.descriptor, "rb", closefd=False) as content:
            try:
                found, left = self._read(content)
                self._head = headed(found, left)
            except (UnicodeError, texts.BadTable) as error:
                raise Unreadable(f"{self._file.path}: {error}") from None
        width = len(self._head)
        self._rows = [([*cells] + [None] * width)[:width] for _, cells in found[1:]]
        return list(self._head)

    def load(self, connection: DuckDBPyConnection, target: str, _: str, names: list[str]) -> None:
        places = [self._head.index(name) for name in names]
        kinds = [columns.merged(columns.kind_of(cells[place] for cells in self._rows)) for place in places]
        chosen = list(zip(map(quoted, names), kinds, strict=True))
        columns.fill(connection, target, chosen, ([cells[place] for place in places] for cells in self._rows))
        if self._is_text:
            for name, _kind in chosen:
                columns.narrow(connection, target, name, columns.KINDS, self._chosen.get("decimal", "."))
        self._file.unchanged()

    @property
    def _is_text(self) -> bool:
        return "encoding" in self._chosen

    def _read(self, content: IO[bytes]) -> tuple[list[tuple[int, list[Any]]], int]:
        """The rows with their numbers, and the number of the first column."""
        if self._is_text:
            text = content.read().decode(self._chosen["encoding"])
            lines = texts.records(text, len(text), self._chosen.get("delimiter"))
            return [(line, [cell or None for cell in cells]) for line, cells in lines if any(cells)], 0
        sheet = sheets.read(content, self._limits, self._chosen.get("sheet"))
        return sheet.rows, sheet.left


def needed(
    key: tuple[str, str], columns: Mapping[tuple[str, str], list[str]], readings: Iterable[Reading]
) -> list[str]:
    """The columns of the table `key` (its source and its name there) that these queries can use, in the file's order.
    `columns` holds those of all tables.

    All of them where a query takes whole rows or misspells a name, so that DuckDB can suggest the right one.
    """
    own = columns[key]
    used: set[str] = set()
    for reading in readings:
        if key not in reading.tables:
            continue
        known = {name.lower() for table in columns if table in reading.tables for name in columns[table]}
        if reading.whole or reading.columns - reading.labels - known:
            return own
        used |= reading.columns
    return [name for name in own if name.lower() in used] or own[:1]


def _alone(file: Opened, table: str) -> None:
    if table:
        raise Unreadable(f"{file.path} holds one table. Name the source alone, without .{table}.")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
