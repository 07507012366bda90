"""kill -9 at any moment: python -m bench.kills [--kills 500] [--jobs 10000] [--workers 300] [--postgres] [--write]

Writers post numbers in batches, and tasks, and are killed; what was acknowledged must be there afterwards, and nothing by
half: a batch has all of its rows or none, a task its one entry in the record. Workers tell people of events, and are
killed; each event is told to each person once. Planted: one who takes what was sent for acknowledged, and one who takes a
job that was begun for done; where nothing of what they believe is wrong, nobody was killed in the middle, and the run does
not count.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

from bench.page import machine, table, write
from bench.server import ENGINES, house

BATCH = 5  # readings
WRITES = 8  # so many a process does before it is killed, at most


@dataclass(frozen=True)
class Found:
    """`planted`: how often one who believes too much would have been wrong."""

    what: str
    kills: int
    acknowledged: int
    planted: int
    wrong: tuple[str, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        return self.wrong if self.planted else (*self.wrong, "nobody was killed in the middle")


def killed(task: Callable[[Callable[[str], None]], None], longest: float) -> tuple[list[str], bool]:
    """What a process said until it was killed, at most `longest` seconds after its first word; and whether it had ended by
    itself before."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        try:
            task(lambda words: os.write(writer, f"{words}\n".encode()) and None)
        except BaseException as error:  # whatever it is: the parent tells of it
            os.write(writer, f"fault {type(error).__name__}: {error}\n".replace("\r", " ").encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as said:
        first = said.readline()
        time.sleep(random.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        lines = [first, *said.readlines()]
    ended = os.waitpid(child, 0)[1] == 0
    return [line.decode().strip() for line in lines if line.endswith(b"\n")], ended


def prepare() -> str:
    """A house with one KPI and one initiative, and the token of who may do everything."""
    from django.core.management import call_command
    from django.utils import timezone

    from gaitway.actions import people, tokens
    from gaitway.models import Initiative, Kpi, Objective, Person, Role, Stage, Strategy

    call_command("migrate", verbosity=0, interactive=False)
    at = timezone.now()
    by = people.invite("bench@example.com", access=Person.Access.ADMINISTRATOR, by=people.terminal(at=at), at=at)
    strategy = Strategy.objects.create(key="bench", name="Bench")
    Kpi.objects.create(strategy=strategy, key="k", name="K", kind="level", cadence="day")
    objective = Objective.objects.create(strategy=strategy, key="o", name="O")
    initiative = Initiative.objects.create(
        strategy=strategy, objective=objective, key="i", name="I", state="active", stage_key="crawl"
    )
    Stage.objects.create(initiative=initiative, key="crawl")
    for name in ("lead", "sponsor"):
        person = people.invite(f"{name}@example.com", by=by, at=at)
        Role.objects.create(initiative=initiative, person=person, role=name)
    return tokens.make(by, name="bench", scopes=["act"], by=by, at=at)[1]


def apart() -> None:
    """No connection to the database is taken over by a fork."""
    from django.db import connections

    connections.close_all()


def writers(kills: int, token: str) -> Found:
    from django.test import Client
    from django.utils import timezone

    client = Client(headers={"Authorization": f"Bearer {token}"})
    today = timezone.localdate()

    def batch(number: int) -> Any:
        days = [today - timedelta(days=number * BATCH + each + 1) for each in range(BATCH)]
        rows = [{"kpi": "bench/k", "period": str(day), "value": number} for day in days]
        return client.post("/api/v1/observations/batch", rows, content_type="application/json")

    def task(number: int) -> Any:
        return client.post("/api/v1/initiatives/bench/i/tasks", {"name": f"t{number}"}, content_type="application/json")

    def post(begin: int, say: Callable[[str], None]) -> None:
        for number in range(begin, begin + 400):
            for name, act in (("b", batch), ("t", task)):
                say(f"sent {name} {number}")
                say(f"{act(number).status_code} {name} {number}")

    batch(0)  # loads what is loaded once
    began = time.perf_counter()
    task(0)
    longest = WRITES * (time.perf_counter() - began)
    answers: dict[str, str] = {}
    struck, number = 0, 1
    while struck < kills:
        apart()
        lines, ended = killed(lambda say, begin=number: post(begin, say), longest)  # type: ignore[misc]
        struck += not ended
        for line in lines:
            word, _, name = line.partition(" ")
            answers[name] = word
        number += len(lines) // 4 + 1
    return Found("writers", struck, sum(word in ("200", "201") for word in answers.values()), *_kept(answers))


def _kept(answers: dict[str, str]) -> tuple[int, tuple[str, ...]]:
    from gaitway.models import Event, Observation, Task
    from gaitway.queries import audit

    sizes = Counter(int(value) for value in Observation.objects.values_list("value", flat=True) if value)
    names = set(Task.objects.values_list("name", flat=True))
    entries = Counter(
        str(data.get("task")) for data in Event.objects.filter(kind="task added").values_list("data", flat=True)
    )

    def there(name: str) -> bool:
        kind, _, number = name.partition(" ")
        return sizes[int(number)] == BATCH if kind == "b" else f"t{number}" in names

    lost = sum(word in ("200", "201") and not there(name) for name, word in answers.items())
    halves = [f"batch {number} has {size} rows" for number, size in sizes.items() if size != BATCH]
    halves += [f"{name} stands {entries[name]} times in the record" for name in names if entries[name] != 1]
    said = [f"{lost} acknowledged, and lost"] if lost else []
    said += [f"answered {word}" for word in {*answers.values()} - {"sent", "200", "201"}]
    return sum(word == "sent" and not there(name) for name, word in answers.items()), (
        *said, *halves[:5], *audit.verify().faults[:5], *_damage(),
    )  # fmt: skip


def _damage() -> list[str]:
    from django.db import connection

    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        said = cursor.execute("pragma integrity_check").fetchone()[0]
        return ([] if said == "ok" else [said]) + [str(row) for row in cursor.execute("pragma foreign_key_check")]


def workers(kills: int, count: int) -> Found:
    from django.db import transaction
    from django.db.models import Count
    from django.utils import timezone

    from gaitway.actions import events, jobs
    from gaitway.models import Event, Initiative, Job, Notice, Person
    from gaitway.work import loop

    by, initiative = Person.objects.get(email="bench@example.com"), Initiative.objects.select_related("strategy").get()
    Job.objects.update(finished_at=timezone.now())
    with transaction.atomic():
        for _ in range(count):
            events.record(
                Event.Kind.STAGE_MOVED, by=by, at=timezone.now(), initiative=initiative, data={"move": "start"}
            )
    mine = Job.objects.filter(kind=Job.Kind.TELL, finished_at=None)
    first = mine.order_by("pk").values_list("pk", flat=True)[0]
    all_ = Event.objects.filter(pk__in=[job.payload["event"] for job in mine])
    begun: Counter[str] = Counter()

    def work(say: Callable[[str], None]) -> None:
        real = jobs.claim

        def claim(worker: str, **options: Any) -> Job | None:
            job = real(worker, **options)
            say(f"begun {job.pk}" if job else "none")
            return job

        jobs.claim = claim  # type: ignore[assignment]
        while loop.once(loop.name(), timezone.now):
            pass

    began = time.perf_counter()
    loop.once(loop.name(), timezone.now)
    longest, struck, wrong = WRITES * (time.perf_counter() - began), 0, list[str]()
    while mine.filter(dead_at=None).exists():
        apart()
        if struck < kills:
            lines, ended = killed(work, longest)
            struck += not ended
        else:  # the rest in peace
            lines = []
            loop.drain(loop.name(), timezone.now, tick=False)
        for line in lines:
            word, _, name = line.partition(" ")
            if word == "begun":
                begun[name] += 1
            elif word == "fault":
                wrong.append(line)
        Job.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))
    told = dict(Notice.objects.filter(event__in=all_).values_list("event").annotate(n=Count("pk")))
    counts = Counter(told.get(pk, 0) for pk in all_.values_list("pk", flat=True))
    if set(counts) != {2}:
        wrong.append(f"events by how many were told: {dict(counts)}, not two of each")
    open_ = Job.objects.filter(pk__gte=first, finished_at=None).count()
    wrong += [f"{open_} jobs not done"] if open_ else []
    if struck < kills:
        wrong.append(f"{struck} were killed, not {kills}: there were too few jobs")
    return Found("workers", struck, count, sum(times > 1 for times in begun.values()), tuple(wrong))


def measure(engine: str, kills: int, deaths: int, jobs: int) -> list[Found]:
    """In a process of its own: settings are read once."""
    import django

    with house(engine) as environ:
        os.environ.clear()
        os.environ.update(environ | {"GAITWAY_LOG": "ERROR"})
        django.setup()
        token = prepare()
        found = [writers(kills, token)] if kills else []
        found += [workers(deaths, jobs)] if deaths else []
        apart()
        return found


def section(found: dict[str, list[Found]], asked: argparse.Namespace) -> str:
    """Markdown, without the markers."""
    rows = [
        (engine, each.what, f"{each.kills:,}", f"{each.acknowledged:,}", f"{each.planted:,}",
         "; ".join(each.faults) or "nothing")
        for engine, parts in found.items() for each in parts
    ]  # fmt: skip
    said = (
        f"--kills {asked.kills} --workers {asked.workers} --jobs {asked.jobs}{' --postgres' if asked.postgres else ''}"
    )
    return "\n\n".join((
        "## Safety: kill -9",
        f"`python -m bench.kills {said} --write` · {machine()} · load of the machine at the end {os.getloadavg()[0]:.1f}",
        "Planted: who takes what was sent for acknowledged, and what was begun for done; how often they were wrong.",
        table(("Engine", "who is killed", "kills", "acknowledged writes, or jobs", "planted", "wrong"), rows),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="of writers, an engine")
    parser.add_argument("--workers", type=int, default=300, help="killed workers, an engine")
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true", help="also PostgreSQL")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        tries = {
            engine: pool.submit(measure, engine, asked.kills, asked.workers, asked.jobs)
            for engine in ENGINES[: 1 + asked.postgres]
        }
        found = {engine: each.result() for engine, each in tries.items()}
    text = section(found, asked)
    if asked.write:
        write("kills", text)
    print(text)
    return 1 if any(each.faults for parts in found.values() for each in parts) else 0


if __name__ == "__main__":
    sys.exit(main())
