"""Many who write and read at once, on a whole `gaitway serve` with its worker, for benchmarks of endurance."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

KPIS, INITIATIVES, DAYS = 8, 6, 180
PAGES = ("/", "/kpis/", "/feed/", "/inbox/", "/decisions/", "/sources/", "/initiatives/bench/i0/", "/kpis/bench/k0/")
LOCKED = re.compile(r"database is locked|deadlock detected|could not serialize|database table is locked")
PREPARE = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from pathlib import Path
from django.test import Client
from django.utils import timezone
from gaitway.actions import people, strategies, tokens
from gaitway.lib import strategyfile
from gaitway.models import Person, Task
at = timezone.now(); by = people.terminal(at=at)
text = Path(%r).read_text()
strategies.apply(strategyfile.read(text, name="s.yaml", folder=Path("/nowhere")), by=by, at=at, today=timezone.localdate())
person = people.invite("bench@example.com", access=Person.Access.ADMINISTRATOR, by=by, at=at)
browser = Client(); browser.force_login(person)
print(json.dumps({"token": tokens.make(person, name="bench", scopes=["act"], by=person, at=at)[1],
                  "session": browser.cookies["sessionid"].value, "tasks": list(Task.objects.values_list("pk", flat=True))}))
"""


def strategy(today: date) -> str:
    """Initiatives whose gates must be judged at every number, and forecast after it."""
    begins, ends = today - timedelta(days=DAYS), today + timedelta(days=30)
    lines = ["gaitway: 1", "strategy: {key: bench, name: Bench}", "kpis:"]
    lines += [f"  k{i}: {{name: K{i}, kind: count, every: day, target: 10}}" for i in range(KPIS)]
    lines += ["objectives:", "  - key: o", "    name: O", "    initiatives:"]
    for i in range(INITIATIVES):
        crawl = f"{{dates: {begins}/{ends}, trigger: k{i} >= 9 with 95% confidence, tasks: [{{name: T{i}}}]}}"
        lines.append(
            f"      - {{key: i{i}, name: I{i}, sponsor: s@example.com, lead: l@example.com, stage: crawl, crawl: {crawl}}}"
        )
    return "\n".join(lines)


class Place:
    """A served house: its port, who may ask it, and what its processes have said."""

    def __init__(self, environ: dict[str, str], threads: int) -> None:
        home = Path(environ["GAITWAY_HOME"])
        (home / "s.yaml").write_text(strategy(datetime.now(UTC).date()))
        made = subprocess.run(
            [sys.executable, "-c", PREPARE % str(home / "s.yaml")], env=environ, capture_output=True, text=True, check=True
        )  # fmt: skip
        known = json.loads(made.stdout.splitlines()[-1])
        self.token, self.session, self.tasks = known["token"], known["session"], known["tasks"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._log = home / "said.log"
        with self._log.open("wb") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "gaitway", "serve", "--port", str(self.port), "--threads", str(threads)],
                env=environ, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        for _ in range(600):
            try:
                HTTPConnection("127.0.0.1", self.port, timeout=1).connect()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"The server didn't start: {self.said()[-2000:]}")

    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def processes(self) -> dict[int, str]:
        """Of the server's group: number and command line. None but those that this place started."""
        found = {}
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and os.getpgid(int(folder.name)) == self.server.pid:
                    found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
            except OSError:  # it ended meanwhile
                continue
        return found

    def close(self) -> None:
        os.killpg(self.server.pid, signal.SIGTERM)
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()


@contextmanager
def placed(environ: dict[str, str], threads: int = 4) -> Iterator[Place]:
    place = Place(environ, threads)
    try:
        yield place
    finally:
        place.close()


class Crowd:
    """Threads that ask the place until `stop`. `answers` counts by what was done and what was answered."""

    def __init__(self, place: Place, writers: int, readers: int, *, news: bool = True) -> None:
        self.answers: Counter[tuple[str, object]] = Counter()
        self._place, self._news, self._over, self._lock = place, news, threading.Event(), threading.Lock()
        makers = [self._writer] * writers + [self._reader] * readers
        self._threads = [threading.Thread(target=make, args=(number,)) for number, make in enumerate(makers)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def faults(self) -> Counter[tuple[str, object]]:
        """What nobody should be answered: five-hundreds, and nothing at all."""
        return Counter({k: n for k, n in self.answers.items() if not isinstance(k[1], int) or k[1] >= 500})

    def _ask(self, name: str, verb: str, path: str, body: object = None, **headers: str) -> None:
        if not path.startswith("/api"):
            headers["Cookie"] = f"sessionid={self._place.session}"
        else:
            headers |= {"Authorization": f"Bearer {self._place.token}", "Content-Type": "application/json"}
        client = HTTPConnection("127.0.0.1", self._place.port, timeout=60)
        try:
            client.request(verb, path, None if body is None else json.dumps(body), headers)
            answer = client.getresponse()
            said = answer.read()
            status: object = answer.status
            if LOCKED.search(said.decode("utf-8", "replace")):
                status = "locked"
        except (OSError, HTTPException) as error:
            status = type(error).__name__
        finally:
            client.close()
        with self._lock:
            self.answers[name, status] += 1

    def _writer(self, number: int) -> None:
        pick, turn = random.Random(number), 0
        today = datetime.now(UTC).date()
        while not self._over.is_set():
            turn += 1
            kpi, task = f"bench/k{pick.randrange(KPIS)}", pick.choice(self._place.tasks)
            first = pick.randrange(1, DAYS - 30)
            many = [
                {"kpi": kpi, "period": str(today - timedelta(days=first + day)),
                 "events": pick.randrange(1, 20) if self._news else 7, "exposure": 1}
                for day in range(30)
            ]  # fmt: skip
            way = (number + turn) % 4
            if way == 0:
                self._ask("many numbers", "POST", "/api/v1/observations/batch", many)
            elif way == 1:
                key = {"Idempotency-Key": f"{number}-{turn}"} if self._news else {}
                self._ask("a number", "POST", "/api/v1/observations", many[0], **key)
            elif way == 2 and self._news:
                self._ask("a task", "POST", f"/api/v1/tasks/{task}/{pick.choice(('done', 'reopen'))}")
            else:
                self._ask("display", "POST", "/api/v1/me/display", {"theme": pick.choice(("dark", "light"))})

    def _reader(self, number: int) -> None:
        pick = random.Random(number)
        while not self._over.is_set():
            path = pick.choice((*PAGES, "/api/v1/initiatives", "/api/v1/kpis", "/api/v1/status"))
            self._ask("a page" if not path.startswith("/api") else "an answer", "GET", path)
