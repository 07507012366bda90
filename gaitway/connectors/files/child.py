"""The process that touches the files: `python -m gaitway.connectors.files.child`, started by `parent`.

One request as JSON on stdin; JSON lines on stdout. A `step` line comes before everything that could hang or crash,
so that the parent knows what to blame; an `index` line is the answer to that query. A child that ran out of time or
memory says so and ends; the parent starts another for what is left.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ..base import Limits
from . import walls
from .check import Reading, Refusal, check
from .database import EXHAUSTED, ROOM_MB, THREADS, TooMuch, connect, deadline, explain, lock, run, widen
from .load import Plain, Relation, needed, relation
from .names import quoted
from .opening import Changed, Opened, Unreadable
from .options import KINDS, SUFFIXES

# Names that DuckDB gives its own schemas.
OWN = frozenset({"main", "temp", "system", "information_schema", "pg_catalog"})


def main() -> None:
    """Answers the request on stdin: checks every query, opens what they name, shuts itself in, gives DuckDB the tables,
    locks it, and runs the queries in order."""
    request = json.loads(sys.stdin.readline())
    limits = Limits(**request["limits"])
    queries = {entry["index"]: entry["sql"] for entry in request["queries"]}
    refused = {entry["index"]: entry["refused"] for entry in request["queries"] if entry["refused"]}
    steps = 2 * (len(queries) + len(request["sources"]))
    walls.bound(limits, seconds=steps * (limits.seconds + 2), room_mb=ROOM_MB, threads=THREADS)

    connection = connect(limits)
    readings = _check(connection, queries, request["sources"], refused, limits)
    house = House(connection, limits, list(readings.values()), request["broken"])
    house.open(request["sources"])
    house.furnish(in_place=walls.shut_in(house.descriptors) and request["in_place"])
    lock(connection, house.shown)
    for index, sql in queries.items():
        say(step="run", subject=index)
        began = time.monotonic()
        answer, error = _answer(house, sql, readings.get(index), refused.get(index))
        say(index=index, seconds=round(time.monotonic() - began, 6), **answer)
        if isinstance(error, EXHAUSTED):
            return


def say(**line: Any) -> None:
    print(json.dumps(line), flush=True)


def _check(
    connection: duckdb.DuckDBPyConnection,
    queries: dict[int, str],
    sources: dict[str, dict[str, Any]],
    refused: dict[int, str],
    limits: Limits,
) -> dict[int, Reading]:
    readings: dict[int, Reading] = {}
    databases = [key for key, source in sources.items() if _kind(source) == "sqlite" and key.lower() not in OWN]
    for index, sql in queries.items():
        if index in refused:
            continue
        say(step="check", subject=index)
        try:
            readings[index] = check(connection, sql, sources, databases)
        except (Refusal, duckdb.Error, ValueError, RecursionError, MemoryError) as error:
            refused[index] = explain(error, limits)
    return readings


def _kind(source: dict[str, Any]) -> str | None:
    return KINDS.get(Path(source["path"]).suffix.lower())


@dataclass
class House:
    """The sources that the queries name, and what stands in DuckDB for them."""

    connection: duckdb.DuckDBPyConnection
    limits: Limits
    readings: list[Reading]
    broken: dict[str, str]
    files: dict[str, Opened] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    shown: list[Path] = field(default_factory=list)

    @property
    def descriptors(self) -> list[int]:
        return [file.descriptor for file in self.files.values()]

    def open(self, sources: dict[str, dict[str, Any]]) -> None:
        """Opens every source that is named, so that nothing else need be opened afterwards."""
        named = {source for reading in self.readings for source in reading.sources}
        for key, source in sources.items():
            if key.lower() in named and key not in self.broken:
                with self._blamed(key):
                    path = Path(source["path"])
                    if path.suffix.lower() not in SUFFIXES:
                        raise Unreadable(f"{path} is no file that can be read here. Use one of {', '.join(SUFFIXES)}.")
                    file = Opened(path)
                    self.relations[key] = relation(file, source["options"], self.limits)
                    self.files[key] = file

    def furnish(self, *, in_place: bool) -> None:
        """Makes a view or a table for everything that is named. `in_place`: views may be made."""
        widen(self.connection)
        columns: dict[tuple[str, str], list[str]] = {}
        # All are described before the first is loaded, because which columns a query needs is a question over all.
        for loading in (False, True):
            for key, one in self.relations.items():
                for table in sorted({table for reading in self.readings for table in reading.tables}):
                    if table[0] != key.lower() or key in self.broken:
                        continue
                    with self._blamed(key), deadline(self.connection, self.limits):
                        if loading:
                            self._load(key, one, table, columns, in_place)
                        else:
                            columns[table] = one.columns(self.connection, table[1])

    def _load(
        self,
        key: str,
        one: Relation,
        table: tuple[str, str],
        columns: dict[tuple[str, str], list[str]],
        in_place: bool,
    ) -> None:
        readers = [reading for reading in self.readings if table in reading.tables]
        target = quoted(key)
        if table[1]:
            self.connection.execute(f"create schema if not exists {target}")
            target += f".{quoted(table[1])}"
        numbered = any("rowid" in reading.columns for reading in readers)  # a view has no such column
        if in_place and not numbered and isinstance(one, Plain) and one.in_place(len(readers), self.limits):
            one.show(self.connection, target)
            self.shown.append(one.file.real)
        else:
            one.load(self.connection, target, table[1], needed(table, columns, readers))

    @contextmanager
    def _blamed(self, key: str) -> Iterator[None]:
        """What goes wrong in here is the fault of this source, and fails the queries that name it."""
        say(step="load", subject=key)
        try:
            yield
        except (Unreadable, Changed, duckdb.Error, MemoryError) as error:
            self.broken[key] = f'Source "{key}": {self.explained(error)}'
            if isinstance(error, EXHAUSTED):
                say(step="broken", subject=[key, self.broken[key]])
                sys.exit()

    def explained(self, error: Exception) -> str:
        """`explain`, with files by the names that were declared."""
        words = explain(error, self.limits)
        for file in self.files.values():
            words = words.replace(file.again, str(file.path))
        return words

    def unchanged(self, reading: Reading) -> None:
        """Raises Changed where a file that this query read in place isn't the one any more that was opened."""
        for key, file in self.files.items():
            if key.lower() in reading.sources and file.real in self.shown:
                file.unchanged()


def _answer(
    house: House, sql: str, reading: Reading | None, refusal: str | None
) -> tuple[dict[str, Any], Exception | None]:
    if reading is None:
        return {"message": refusal}, None
    for key, message in house.broken.items():
        if key.lower() in reading.sources:
            return {"message": message}, None
    try:
        try:
            return run(house.connection, sql, house.limits), None
        finally:
            house.unchanged(reading)
    except Changed as error:
        return {"message": str(error), "again": True}, error
    except (TooMuch, duckdb.Error, ValueError, MemoryError) as error:
        return {"message": house.explained(error)}, error


if __name__ == "__main__":
    main()
