"""How quickly observations come in through HTTP: python -m bench.ingest [--quick] [--postgres] [--decade] [--write]

A real server on 127.0.0.1 with one worker, on SQLite (WAL, synchronous FULL) or PostgreSQL."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path

from bench.page import machine, write
from bench.server import house, served

BATCH, FIRST = 1000, date(2012, 1, 1)


def prepare(kpis: int, kept: int) -> str:
    """The tables, so many daily KPIs with so many days kept of each; a token of an administrator."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from gaitway.actions import people, tokens
    from gaitway.models import Kpi, Person, Strategy

    call_command("migrate", verbosity=0, interactive=False)
    at = timezone.now()
    by = people.terminal(at=at)
    person = people.invite("bench@example.com", access=Person.Access.ADMINISTRATOR, by=by, at=at)
    strategy = Strategy.objects.create(key="bench", name="Bench")
    rows = [Kpi(strategy=strategy, key=f"k{i}", name=f"K{i}", kind="proportion", cadence="day") for i in range(kpis)]
    Kpi.objects.bulk_create(rows, batch_size=500)
    fields = "kpi_id, period, revision, recorded_at, by_id, successes, trials"
    days = f"with recursive d(n) as (select 1 union all select n + 1 from d where n < {kept})"
    day = "date '2012-01-01' - n" if connection.vendor == "postgresql" else "date('2012-01-01', '-' || n || ' days')"
    if kept:
        with connection.cursor() as cursor:
            cursor.execute(
                f"{days} insert into gaitway_observation ({fields}) "
                f"select k.id, {day}, 1, %s, %s, 30, 1000 from gaitway_kpi k cross join d",
                [connection.ops.adapt_datetimefield_value(at), by.pk],
            )
            cursor.execute("analyze")
    return tokens.make(person, name="bench", scopes=["record"], by=person, at=at)[1]


class Client:
    def __init__(self, port: int, token: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: bytes) -> None:
        self.connection.request("POST", f"/api/v1/{path}", body, self.headers)
        answer = self.connection.getresponse()
        said = answer.read()
        assert answer.status == 200, said


def reading(kpi: int, day: int) -> dict[str, object]:
    period = (FIRST + timedelta(days=day)).isoformat()
    return {"kpi": f"bench/k{kpi}", "period": period, "successes": 30 + day % 7, "trials": 1000}


def processor(pid: int) -> float:
    """Seconds that the server and its children have used so far."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            cells = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(cells[1]) == pid or path.parent.name == str(pid):
            total += int(cells[11]) + int(cells[12])
    return total / os.sysconf("SC_CLK_TCK")


def batches(port: int, pid: int, token: str, kpis: int, count: int, *, wide: bool) -> tuple[float, float]:
    """Rows a second by the clock and by the server's processor time: batches of one day of 1,000 KPIs (`wide`), or of
    1,000 days of one KPI."""
    client = Client(port, token)
    bodies = [
        json.dumps(
            [
                reading(i, 3000 + n) if wide else reading((n + 7) % kpis, i)
                for i in range(min(BATCH, kpis) if wide else BATCH)
            ]
        ).encode()
        for n in range(count + 1)
    ]
    client.post("observations/batch", bodies[0])  # the first loads the code
    begun, used = time.perf_counter(), processor(pid)
    for body in bodies[1:]:
        client.post("observations/batch", body)
    taken, spent = time.perf_counter() - begun, processor(pid) - used
    rows = count * (min(BATCH, kpis) if wide else BATCH)
    return rows / taken, rows / max(spent, 0.01)


def singles(port: int, token: str, kpis: int, count: int, clients: int, day: int) -> tuple[float, float]:
    """Posts a second and the median in milliseconds, of readings one by one from so many clients at once."""
    Client(port, token).post("observations", json.dumps(reading(0, day - 1)).encode())

    def run(number: int) -> list[float]:
        client, taken = Client(port, token), []
        for i in range(count // clients):
            place = i * clients + number
            body = json.dumps(reading(place % kpis, day + place // kpis)).encode()
            begun = time.perf_counter()
            client.post("observations", body)
            taken.append(time.perf_counter() - begun)
        return taken

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        times = [each for found in pool.map(run, range(clients)) for each in found]
    return len(times) / (time.perf_counter() - begun), statistics.median(times) * 1000


def measure(engine: str, kpis: int, kept: int, scale: int) -> dict[str, float]:
    """In a process of its own, since settings are read once."""
    with house(engine) as environ:
        command = [sys.executable, "-m", "bench.ingest", "--one", str(kpis), str(kept), str(scale)]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found


def one(kpis: int, kept: int, scale: int) -> dict[str, float]:
    import django

    django.setup()
    token = prepare(kpis, kept)
    with served() as (port, pid):
        found: dict[str, float] = {}
        found["wide"], found["wide core"] = batches(port, pid, token, kpis, 2 * scale, wide=True)
        found["long"], found["long core"] = batches(port, pid, token, kpis, 2 * scale, wide=False)
        found["one"], found["one ms"] = singles(port, token, kpis, 20 * scale, 1, 4000)
        found["four"], found["four ms"] = singles(port, token, kpis, 20 * scale, 4, 4500)
    return found


def section(*, quick: bool, postgres: bool, decade: bool) -> str:
    kpis, scale = (1000, 5) if quick else (10_000, 20)
    engines = ("SQLite", "PostgreSQL") if postgres else ("SQLite",)
    kept = (0, 10) if quick else (0, 36, 365, 3650) if decade else (0, 36, 365)
    lines, growth = [], []
    for engine in engines:
        found = {each: measure(engine, kpis, each, scale) for each in kept}
        for each, now in found.items():
            cells = (f"{now[name]:,.0f}" for name in ("wide", "wide core", "long", "long core", "one", "four"))
            lines.append(f"| {engine} | {each * kpis:,} | {' | '.join(cells)} | {now['one ms']:.1f} |")
        growth.append(f"{engine} {found[kept[-1]]['one ms'] / found[kept[1 if quick else -2]]['one ms']:.2f}")
    load = os.getloadavg()[0]
    words = [name for name, said in (("--quick", quick), ("--postgres", postgres), ("--decade", decade)) if said]
    return "\n\n".join((
        "## Speed: observations through HTTP",
        f"`{' '.join(('python -m bench.ingest', *words, '--write'))}` · a granian server with "
        f"one worker on 127.0.0.1, SQLite in WAL with synchronous FULL · {kpis:,} daily KPIs · {machine()} · load of the "
        f"machine at the end {load:.1f}",
        "Rows a second in batches of 1,000, by the clock and by the processor time of the server: one day of 1,000 KPIs "
        "(*wide*), and 1,000 days of one KPI (*long*). Readings one by one: posts a second from 1 and from 4 clients.",
        "\n".join((
            "| Engine | rows kept | wide | of one core | long | of one core | 1 client | 4 clients | median, ms |",
            "|---|---|---|---|---|---|---|---|---|", *lines,
        )),
        f"Cost of one post with 10 × the rows kept, as a ratio (goal ≤ 1.2): {', '.join(growth)}.",
    ))  # fmt: skip


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few KPIs and few posts: rough")
    parser.add_argument("--postgres", action="store_true", help="also on PostgreSQL")
    parser.add_argument("--decade", action="store_true", help="also with ten years kept: 36 million rows, 6 GB")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    parser.add_argument("--one", nargs=3, type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.one:
        print(json.dumps(one(*asked.one)))
        return
    text = section(quick=asked.quick, postgres=asked.postgres, decade=asked.decade)
    if asked.write:
        write("ingest", text)
    print(text)


if __name__ == "__main__":
    main()
