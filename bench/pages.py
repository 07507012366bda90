"""How long pages take in a large house: python -m bench.pages [--quick] [--initiatives N] [--write]

Initiatives × 5 weekly KPIs × 104 weeks, and ten tasks for each, in a house of its own on SQLite; each page in process and by
HTTP from a server with one worker; the roadmap also of as many as its goal was set for."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.page import machine, table, write
from bench.server import house, served

KPIS, WEEKS, TASKS = 5, 104, 10  # of each initiative
STRATEGY = """
gaitway: 1
strategy: {key: bench, name: Bench}
kpis: {orders: {name: Orders, kind: count, every: week, baseline: 3, target: 10}}
objectives:
  - key: o
    name: O
    key_results: [{kpi: orders, target: 10}]
    initiatives:
      - key: i
        name: First
        sponsor: a@example.com
        lead: b@example.com
        crawl: {dates: START/MIDDLE, trigger: orders >= 6 with 95% confidence}
        walk: {dates: MIDDLE/END, trigger: orders >= 8 with 95% confidence}
"""
LONG = 300  # initiatives of the roadmap for which its goal was set
# Name, address, goal in ms, and what was measured of others with 1,000 initiatives or 10,000 tasks.
PAGES = (
    ("portfolio", "/", "40", "none shows it"),
    ("initiative", "/initiatives/bench/i/", "20", "54 ms (Plane's issue)"),
    ("roadmap", "/roadmap/", "", "426 ms (Plane, 10,000)"),
    ("board", "/board/", "30", "310 ms (Plane, 50 a column)"),
    ("my work", "/my/", "30", ""),
    ("objectives", "/objectives/", "60", ""),
)
ROADMAP = (("roadmap of {count}", "/roadmap/", "60", ""),)


def fill(initiatives: int) -> str:
    """Makes the house, the first initiative by its door and all others like it; the session of an administrator."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from gaitway.actions import people, strategies, summaries
    from gaitway.lib import strategyfile
    from gaitway.models import Initiative, Kpi, Observation, Person, Role, Stage, StageChange, Task

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["ext"])
    at, today = timezone.now(), timezone.localdate()
    by = people.terminal(at=at)
    person = people.invite("bench@example.com", access=Person.Access.ADMINISTRATOR, by=by, at=at)
    text = STRATEGY
    for word, days in (("START", -30), ("MIDDLE", 60), ("END", 150)):
        text = text.replace(word, (today + timedelta(days=days)).isoformat())
    strategies.apply(strategyfile.read(text, name="bench.yaml", folder=Path()), by=by, at=at, today=today)
    first, kpi = Initiative.objects.get(), Kpi.objects.get()
    others = copies(
        Initiative, first, initiatives - 1, lambda n: {"key": f"i{n}", "name": f"Initiative {n}", "position": n}
    )
    for model in (Role, StageChange):
        for row in model.objects.filter(initiative=first):
            model.objects.bulk_create([clone(row, initiative=each) for each in others], batch_size=500)
    for row in Stage.objects.filter(initiative=first).prefetch_related("kpis"):
        made = Stage.objects.bulk_create([clone(row, initiative=each) for each in others], batch_size=500)
        Stage.kpis.through.objects.bulk_create(
            [Stage.kpis.through(stage=each, kpi=kpi) for each in made], batch_size=500
        )
    copies(Kpi, kpi, initiatives * KPIS - 1, lambda n: {"key": f"k{n}", "name": f"KPI {n}"})
    observe(Observation, list(Kpi.objects.values_list("pk", flat=True)), by, at, today)
    states = ("to do", "doing", "waiting", "to do")
    Task.objects.bulk_create(
        [
            Task(
                initiative_id=stage.initiative_id, stage=stage, name=f"Task {n}", owner=person if n == 0 else None,
                due=today + timedelta(days=n - 2), state=states[n % 4], moved_at=at, rank=stage.pk * TASKS + n,
            )
            for stage in Stage.objects.filter(key=first.stage_key) for n in range(TASKS)
        ],
        batch_size=500,
    )  # fmt: skip
    summaries.refresh(list(Initiative.objects.values_list("pk", flat=True)), at=at)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    browser = Client()
    browser.force_login(person)
    return browser.cookies["sessionid"].value


def clone(row: Any, **values: Any) -> Any:
    made = copy(row)
    made.pk, made._state = None, copy(row._state)
    made._state.adding = True
    for name, value in values.items():
        setattr(made, name, value)
    return made


def copies(model: Any, row: Any, count: int, values: Callable[[int], dict[str, Any]]) -> list[Any]:
    rows = [clone(row, **values(n)) for n in range(1, count + 1)]
    return list(model.objects.bulk_create(rows, batch_size=500))


def observe(model: Any, kpis: list[int], by: Any, at: Any, today: date) -> None:
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=n) for n in range(1, WEEKS + 1)]
    for start in range(0, len(kpis), 50):
        rows = [
            model(kpi_id=pk, period=week, recorded_at=at, by=by, events=5.0 + (pk + n) % 5, exposure=1.0)
            for pk in kpis[start : start + 50] for n, week in enumerate(weeks)
        ]  # fmt: skip
        model.objects.bulk_create(rows, batch_size=500)


def inside(session: str, address: str, times: int) -> tuple[float, int, bytes]:
    """Median ms in process, queries, and what was answered."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    browser = Client()
    browser.cookies["sessionid"] = session
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
    queries = len(asked)  # now: the next request begins a log anew
    assert answer.status_code == 200, (address, answer.status_code)
    return median(lambda: browser.get(address), times), queries, answer.content


def outside(port: int, session: str, address: str, times: int) -> float:
    """Median ms by HTTP, to the last byte."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)

    def ask() -> None:
        connection.request("GET", address, headers={"Cookie": f"sessionid={session}", "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (address, answer.status)

    ask()
    return median(ask, times)


def median(ask: Callable[[], object], times: int) -> float:
    found = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1e3)
    return statistics.median(found)


def measured(initiatives: int, times: int, pages: Sequence[tuple[str, str, str, str]]) -> list[tuple[str, ...]]:
    """A row a page. In a process whose house is empty."""
    import django

    django.setup()
    session, rows = fill(initiatives), []
    with served() as (port, _pid):
        for name, address, goal, others in pages:
            within, queries, page = inside(session, address, times)
            without = outside(port, session, address, times)
            nodes = len(re.findall(rb"<[a-zA-Z]", page))
            rows.append((
                name.format(count=initiatives), f"{within:.0f}", f"{without:.0f}", goal, str(queries),
                f"{len(gzip.compress(page)) / 1024:.0f}", f"{nodes:,}", others,
            ))  # fmt: skip
    return rows


def apart(initiatives: int, times: int, pages: str) -> list[list[str]]:
    """The same in a house and a process of their own. `pages`: the name of the constant here."""
    with house("SQLite") as found:
        environ = {**found, "GAITWAY_LOG": "ERROR", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        code = f"import json; from bench import pages; print(json.dumps(pages.measured({initiatives}, {times}, pages.{pages})))"
        done = subprocess.run([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, text=True, check=True)
    rows: list[list[str]] = json.loads(done.stdout)
    return rows


def main(words: list[str] | None = None) -> str:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--initiatives", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="twelve initiatives, twice: whether it runs")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    count, times = (12, 2) if asked.quick else (asked.initiatives, 40)
    given = " --quick" if asked.quick else f" --initiatives {count}" if count != 1000 else ""
    rows = apart(count, times, "PAGES") + apart(min(count, LONG), times, "ROADMAP")
    text = "\n\n".join((
        "## Pages of a large house",
        f"`python -m bench.pages{given}` · median of {times} · SQLite, one worker · {machine()}",
        f"{count:,} initiatives × {KPIS} KPIs × {WEEKS} weeks, {count * TASKS:,} tasks; an administrator, who sees all. "
        f"Milliseconds in process (Django's test client), and by HTTP to the last byte. Goals were set before measuring; "
        f"that of the roadmap for {LONG} initiatives, in a house of its own.",
        table(("page", "in process, ms", "by HTTP, ms", "goal, ms", "queries", "kB gzipped", "nodes", "others"), rows),
    ))  # fmt: skip
    if asked.write:
        write("pages", text)
    print(text)
    return text


if __name__ == "__main__":
    main()
