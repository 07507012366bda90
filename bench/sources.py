"""What a KPI costs where its data is: python -m bench.sources [--quick] [--seed N] [--write]"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.page import machine, table, write

THREADS = 2
SQL = (
    "select date_trunc('week', day) as period, count(*) filter (what = 'order') as successes, count(*) as trials "
    "from events group by 1 order by 1"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """`query` and `whole`: seconds of the query itself, and with everything around it. `processor`: seconds, of all
    threads, of the whole. `peak`: MB of the process that works."""

    query: float
    whole: float
    processor: float
    peak: float


def events(path: Path, count: int, seed: int) -> None:
    """Writes a Parquet file of visits and orders of one year."""
    import duckdb

    with duckdb.connect() as plain:
        plain.execute("set enable_progress_bar = false")
        plain.execute(
            f"copy (select date '2025-01-01' + (hash(i, {seed}) % 365)::int as day, hash(i, {seed + 1}) % 100000 as customer, "
            f"case when hash(i, {seed + 2}) % 100 < 3 then 'order' else 'visit' end as what, "
            f"(hash(i, {seed + 3}) % 10000) / 100.0 as amount from range({count}) r(i)) to '{path}' (format parquet)"
        )


def bare(path: str) -> Cost:
    """DuckDB alone, on a view over the file."""
    import duckdb

    began, spent = time.perf_counter(), time.process_time()
    with duckdb.connect(config={"threads": THREADS}) as plain:
        plain.execute("set enable_progress_bar = false")
        plain.execute(f"create view events as from '{path}'")
        asked = time.perf_counter()
        plain.execute(SQL).fetchall()
        query = time.perf_counter() - asked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(query, time.perf_counter() - began, time.process_time() - spent, peak)


def in_place(path: str) -> Cost:
    """Through Gaitway."""
    return _through(path, SQL, in_place=True)


def copied(path: str) -> Cost:
    """Through Gaitway, as where the kernel has no Landlock."""
    return _through(path, SQL, in_place=False)


def started(path: str) -> Cost:
    """Through Gaitway, a query that needs no data: the start of the process."""
    return _through(path, "select 1", in_place=True)


def _through(path: str, sql: str, *, in_place: bool) -> Cost:
    from gaitway.connectors.base import Limits, Place, Query, Rows
    from gaitway.connectors.files import Files, parent

    parent.IN_PLACE = in_place
    began = time.perf_counter()
    limits = Limits(seconds=300, memory_mb=8192)
    [answer] = Files().run({"events": Place(path)}, [Query("conversion", sql)], limits)
    whole = time.perf_counter() - began
    assert isinstance(answer, Rows), answer
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(answer.seconds, whole, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


WAYS: dict[str, Callable[[str], Cost]] = {
    "DuckDB alone": bare,
    "Gaitway, read in place": in_place,
    "Gaitway, copied": copied,
    "the start of the process": started,
}


def measured(path: Path, times: int) -> dict[str, Cost]:
    """The best of so many turns, each in a process of its own, one way after the other."""
    found: dict[str, list[Cost]] = {name: [] for name in WAYS}
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for _ in range(times):
            for name, way in WAYS.items():
                found[name].append(pool.apply(way, (str(path),)))
    return {
        name: Cost(*(min(getattr(cost, field) for cost in costs) for field in Cost.__slots__))
        for name, costs in found.items()
    }


def section(seed: int, *, quick: bool) -> str:
    """Markdown, without the markers."""
    import duckdb

    from gaitway.connectors.files.walls import landlock

    sizes, times = ((200_000,), 1) if quick else ((5_000_000, 50_000_000), 7)
    rows, said = [], []
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "events.parquet"
            events(path, count, seed)
            found = measured(path, times)
        alone, ours, start = (
            found[name] for name in ("DuckDB alone", "Gaitway, read in place", "the start of the process")
        )
        for name, cost in found.items():
            rows.append((
                f"{count:,}", name, f"{cost.query:.3f}", f"{cost.query / alone.query:.2f}" if cost is not start else "",
                f"{cost.whole:.2f}", f"{cost.processor:.2f}", f"{cost.peak:,.0f}",
            ))  # fmt: skip
        work = (ours.processor - start.processor) / alone.processor
        said.append(
            f"{count:,} events: the query takes {ours.query / alone.query:.2f} × the time of the bare one, and {work:.2f} × its "
            f"work on the processors (goal: at most 1.1); the process takes {start.whole:.2f} s besides."
        )
    return "\n\n".join((
        "## Sources: a KPI where its data is",
        f"`python -m bench.sources --seed {seed}{' --quick' if quick else ' --write'}` · seed {seed} · the best of {times} "
        f"turns, one way after the other, {THREADS} threads · DuckDB {duckdb.__version__}, Landlock {landlock()} · {machine()}",
        "The weekly conversion of a year of events with four columns in one Parquet file, as one declared KPI.",
        table(("events", "", "query, s", "× bare", "whole, s", "processor, s", "peak, MB"), rows),
        *said,
    ))  # fmt: skip


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sources", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--quick", action="store_true", help="few events, once: seconds, and rough")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    text = section(asked.seed, quick=asked.quick)
    if asked.write:
        write("sources", text)
    print(text)


if __name__ == "__main__":
    main()
