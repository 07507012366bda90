"""How soon an open page hears of a number: python -m bench.live [--streams N] [--write]

Starts `gaitway serve` in a home of its own, opens the streams from this process, and records an observation from another.
Run it on a quiet machine, by hand."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from bench.page import machine, write

STRATEGY = """
gaitway: 1
strategy: {key: bench, name: Bench}
kpis: {orders: {name: Orders, kind: count, every: day}}
objectives:
  - key: o
    name: O
    initiatives:
      - {key: i, name: I, sponsor: a@example.com, lead: b@example.com,
         crawl: {dates: 2026-01-01/2030-12-31, trigger: orders >= 6 with 95% confidence}}
"""
PEOPLE = """
import json, django
django.setup()
from django.test import Client
from django.utils import timezone
from gaitway.actions import people
at = timezone.now(); by = people.terminal(at=at); keys = []
for number in range(%d):
    browser = Client()
    browser.force_login(people.invite(f"p{number}@example.com", by=by, at=at))
    keys.append(browser.cookies["sessionid"].value)
print(json.dumps(keys))
"""
RECORD = """
import sys, time, django
django.setup()
from datetime import timedelta
from django.utils import timezone
from gaitway.actions import observations, people
from gaitway.models import Kpi
kpi = Kpi.objects.get(); by = people.terminal(at=timezone.now())
for line in sys.stdin:
    at = timezone.now()
    observations.record(kpi, {timezone.localdate() - timedelta(days=1): (float(line), 1.0)}, by=by, at=at)
    print(time.time(), flush=True)
"""


class House:
    """A served home. `tell` records a number in another process and returns the moment at which it was kept."""

    def __init__(self, folder: Path, streams: int) -> None:
        self.home = folder / "home"
        self.env = {**os.environ, "DJANGO_SETTINGS_MODULE": "gaitway.settings", "GAITWAY_HOME": str(self.home)}
        self.env |= {"GAITWAY_STREAMS": str(streams), "GAITWAY_LOG": "ERROR"}
        self.env.pop("GAITWAY_DATABASE_URL", None)
        (folder / "s.yaml").write_text(STRATEGY)
        self._run("-m", "gaitway", "apply", "--yes", str(folder / "s.yaml"))
        self.sessions: list[str] = json.loads(self._run("-c", PEOPLE % streams).splitlines()[-1])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        began = time.monotonic()
        self.server = self._start("-m", "gaitway", "serve", "--port", str(self.port))
        while True:
            try:
                self.page("/login/")
                break
            except OSError:
                time.sleep(0.02)
        self.started = time.monotonic() - began
        self._teller = self._start("-c", RECORD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def _start(self, *arguments: str, **more: object) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, *arguments], env=self.env, start_new_session=True, **more)  # type: ignore[call-overload,no-any-return]

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], env=self.env, capture_output=True, text=True, check=True)
        return done.stdout

    def page(self, path: str) -> float:
        """Seconds that it takes."""
        began = time.perf_counter()
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("GET", path, headers={"Cookie": f"sessionid={self.sessions[0]}"})
            connection.getresponse().read()
        return time.perf_counter() - began

    def tell(self, number: float) -> float:
        assert self._teller.stdin
        assert self._teller.stdout
        self._teller.stdin.write(f"{number}\n")
        self._teller.stdin.flush()
        return float(self._teller.stdout.readline())

    def evaluations(self) -> int:
        with closing(sqlite3.connect(self.home / "gaitway.sqlite3", timeout=20)) as connection:
            found: int = connection.execute("select count(*) from gaitway_evaluation").fetchone()[0]
            return found

    def megabytes(self) -> float:
        """Of web and worker, each page of memory shared out among those who use it."""
        group = subprocess.run(["pgrep", "-g", str(self.server.pid)], capture_output=True, text=True, check=True).stdout
        texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in group.split()]
        return sum(int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1]) for text in texts) / 1024  # type: ignore[index]

    def close(self) -> None:
        self._teller.kill()
        self._teller.communicate()
        os.killpg(self.server.pid, signal.SIGTERM)
        self.server.wait(20)


class Heard:
    """When each stream heard of the KPI, and of the gate's verdict in a later message."""

    def __init__(self) -> None:
        self.open = 0
        self.kpi: list[float] = []

    async def listen(self, port: int, session: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /live/ HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n\r\n".encode())
        await reader.readuntil(b"event: resync")
        self.open += 1
        try:
            while True:
                await reader.readuntil(b"data: kpi ")
                self.kpi.append(time.time())
        finally:
            writer.close()


async def measured(house: House, times: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {
        name: [] for name in ("idle", "started", "alone", "held", "full", "judged", "heard")
    }
    found["started"] = [house.started]
    await asyncio.sleep(3)
    found["idle"] = [house.megabytes()]
    found["alone"] = [await asyncio.to_thread(house.page, "/kpis/") for _ in range(50)]
    heard = Heard()
    streams = [asyncio.create_task(heard.listen(house.port, session)) for session in house.sessions]
    while heard.open < len(streams):
        await asyncio.sleep(0.05)
    found["held"] = [await asyncio.to_thread(house.page, "/kpis/") for _ in range(50)]
    found["full"] = [house.megabytes()]
    for number in range(times):
        heard.kpi.clear()
        before = house.evaluations()
        told = await asyncio.to_thread(house.tell, 100.0 * number + 1)
        until = time.time() + 20
        judged = 0.0
        while (not judged or len(heard.kpi) < len(streams)) and time.time() < until:
            if not judged and house.evaluations() > before:
                judged = time.time()
            await asyncio.sleep(0.005)
        found["judged"].append((judged or until) - told)
        found["heard"] += [each - told for each in heard.kpi]
        await asyncio.sleep(1)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    return found


def row(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    at = (ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1])
    return f"| {name} | " + " | ".join(f"{each * 1e3:.0f}" for each in at) + " |"


def section(streams: int, times: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), streams)
        try:
            found = asyncio.run(measured(house, times))
        finally:
            house.close()
    load = os.getloadavg()[0]
    return "\n".join((
        "## Live: how soon an open page hears of a number",
        "",
        f"`python -m bench.live --streams {streams} --write` · {streams} streams of {streams} people held on one machine "
        f"beside web and worker, on SQLite · {times} observations, each recorded by another process · load of the machine "
        f"{load:.1f} · {machine()}",
        "",
        "| Milliseconds | half | 95 % | worst |",
        "|---|---|---|---|",
        row("until the verdict is kept", found["judged"]),
        row("until a stream hears of it", found["heard"]),
        row("a page (KPI library), nobody listening", found["alone"]),
        row(f"the same, {streams} listening", found["held"]),
        "",
        f"Heard by {len(found['heard']):,} of {streams * times:,}. Memory of web and worker: {found['idle'][0]:.0f} MB idle, "
        f"{found['full'][0]:.0f} MB with {streams} streams. First page {statistics.mean(found['started']):.1f} s after the start.",
    ))  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--streams", type=int, default=500)
    options.add_argument("--times", type=int, default=10)
    options.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    chosen = options.parse_args(arguments)
    text = section(chosen.streams, chosen.times)
    print(text)
    if chosen.write:
        write("live", text)


if __name__ == "__main__":
    main()
