"""Twelve who write at once: python -m bench.writers [--minutes 10] [--postgres] [--write]

They ask a whole `gaitway serve` with its worker, which judges and forecasts after every number. Nobody may hear that the
database is locked, and no log may say so. Planted: one who reads, and then writes what it has read, in a transaction
that doesn't take its turn at the beginning: where it never fails, the twelve never met, and the run does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from bench.crowd import LOCKED, Crowd, placed
from bench.page import machine, table, write
from bench.server import ENGINES, house

WRITERS, READERS = 12, 2
PLANTED = """
import sys, time, django
django.setup()
from django.db import DatabaseError, connection
cursor, tries, failed, until = connection.cursor(), 0, 0, time.monotonic() + %f
while time.monotonic() < until:
    tries += 1
    try:
        if connection.vendor == "sqlite":
            cursor.execute("begin")
        else:
            cursor.execute("begin isolation level repeatable read")
        cursor.execute("select number from gaitway_head where id = 1")
        cursor.fetchall()
        time.sleep(0.3)
        cursor.execute("update gaitway_head set number = number where id = 1")
        cursor.execute("commit")
    except DatabaseError:
        failed += 1
        cursor.execute("rollback")
    time.sleep(0.05)
print(failed)
"""


@dataclass(frozen=True)
class Found:
    """What twelve writers got."""

    seconds: float
    writes: int
    faults: dict[str, int]
    logged: int
    planted: int
    unfinished: int  # jobs that were laid aside

    @property
    def is_fine(self) -> bool:
        return not (self.faults or self.logged or self.unfinished) and self.planted > 0


def measure(engine: str, seconds: float) -> Found:
    with house(engine) as environ, placed(environ, threads=WRITERS) as place:
        began = time.monotonic()
        with Crowd(place, WRITERS, READERS) as crowd:
            planted = subprocess.Popen(
                [sys.executable, "-c", PLANTED % max(seconds / 4, 8)], env=environ, stdout=subprocess.PIPE, text=True
            )
            time.sleep(seconds)
        struck = int(planted.communicate(timeout=60)[0])
        dead = subprocess.run(
            [sys.executable, "-c", "import django; django.setup()\nfrom gaitway.models import Job\n"
             "print(Job.objects.exclude(dead_at=None).count())"],
            env=environ, capture_output=True, text=True, check=True,
        )  # fmt: skip
        writes = sum(n for (name, _), n in crowd.answers.items() if name not in ("a page", "an answer"))
        faults = {f"{name}: {status}": n for (name, status), n in crowd.faults().items()}
        logged = len(LOCKED.findall(place.said()))
        return Found(time.monotonic() - began, writes, faults, logged, struck, int(dead.stdout))


def section(found: dict[str, Found]) -> str:
    """Markdown, without the markers."""
    postgres = " --postgres" if "PostgreSQL" in found else ""
    rows = [
        (engine, f"{each.seconds:.0f}", f"{each.writes:,}", str(sum(each.faults.values())), str(each.logged),
         str(each.unfinished), str(each.planted))
        for engine, each in found.items()
    ]  # fmt: skip
    return "\n\n".join((
        "## Safety: twelve who write at once",
        f"`python -m bench.writers{postgres} --write` · {WRITERS} programs write and {READERS} read through `gaitway serve`, "
        f"whose worker judges and forecasts meanwhile · {machine()} · load of the machine at the end {os.getloadavg()[0]:.1f}",
        "A fault is an answer above 499, none at all, or one that says that the database is locked. Planted: a writer that "
        "doesn't take its turn, which must be refused at times.",
        table(("Engine", "seconds", "writes", "faults", "in the log", "jobs laid aside", "planted refused"), rows),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.writers", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--postgres", action="store_true", help="also on PostgreSQL")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    found = {engine: measure(engine, asked.minutes * 60) for engine in ENGINES[: 2 if asked.postgres else 1]}
    text = section(found)
    if asked.write:
        write("writers", text)
    print(text)
    print(json.dumps({engine: asdict(each) for engine, each in found.items()}))
    return 0 if all(each.is_fine for each in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
