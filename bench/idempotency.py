"""One effect a key, whoever posts how often: python -m bench.idempotency [--rounds 500] [--postgres] [--write]

In every round 16 clients post the same thing at once, with one Idempotency-Key, to a real server. A few rounds without the
key are planted: where these don't have more than one effect each, the posts never met, and the run does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier

from bench.page import machine, table, write
from bench.server import ENGINES, house, served

AT_ONCE, PLANTED = 16, 10  # clients; rounds without a key
THREADS = 16  # of the server, so that all of a round are worked on together


def prepare() -> str:
    """A strategy with a KPI, and the token of who may record into it."""
    from django.core.management import call_command
    from django.utils import timezone

    from gaitway.actions import people, tokens
    from gaitway.models import Kpi, Person, Strategy

    call_command("migrate", verbosity=0, interactive=False)
    at = timezone.now()
    person = people.invite("bench@example.com", access=Person.Access.ADMINISTRATOR, by=people.terminal(at=at), at=at)
    strategy = Strategy.objects.create(key="bench", name="Bench")
    Kpi.objects.create(strategy=strategy, key="k", name="K", kind="level", cadence="day")
    return tokens.make(person, name="bench", scopes=["record"], by=person, at=at)[1]


def effects() -> int:
    """How many tables were brought: each post brings one."""
    from gaitway.models import Upload

    return Upload.objects.count()


def faults(name: str, answers: list[tuple[int, bytes]], made: int) -> list[str]:
    """What is wrong with a round that had a key: `answers` with their status, and how many effects it `made`."""
    found = [] if made == 1 else [f"{name}: {made} effects"]
    if others := {status for status, _ in answers} - {201, 409}:
        found.append(f"{name}: answered {sorted(others)}")
    if len({said for status, said in answers if status == 201}) != 1:
        found.append(f"{name}: not one and the same answer")
    return found


class Round:
    """16 clients who post the same thing at one moment."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.headers = port, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.pool, self.start = ThreadPoolExecutor(AT_ONCE), Barrier(AT_ONCE)
        self.clients = [HTTPConnection("127.0.0.1", port, timeout=120) for _ in range(AT_ONCE)]

    def post(self, name: str, key: str | None) -> list[tuple[int, bytes]]:
        body = json.dumps({"strategy_id": "bench", "name": name, "head": ["day", "k"], "rows": [["2026-01-05", "1"]]})
        headers = self.headers | ({"Idempotency-Key": key} if key else {})

        def one(client: HTTPConnection) -> tuple[int, bytes]:
            self.start.wait()
            client.request("POST", "/api/v1/uploads", body, headers)
            answer = client.getresponse()
            return answer.status, answer.read()

        return list(self.pool.map(one, self.clients))


def one(rounds: int) -> dict[str, object]:
    """In a process of its own, since settings are read once."""
    import django

    django.setup()
    token, wrong, planted = prepare(), [], 0
    with served(THREADS) as (port, _pid):
        asked, before, began = Round(port, token), 0, time.perf_counter()
        replayed = waited = 0
        for number in range(rounds):
            answers = asked.post(f"r{number}", f"r{number}")
            now = effects()
            wrong += faults(f"round {number}", answers, now - before)
            before = now
            waited += sum(status == 409 for status, _ in answers)
            replayed += sum(status == 201 for status, _ in answers) - 1
        seconds = time.perf_counter() - began
        for number in range(PLANTED):
            asked.post(f"p{number}", None)
            planted += effects() - before > 1
            before = effects()
    return {"faults": wrong, "planted": planted, "replayed": replayed, "waited": waited, "seconds": seconds}


def measure(engine: str, rounds: int) -> dict[str, object]:
    with house(engine) as environ:
        command = [sys.executable, "-m", "bench.idempotency", "--one", str(rounds)]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return found


def section(rounds: int, found: dict[str, dict[str, object]]) -> str:
    """Markdown, without the markers."""
    postgres = " --postgres" if "PostgreSQL" in found else ""
    rows = [
        (engine, f"{rounds:,}", f"{rounds * AT_ONCE:,}", str(len(each["faults"])), f"{each['replayed']:,}",
         f"{each['waited']:,}", f"{each['planted']} of {PLANTED}", f"{each['seconds']:.0f}")
        for engine, each in found.items()
    ]  # fmt: skip
    return "\n\n".join((
        "## Safety: one effect a key",
        f"`python -m bench.idempotency --rounds {rounds}{postgres} --write` · {AT_ONCE} clients post the same thing at once, with "
        f"one `Idempotency-Key`, to a granian server with {THREADS} threads on 127.0.0.1 · {machine()} · load of the machine "
        f"at the end {os.getloadavg()[0]:.1f}",
        "A round is at fault where it hasn't exactly one effect, or where an answer is neither the one (201) nor *being "
        "worked on* (409). Planted: rounds without the key, which must have more than one effect.",
        table(("Engine", "rounds", "posts", "faults", "stored answers", "told to wait", "planted found", "seconds"), rows),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.idempotency", description=__doc__)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--postgres", action="store_true", help="also on PostgreSQL")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.one:
        print(json.dumps(one(asked.one)))
        return 0
    found = {engine: measure(engine, asked.rounds) for engine in ENGINES[: 2 if asked.postgres else 1]}
    text = section(asked.rounds, found)
    if asked.write:
        write("idempotency", text)
    print(text)
    print(*(fault for each in found.values() for fault in each["faults"]), sep="\n")
    return 1 if any(each["faults"] or each["planted"] < PLANTED for each in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
