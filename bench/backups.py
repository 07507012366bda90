"""Backups of a database that is written to: python -m bench.backups [--rounds N] [--postgres] [--write]

Each round makes a backup while numbers are recorded, restores it elsewhere, and compares the archives byte for byte; with
`--postgres` the same there, and everything goes from SQLite to PostgreSQL and back. By hand, on a quiet machine."""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench.page import machine, table, write
from bench.server import house

STRATEGY = """
gaitway: 1
strategy: {key: bench, name: Bench}
kpis: {orders: {name: Orders, kind: count, every: day}}
objectives:
  - key: o
    name: O
    initiatives:
      - {key: i, name: I, sponsor: a@example.com, lead: b@example.com,
         crawl: {dates: 2016-01-01/2030-12-31, trigger: orders >= 6 with 95% confidence}}
"""
WRITER = """
import sys, django
django.setup()
from datetime import date, timedelta
from django.utils import timezone
from gaitway.actions import observations, people
from gaitway.models import Kpi
kpi, by, number = Kpi.objects.get(), people.terminal(at=timezone.now()), 0
while True:
    number += 1
    days = {date(2016, 1, 1) + timedelta(days=(number * 50 + i) % 3650): (float(number), 1.0) for i in range(50)}
    observations.record(kpi, days, by=by, at=timezone.now())
"""


def gaitway(home: Path, *arguments: object, url: str = "") -> None:
    command = [sys.executable, "-m", "gaitway", *map(str, arguments)]
    done = subprocess.run(command, env=environ(home, url), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")


def environ(home: Path, url: str = "") -> dict[str, str]:
    found = {key: value for key, value in os.environ.items() if key != "GAITWAY_DATABASE_URL"}
    found |= {"GAITWAY_HOME": str(home), "DJANGO_SETTINGS_MODULE": "gaitway.settings", "GAITWAY_LOG": "ERROR"}
    return found | ({"GAITWAY_DATABASE_URL": url} if url else {})


def archived(home: Path, url: str = "") -> str:
    """The SHA-256 of the archive."""
    target = home / "archive.jsonl"
    gaitway(home, "export", "--all", "--with-accounts", target, url=url)
    return hashlib.sha256(target.read_bytes()).hexdigest()


def inside(backup: Path, folder: Path) -> str:
    """The SHA-256 of the archive of what is in a backup, without `gaitway restore`."""
    with zipfile.ZipFile(backup) as parts:
        if "archive.jsonl" in parts.namelist():
            return hashlib.sha256(parts.read("archive.jsonl")).hexdigest()
        folder.mkdir()
        (folder / "gaitway.sqlite3").write_bytes(parts.read("database.sqlite3"))
    return archived(folder)


def rounds(folder: Path, count: int, url: str = "") -> list[float]:
    """Seconds of each backup of a busy database. Every one is restored, and both archives must be the same."""
    home, there, took = folder / "home", folder / "there", []
    (folder / "s.yaml").write_text(STRATEGY)
    gaitway(home, "apply", "--yes", folder / "s.yaml", url=url)
    writer = subprocess.Popen([sys.executable, "-c", WRITER], env=environ(home, url))
    try:
        time.sleep(3)
        for number in range(count):
            if writer.poll() is not None:
                raise SystemExit("The writer ended: a round without load doesn't count.")
            target, began = folder / f"{number}.backup", time.perf_counter()
            gaitway(home, "backup", target, url=url)
            took.append(time.perf_counter() - began)
            gaitway(there, "restore", "--replace", target)
            if inside(target, folder / str(number)) != archived(there):
                raise SystemExit(f"Round {number + 1}: the archives differ.")
            print(f"round {number + 1} of {count}: {took[-1]:.1f} s, {target.stat().st_size / 1e6:.2f} MB", flush=True)
    finally:
        writer.kill()
        writer.wait()
    return sorted(took)


def there_and_back(folder: Path, url: str) -> None:
    """SQLite to PostgreSQL and to SQLite again."""
    home, back = folder / "there", f"sqlite:///{folder}/back.sqlite3"
    before = archived(home)
    gaitway(home, "transfer", "--to", url)
    gaitway(home, "transfer", "--to", back, url=url)
    if not before == archived(home, url) == archived(home, back):
        raise SystemExit("SQLite to PostgreSQL and back: the archives differ.")


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """A new one, while this lasts; without a server, none."""
    import psycopg

    if not server:
        yield ""
        return

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"drop database {name} with (force)")


def section(rows: list[tuple[str, ...]], count: int, moved: bool, command: str) -> str:
    """Markdown, without the markers."""
    also = (
        " The first house then went to PostgreSQL and back to SQLite: all three archives were the same."
        if moved
        else ""
    )
    return "\n\n".join((
        "## Safety: backups of a busy house",
        f"`{command}` · {machine()}",
        f"{count} backups while numbers are recorded as fast as they go, each restored into another house; what was in the backup "
        f"and what was restored are compared by the SHA-256 of their archives.{also}",
        table(("", "the same", "half within, s", "slowest, s"), rows),
    ))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.backups", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--postgres", action="store_true", help="there too, and there and back")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("It was stopped."))  # so that the writer ends too
    rows = []
    with ExitStack() as stack:
        server = stack.enter_context(house("PostgreSQL"))["GAITWAY_DATABASE_URL"] if asked.postgres else ""
        for engine in ("SQLite", "PostgreSQL") if server else ("SQLite",):
            with tempfile.TemporaryDirectory() as name, database(server, "busy") as url:
                took = rounds(Path(name), asked.rounds, url if engine == "PostgreSQL" else "")
                if engine == "SQLite" and server:
                    there_and_back(Path(name), url)
            same = f"{len(took)} of {asked.rounds}"
            rows.append((engine, same, f"{took[len(took) // 2]:.1f}", f"{took[-1]:.1f}"))
    given = f"{' --rounds ' + str(asked.rounds) if asked.rounds != 20 else ''}{' --postgres' if server else ''}"
    text = section(rows, asked.rounds, bool(server), f"python -m bench.backups{given}")
    if asked.write:
        write("backups", text)
    print(text)


if __name__ == "__main__":
    main()
