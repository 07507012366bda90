"""SQLite files as sources: read by SQLite itself, only to read, and copied into DuckDB."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base import Limits
from . import columns
from .names import quoted
from .opening import Opened, Unreadable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STEPS = 10_000  # of SQLite's machine between two looks at the clock
_READS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_RECURSIVE,
}


class Database:
    """One SQLite file. Its tables are read as they were when it was opened."""

    def __init__(self, file: Opened, table: str | None, limits: Limits) -> None:
        """`table`: the one that is meant where the source is named alone. Raises Unreadable."""
        self._file, self._table, self._limits = file, table, limits
        self._until = time.monotonic() + limits.seconds
        with self._explained():
            self._still = not _beside(file.real)
            address = f"{file.real.as_uri()}?mode=ro{'&immutable=1' if self._still else ''}"
            self._connection = sqlite3.connect(address, uri=True, isolation_level=None)
            self._connection.execute("pragma query_only = 1")
            self._connection.execute("pragma temp_store = memory")
            self._connection.set_authorizer(_authorise)
            self._connection.set_progress_handler(lambda: time.monotonic() > self._until, _STEPS)
            # From here on it opens no other file, and sees no later change.
            self._connection.execute("begin")
            found = self._connection.execute(
                "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite~_%' escape '~'"
            )
            self.tables = [name for (name,) in found]

    def columns(self, _: DuckDBPyConnection, table: str) -> list[str]:
        """The names of its columns. `table`: in any case, or nothing for the only one. Raises Unreadable."""
        with self._explained():
            cursor = self._connection.execute(f"select * from {quoted(self._named(table))} limit 0")  # noqa: S608 - quoted
        return [name for name, *_ in cursor.description]

    def load(self, connection: DuckDBPyConnection, target: str, table: str, names: list[str]) -> None:
        """Makes the table `target` (an SQL name) of these columns. Raises Unreadable, Changed, duckdb.Error."""
        self._until = time.monotonic() + self._limits.seconds
        source = quoted(self._named(table))
        declared = self._declared(source, names)
        with self._explained():
            kinds = [self._kind(source, name) for name in names]
            rows = self._connection.execute(f"select {', '.join(map(quoted, names))} from {source}")  # noqa: S608 - quoted
            columns.fill(connection, target, list(zip(map(quoted, names), kinds, strict=True)), rows)
        for name, kind, wanted in zip(names, kinds, declared, strict=True):
            if kind == "VARCHAR" and wanted:
                columns.narrow(connection, target, quoted(name), wanted)
        if self._still:
            self._file.unchanged()

    def _named(self, table: str) -> str:
        wanted = table or self._table or ""
        if not wanted and len(self.tables) == 1:
            return self.tables[0]
        has = f"It has: {', '.join(self.tables) or 'none'}."
        if not wanted:
            raise Unreadable(f"{self._file.path} has {len(self.tables)} tables. Write SOURCE.TABLE. {has}")
        for name in self.tables:
            if name.lower() == wanted.lower():
                return name
        near = get_close_matches(wanted, self.tables, n=1)
        raise Unreadable(
            f'{self._file.path} has no table "{wanted}". ' + (f'Did you mean "{near[0]}"?' if near else has)
        )

    def _kind(self, source: str, name: str) -> str:
        found = self._connection.execute(f"select distinct typeof({quoted(name)}) from {source}")  # noqa: S608 - quoted
        kinds = {kind for (kind,) in found} - {"null"}
        as_duckdb = {"integer": "BIGINT", "real": "DOUBLE", "text": "VARCHAR", "blob": "BLOB"}
        return columns.merged({as_duckdb[kind] for kind in kinds})

    def _declared(self, source: str, names: list[str]) -> list[tuple[str, ...]]:
        """What a column of text may be where it is declared as a date or a moment: SQLite keeps both as text."""
        with self._explained():
            rows = self._connection.execute(f"pragma table_info({source})").fetchall()
        kinds = {row[1]: str(row[2]).upper() for row in rows}
        found: list[tuple[str, ...]] = []
        for name in names:
            kind = kinds.get(name, "")
            found.append(("DATE", "TIMESTAMP") if re.match(r"DATE|TIMESTAMP", kind) else ())
        return found

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            raise Unreadable(self._explanation(error)) from None

    def _explanation(self, error: Exception) -> str:
        path = self._file.path
        match getattr(error, "sqlite_errorname", ""):
            case "SQLITE_INTERRUPT":
                return f"{path}: it took longer than {self._limits.seconds:g} seconds. Name fewer columns, or raise the limit."
            case "SQLITE_BUSY" | "SQLITE_LOCKED" | "SQLITE_PROTOCOL":
                return f"{path} is being written. Ask again."
            case (
                "SQLITE_CANTOPEN" | "SQLITE_READONLY_CANTINIT" | "SQLITE_READONLY_RECOVERY" | "SQLITE_READONLY_ROLLBACK"
            ):
                return (
                    f"{path} was left in the middle of a change ({error}). Open it once with the program that writes "
                    "it, so that it is put right."
                )
            case "SQLITE_NOTADB":
                return f"{path} is no SQLite database, or has a password. Export it again."
        return f"{path} can't be read as SQLite ({error}). Export it again."


def _beside(path: Path) -> bool:
    """Whether there are changes beside the file. Without any it is opened as one that doesn't change: for another,
    SQLite would have to write beside it. That it didn't change is looked at afterwards."""
    changes = [path.with_name(path.name + ending) for ending in ("-wal", "-journal")]
    return any(each.exists() and each.stat().st_size for each in changes)


def _authorise(action: int, first: str | None, second: str | None, *_: Any) -> int:
    """Reading alone. A view may call what SQLite has built in, and that neither writes nor opens anything."""
    fine = (
        action in _READS
        or (action == sqlite3.SQLITE_FUNCTION and second != "load_extension")
        or (action == sqlite3.SQLITE_PRAGMA and first == "table_info")
    )
    return sqlite3.SQLITE_OK if fine else sqlite3.SQLITE_DENY
