"""`gaitway work`: several jobs at once in one process. The first lane neither pulls nor delivers, so that nobody outside
holds up a verdict; the second delivers and the third pulls, so that neither holds up the other; the rest take whatever is
due."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError, connection

from gaitway.actions import jobs, workers
from gaitway.models import Job

from . import loop

TICK = 60.0  # seconds between two looks at what time has made due
BEAT = 15.0  # seconds between two signs of life
IDLE = 2.0  # seconds after which a lane gives its connection back
MISHAP = 1.0  # seconds until the database is asked again after it refused
log = logging.getLogger("gaitway.work")


class Crew:
    """The lanes of one process. One thread glances for work and wakes them, so that waiting costs one query a glance,
    and a job is begun at most `pause` seconds after it is due."""

    def __init__(self, threads: int, clock: Callable[[], datetime], *, pause: float = 0.2) -> None:
        self._clock, self._pause = clock, pause
        self._over = threading.Event()
        self._name = loop.name()
        self._news = threading.Condition()
        self._due: frozenset[str] = frozenset()
        self._resting = 0
        but = [_leaves(number, threads) for number in range(threads)]
        self._lanes = [threading.Thread(target=self._lane, args=(each,), name="lane", daemon=True) for each in but]

    def run(self, *, grace: float) -> None:
        """Until `stop`; then what is being done has `grace` seconds to end. What doesn't is done again when its lease
        has run out."""
        clock = threading.Thread(target=self._tick, name="tick", daemon=True)
        # SQLite's journal is set up by the first connection; several at once would find it locked.
        while not self._over.is_set():
            try:
                self._due = jobs.due(at=self._clock())
                break
            except DatabaseError:
                self._mishap()
        for thread in (*self._lanes, clock):
            thread.start()
        while not self._over.wait(self._pause):
            self._glance()
        with self._news:
            self._news.notify_all()
        until = time.monotonic() + grace
        for lane in (*self._lanes, clock):
            lane.join(max(until - time.monotonic(), 0))
        with suppress(DatabaseError):
            workers.leave(self._name, at=self._clock())
        connection.close()

    def stop(self) -> None:
        self._over.set()

    def _glance(self) -> None:
        if not self._resting:
            return
        try:
            found = jobs.due(at=self._clock())
        except DatabaseError:
            self._mishap()
            return
        with self._news:
            self._due = found
            if found:
                self._news.notify_all()

    def _lane(self, but: frozenset[str]) -> None:
        worker = loop.name()
        while not self._over.is_set():
            try:
                job = loop.once(worker, self._clock, but=but, halt=self._over)
            except DatabaseError:
                self._mishap()
                continue
            if job is None:
                self._rest(but)
        connection.close()

    def _rest(self, but: frozenset[str]) -> None:
        def wanted() -> bool:
            return self._over.is_set() or bool(self._due - but)

        with self._news:
            self._due &= but  # what it takes of them is taken
            self._resting += 1
            woken = self._news.wait_for(wanted, IDLE)
        if not woken:
            connection.close()
            with self._news:
                self._news.wait_for(wanted)
        with self._news:
            self._resting -= 1

    def _tick(self) -> None:
        looked = -TICK
        while not self._over.is_set():
            try:
                workers.beat(self._name, at=self._clock())
                if time.monotonic() - looked >= TICK:
                    loop.ask_for_due(self._clock())
                    looked = time.monotonic()
            except Exception:  # whatever it was: a worker without its clock would look healthy and do nothing
                self._mishap()
                continue
            connection.close()
            self._over.wait(BEAT)

    def _mishap(self) -> None:
        log.warning("Something went wrong; trying again.", exc_info=True)
        connection.close()
        self._over.wait(MISHAP)


def _leaves(number: int, threads: int) -> frozenset[str]:
    """The kinds of work that this lane leaves to others. However many there are, one pulls and one delivers."""
    pull, deliver = Job.Kind.PULL.value, Job.Kind.DELIVER.value
    if number == 0:
        return frozenset({pull, deliver})
    return frozenset({1: {pull}, 2: {deliver}}.get(number, set())) if threads > 2 else frozenset()
