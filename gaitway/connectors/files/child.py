"""The process that touches the files: `python -m gaitway.connectors.files.child`, started by `parent`.

One request as JSON on stdin; JSON lines on stdout. A `step` line comes before everything that could hang or crash,
so that the parent knows what to blame; an `index` line is the answer to that query. A child that ran out of time or
memory says so and ends; the parent starts another for what is left.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from ..base import Limits
from .check import Reading, Refusal, check
from .database import EXHAUSTED, ROOM_MB, THREADS, TooMuch, connect, deadline, explain, lock, run
from .load import Unreadable, columns_of, load, needed
from .walls import bound


def main() -> None:
    """Answers the request on stdin: checks every query, loads what they name, locks, runs them in order."""
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    sources = {key: Path(path) for key, path in request["sources"].items()}
    queries = {entry["index"]: entry["sql"] for entry in request["queries"]}
    refused = {entry["index"]: entry["refused"] for entry in request["queries"] if entry["refused"]}
    broken: dict[str, str] = request["broken"]

    steps = 2 * (len(queries) + len(sources))
    bound(limits, seconds=steps * (limits.seconds + 2), room_mb=ROOM_MB, threads=THREADS)
    connection = connect(limits)
    readings = _check(connection, queries, sources, refused, limits)
    _load(connection, sources, readings, broken, limits)
    lock(connection)
    for index, sql in queries.items():
        say(step="run", subject=index)
        began = time.monotonic()
        answer, error = _answer(connection, sql, readings.get(index), refused.get(index), broken, limits)
        say(index=index, seconds=round(time.monotonic() - began, 6), **answer)
        if isinstance(error, EXHAUSTED):
            return


def say(**line: Any) -> None:
    print(json.dumps(line), flush=True)


def _check(
    connection: duckdb.DuckDBPyConnection,
    queries: dict[int, str],
    sources: dict[str, Path],
    refused: dict[int, str],
    limits: Limits,
) -> dict[int, Reading]:
    readings: dict[int, Reading] = {}
    for index, sql in queries.items():
        if index in refused:
            continue
        say(step="check", subject=index)
        try:
            readings[index] = check(connection, sql, sources)
        except (Refusal, duckdb.Error, ValueError, RecursionError, MemoryError) as error:
            refused[index] = explain(error, limits)
    return readings


def _load(
    connection: duckdb.DuckDBPyConnection,
    sources: dict[str, Path],
    readings: dict[int, Reading],
    broken: dict[str, str],
    limits: Limits,
) -> None:
    named = {source for reading in readings.values() for source in reading.sources}
    columns: dict[str, list[str]] = {}
    # All are opened before the first is loaded, because which columns a query needs is a question over all.
    for loading in (False, True):
        for key in [key for key in sources if key.lower() in named and key not in broken]:
            say(step="load", subject=key)
            try:
                with deadline(connection, limits):
                    if loading:
                        load(connection, key, sources[key], needed(key, columns, readings.values()))
                    else:
                        columns[key] = columns_of(connection, sources[key])
            except (Unreadable, duckdb.Error, MemoryError) as error:
                broken[key] = f'Source "{key}": {explain(error, limits)}'
                if isinstance(error, EXHAUSTED):
                    say(step="broken", subject=[key, broken[key]])
                    sys.exit()


def _answer(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    reading: Reading | None,
    refusal: str | None,
    broken: dict[str, str],
    limits: Limits,
) -> tuple[dict[str, Any], Exception | None]:
    if reading is None:
        return {"message": refusal}, None
    for key, message in broken.items():
        if key.lower() in reading.sources:
            return {"message": message}, None
    try:
        return run(connection, sql, limits), None
    except (TooMuch, duckdb.Error, ValueError, MemoryError) as error:
        return {"message": explain(error, limits)}, error


if __name__ == "__main__":
    main()
