"""At full tilt for long: python -m bench.soak [--minutes 10] [--postgres] [--write]

Readers and writers of numbers that are known already ask a whole `gaitway serve` with its worker. Memory, file descriptors
and threads of its processes, and the size of the database, are noted all the time; after a warm-up none may grow. Planted: a
leak of 20 kB a request in recorded numbers of the same run; where that isn't found, the run does not count.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.crowd import Crowd, Place, placed
from bench.page import machine, table, write
from bench.server import ENGINES, house

WRITERS, READERS, EVERY = 4, 6, 1.0  # EVERY: seconds between two looks
LIMITS = {"memory, MB/h": 1.0, "descriptors /h": 20.0, "threads /h": 20.0, "database, MB/h": 1.0}
WAL = 64.0  # MB
LEAK = 20e-3  # MB a request


@dataclass(frozen=True)
class Slope:
    """How fast something grows an hour, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def verdict(self, limit: float) -> str:
        """`grows` where it surely grows faster than the limit, `steady` where it surely doesn't, else `not decided`."""
        return "grows" if self.low > limit else "steady" if self.high <= limit else "not decided"


def slope(seconds: Sequence[float], values: Sequence[float]) -> Slope:
    """By least squares. What is left leans on what came before, so that there is less of it than it seems: the interval
    is widened by its autocorrelation."""
    x, y = np.asarray(seconds) / 3600, np.asarray(values, float)
    if len(x) < 10:
        raise ValueError("A slope needs ten looks or more.")
    x = x - x.mean()
    value = float(x @ (y - y.mean()) / (x @ x))
    left = y - y.mean() - value * x
    spread = float(left @ left)
    lean = min(max(float(left[:-1] @ left[1:]) / spread, 0.0), 0.99) if spread else 0.0
    fewer = max(len(x) * (1 - lean) / (1 + lean), 3.0)
    error = float(np.sqrt(spread / max(fewer - 2, 1) / (x @ x) * len(x) / fewer))
    return Slope(value, value - 2 * error, value + 2 * error)


@dataclass(frozen=True)
class Look:
    """At one moment. `memory`: of all processes, private and shared out, in MB; `database` and `wal` in MB."""

    at: float
    requests: int
    memory: float
    descriptors: int
    threads: int
    database: float
    wal: float


def look(place: Place, home: Path, at: float, requests: int) -> Look:
    memory = descriptors = threads = 0
    for pid, command in place.processes().items():
        if "gaitway" not in command:
            continue
        try:
            said = Path(f"/proc/{pid}/smaps_rollup").read_text()
            memory += sum(int(each) for each in re.findall(r"^(?:Pss|SwapPss):\s+(\d+)", said, re.MULTILINE))
            descriptors += len(list(Path(f"/proc/{pid}/fd").iterdir()))
            threads += len(list(Path(f"/proc/{pid}/task").iterdir()))
        except OSError:  # it ended meanwhile
            continue

    def size(name: str) -> float:
        path = home / name
        return path.stat().st_size / 2**20 if path.exists() else 0.0

    wal = size("gaitway.sqlite3-wal")
    return Look(at, requests, memory / 1024, descriptors, threads, size("gaitway.sqlite3"), wal)


@dataclass(frozen=True)
class Found:
    requests: int
    faults: int
    slopes: dict[str, Slope]
    wal: float
    planted: bool

    @property
    def grows(self) -> list[str]:
        return [name for name, each in self.slopes.items() if each.verdict(LIMITS[name]) == "grows"]

    @property
    def is_fine(self) -> bool:
        return not self.faults and not self.grows and self.wal <= WAL and self.planted


def judged(looks: Sequence[Look], faults: int) -> Found:
    """Of the looks after the warm-up."""
    at = [each.at for each in looks]
    values = {
        "memory, MB/h": [each.memory for each in looks],
        "descriptors /h": [float(each.descriptors) for each in looks],
        "threads /h": [float(each.threads) for each in looks],
        "database, MB/h": [each.database for each in looks],
    }
    leaking = slope(at, [each.memory + LEAK * each.requests for each in looks])
    slopes = {name: slope(at, each) for name, each in values.items()}
    planted = leaking.verdict(LIMITS["memory, MB/h"]) == "grows"
    return Found(looks[-1].requests, faults, slopes, max(each.wal for each in looks), planted)


def measure(engine: str, seconds: float) -> Found:
    looks: list[Look] = []
    with house(engine) as environ, placed(environ) as place:
        home, began, warm = Path(environ["GAITWAY_HOME"]), time.monotonic(), seconds / 4
        with Crowd(place, WRITERS, READERS, news=False) as crowd:
            while (passed := time.monotonic() - began) < seconds + warm:
                if passed > warm:
                    looks.append(look(place, home, passed, sum(crowd.answers.values())))
                time.sleep(EVERY)
        return judged(looks, sum(crowd.faults().values()))


def section(minutes: float, found: dict[str, Found]) -> str:
    """Markdown, without the markers."""
    postgres = " --postgres" if "PostgreSQL" in found else ""

    def said(name: str, each: Slope) -> str:
        return f"{each.value:.1f} ({each.low:.1f} to {each.high:.1f}): {each.verdict(LIMITS[name])}"

    rows = [
        (engine, f"{each.requests:,}", str(each.faults), *(said(name, one) for name, one in each.slopes.items()),
         f"{each.wal:.0f}", "yes" if each.planted else "no")
        for engine, each in found.items()
    ]  # fmt: skip
    return "\n\n".join((
        "## Endurance: at full tilt",
        f"`python -m bench.soak --minutes {minutes:g}{postgres} --write` · {WRITERS} writers of known numbers and {READERS} "
        f"readers · {machine()} · load of the machine at the end {os.getloadavg()[0]:.1f}",
        "Growth an hour of web and worker together after a warm-up of a quarter, with its 95 % interval. A short run can't "
        "decide what a long one can.",
        table(("Engine", "requests", "faults", *LIMITS, "largest WAL, MB", "planted leak found"), rows),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--postgres", action="store_true", help="also on PostgreSQL")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    found = {engine: measure(engine, asked.minutes * 60) for engine in ENGINES[: 2 if asked.postgres else 1]}
    text = section(asked.minutes, found)
    if asked.write:
        write("soak", text)
    print(text)
    return 0 if all(each.is_fine for each in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
