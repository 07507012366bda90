"""How many tasks a second: python -m bench.tasks [--seconds 10] [--more 100000] [--write]

One client and four post tasks through the API to a server with one worker, each task authorised, audited and durable when it is
answered; once in an empty house, once where there are `--more` tasks already. In a house of its own on SQLite; by hand, on
a quiet machine."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from bench.kills import prepare
from bench.page import machine, table, write
from bench.server import house, served

GOALS = {1: 300, 4: 450}  # a second, by clients


def created(port: int, token: str, clients: int, seconds: float) -> float:
    """Tasks a second."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    until = time.perf_counter() + seconds

    def one(number: int) -> int:
        client, made = HTTPConnection("127.0.0.1", port, timeout=120), 0
        while time.perf_counter() < until:
            client.request(
                "POST", "/api/v1/initiatives/bench/i/tasks", json.dumps({"name": f"{until} {number}.{made}"}), headers
            )
            answer = client.getresponse()
            said = answer.read()
            assert answer.status == 201, said
            made += 1
        return made

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        made = sum(pool.map(one, range(clients)))
    return made / (time.perf_counter() - began)


def more(count: int) -> None:
    from django.utils import timezone

    from gaitway.models import Stage, Task

    stage, at = Stage.objects.get(), timezone.now()
    rows = (
        Task(initiative_id=stage.initiative_id, stage=stage, name=f"Task {n}", state="done", done_on=at.date(), moved_at=at, rank=n)
        for n in range(count)
    )  # fmt: skip
    Task.objects.bulk_create(rows, batch_size=1000)


def measure(seconds: float, count: int) -> dict[str, float]:
    """In a process of its own, in whose house nothing is yet."""
    import django

    django.setup()
    token, found = prepare(), {}
    with served() as (port, _pid):
        created(port, token, 1, min(seconds, 2))  # loads what is loaded once
        for there in (0, count):
            if there:
                more(there)
            for clients in GOALS:
                found[f"{there:,} tasks, clients: {clients}"] = created(port, token, clients, seconds)
    return found


def section(found: dict[str, float], asked: argparse.Namespace) -> str:
    """Markdown, without the markers."""
    rows = [(name, f"{rate:.0f}", f"≥ {GOALS[int(name[-1])]}") for name, rate in found.items()]
    return "\n\n".join((
        "## Speed: tasks through the API",
        f"`python -m bench.tasks --seconds {asked.seconds:g} --more {asked.more} --write` · SQLite, granian with one worker and 4 "
        f"threads on 127.0.0.1 · {machine()} · load of the machine at the end {os.getloadavg()[0]:.1f}",
        "Each is authorised, in the record and on the disk when it is answered. Best peers, on another day: 156 a second with one "
        "client and 394 with four, falling to 60 and 119 with 13,000 tasks.",
        table(("In the initiative", "tasks a second", "goal"), rows),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.tasks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    parser.add_argument("--more", type=int, default=100_000, help="tasks that are there already, in the second half")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # the house of this process
    asked = parser.parse_args(words)
    if asked.here:
        print(json.dumps(measure(asked.seconds, asked.more)))
        return 0
    with house("SQLite") as environ:
        command = [
            sys.executable,
            "-m",
            "bench.tasks",
            "--here",
            "--seconds",
            str(asked.seconds),
            "--more",
            str(asked.more),
        ]
        done = subprocess.run(
            command, env=environ | {"GAITWAY_LOG": "ERROR"}, stdout=subprocess.PIPE, text=True, check=True
        )
    text = section(json.loads(done.stdout.splitlines()[-1]), asked)
    if asked.write:
        write("tasks", text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
