"""A source pulled as a job: its KPIs side by side, with progress, until all are done or somebody stops it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import cast

from django.db import connection

from gaitway.actions import Conflict, jobs, people
from gaitway.models import Job, Kpi, Person, Source

from .pull import Pulled, pull

Clock = Callable[[], datetime]
LOOKS = 0.5  # seconds between two looks whether to stop
SAYS = 1.0  # seconds between two words on how far it is
BEATS = 20.0  # seconds between two heartbeats while nothing comes


class Stopped(Exception):
    """Nothing more is to be recorded."""


def run(job: Job, clock: Clock, halt: threading.Event) -> None:
    """Recording the same twice changes nothing, so that a pull that is cut off simply runs again. A fault that may go by
    itself is tried again, for its KPIs alone; any other waits for the next day, or for a changed definition."""
    source = Source.objects.filter(pk=job.payload["source"], retired_at=None).first()
    kpis = _asked(job, source)
    job.done, job.steps = 0, len(kpis)
    jobs.progress(job, 0, len(kpis), at=clock())
    work = _Work(job, clock, by=people.system(at=clock()), halt=halt)
    pulled = work.do(kpis, min(source.at_once if source else 1, len(kpis)))
    if halt.is_set():
        jobs.release(job, at=clock())
        return
    if work.is_cancelled:
        jobs.stopped(job, at=clock())
        return
    jobs.progress(job, len(pulled), len(kpis), at=clock())
    said = "\n".join(each.fault for each in pulled if each.fault)
    again = sorted(each.kpi.pk for each in pulled if each.fault and each.again)
    if again:
        jobs.fail(job, said, at=clock(), payload={"source": job.payload["source"], "again": again})
    else:
        jobs.finish(job, at=clock(), fault=said)


def _asked(job: Job, source: Source | None) -> list[Kpi]:
    """All of the source, but in a second attempt those that may go now."""
    kpis = Kpi.objects.filter(source=source, retired_at=None, whole=None).select_related("strategy", "source")
    if source is None:
        return []
    if "again" not in job.payload:
        return list(kpis)
    if job.attempt > 1:
        return list(kpis.filter(pk__in=job.payload["again"]))
    job.payload = {"source": source.pk}  # it was asked for anew
    Job.objects.filter(pk=job.pk).update(payload=job.payload)
    return list(kpis)


class _Work:
    """The threads of one job. Each slice of the KPIs is one `pull`; a guard keeps the lease and looks whether to stop,
    and then ends the processes that the slices wait for."""

    def __init__(self, job: Job, clock: Clock, *, by: Person, halt: threading.Event) -> None:
        self._job, self._by, self._halt = job, by, halt
        self._clock = clock
        self._stop = threading.Event()
        self._over = threading.Event()
        self._lost: Exception | None = None
        self._threads: set[int] = set()  # by the system's numbers
        self._pulled: list[Pulled] = []
        self.is_cancelled = False

    def do(self, kpis: Sequence[Kpi], at_once: int) -> list[Pulled]:
        """Raises what a slice raised, and Conflict where the lease was lost."""
        slices = [kpis[i::at_once] for i in range(at_once)]
        others = [threading.Thread(target=self._beside, args=(each,), daemon=True) for each in slices[1:]]
        guard = threading.Thread(target=self._guard, daemon=True)
        for thread in (guard, *others):
            thread.start()
        try:
            for first in slices[:1]:
                self._slice(first, tell=True)
            for thread in others:
                thread.join()
        finally:
            self._stop.set()
            for thread in others:
                thread.join()
            self._over.set()
            guard.join()
        if self._lost is not None:
            raise self._lost
        return self._pulled

    def _beside(self, kpis: Sequence[Kpi]) -> None:
        try:
            self._slice(kpis, tell=False)
        except Exception as error:  # raised again by who waits for all
            self._lost = error
            self._stop.set()
        finally:
            connection.close()

    def _slice(self, kpis: Sequence[Kpi], *, tell: bool) -> None:
        number, told = threading.get_native_id(), time.monotonic()
        self._threads.add(number)
        try:
            asked = cast("Generator[Pulled, None, None]", pull(kpis, by=self._by, clock=self._now))
            with suppress(Stopped), closing(asked) as results:
                for result in results:
                    self._pulled.append(result)
                    if self._stop.is_set():
                        return
                    if tell and time.monotonic() - told > SAYS:
                        jobs.progress(self._job, len(self._pulled), self._job.steps, at=self._clock())
                        told = time.monotonic()
        finally:
            self._threads.discard(number)

    def _now(self) -> datetime:
        """The clock of the slices: asked for before anything is recorded, so that nothing is after a stop."""
        if self._stop.is_set():
            raise Stopped
        return self._clock()

    def _guard(self) -> None:
        beaten = time.monotonic()
        try:
            while not self._over.wait(LOOKS):
                if self._stop.is_set():
                    _end_children(self._threads)
                    continue
                self.is_cancelled = jobs.is_cancelled(self._job)
                if self.is_cancelled or self._halt.is_set():
                    self._stop.set()
                    _end_children(self._threads)
                elif time.monotonic() - beaten > BEATS:
                    jobs.heartbeat(self._job, at=self._clock())
                    beaten = time.monotonic()
        except Conflict as error:
            self._lost = error
            self._stop.set()
            _end_children(self._threads)
        finally:
            connection.close()


def _end_children(threads: set[int]) -> None:
    """Ends the processes that these threads started. Where the system doesn't tell which (elsewhere than on Linux), a
    query ends at its own limit, and its answer isn't recorded."""
    for number in list(threads):
        with suppress(OSError):
            for child in Path(f"/proc/self/task/{number}/children").read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)
