"""A source that does as it is told, in the place of a real one."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import get_ident

import pytest

from gaitway import connectors
from gaitway.connectors.base import LIMITS, Failure, Limits, Place, Query, Rows, Sign

Answer = Callable[[str], Rows | Failure]


def fine(key: str) -> Rows:
    return Rows(key, ("period", "events"), ("DATE", "INTEGER"), [("2026-01-05", 3)], 0.01)


def gone(key: str) -> Failure:
    return Failure(key, "The database is restarting. Try again.", 0.01, again=True)


def wrong(key: str) -> Failure:
    return Failure(key, "There is no column sold. Did you mean events?", 0.01)


def hangs(key: str) -> Rows:
    """As a connector does whose process doesn't answer."""
    subprocess.run([sys.executable, "-c", "import time; time.sleep(30)"], check=False)
    return fine(key)


def slow(seconds: float) -> Answer:
    def answer(key: str) -> Rows:
        time.sleep(seconds)
        return fine(key)

    return answer


@dataclass
class Told:
    """By the name of a source: what it answers. Notes what was asked, and by which threads."""

    answers: dict[str, Answer]
    dialect: str = "duckdb"
    asked: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    def __hash__(self) -> int:
        return id(self)

    def serves(self, place: Place) -> bool:
        return True

    def run(
        self, places: Mapping[str, Place], queries: Sequence[Query], limits: Limits = LIMITS
    ) -> Iterator[Rows | Failure]:
        for query in queries:
            self.asked.append(query.key)
            self.threads.add(get_ident())
            yield self.answers[query.source](query.key)

    def probe(self, key: str, place: Place, limits: Limits = LIMITS) -> Iterator[Sign]:
        return iter(())


def tell(monkeypatch: pytest.MonkeyPatch, **answers: Answer) -> Told:
    told = Told(answers)
    monkeypatch.setattr(connectors, "registry", (told,))
    return told
