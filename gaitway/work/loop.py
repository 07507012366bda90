"""What a worker does with a job of the lease table."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from gaitway import notices
from gaitway.actions import (
    Conflict,
    accounts,
    checkins,
    decisions,
    delegations,
    forecasts,
    gates,
    jobs,
    kpis,
    people,
    summaries,
    undo,
)
from gaitway.actions import notices as inboxes
from gaitway.actions.turns import turn
from gaitway.models import Event, Job, Kpi, Stage

from . import delivering, pulling

Clock = Callable[[], datetime]
log = logging.getLogger("gaitway.work")


def name() -> str:
    """Of a worker: no other has it."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def once(worker: str, clock: Clock, *, but: Collection[str] = (), halt: threading.Event | None = None) -> Job | None:
    """Does one job that is due and not of the kinds `but`; None where there is none. A job that fails is tried again
    later. `halt`: set when this process has to stop."""
    job = jobs.claim(worker, at=clock(), but=but)
    if job is None:
        return None
    try:
        if job.cancelled_at:
            jobs.stopped(job, at=clock())
        elif job.kind == Job.Kind.PULL:
            pulling.run(job, clock, halt or threading.Event())
        elif job.kind == Job.Kind.DELIVER:
            delivering.run(job, clock, halt or threading.Event())
        else:
            HANDLERS[Job.Kind(job.kind)](job, clock)
    except Conflict:
        log.warning("%s: the lease was lost; whoever has it now does the job", job)
    except Exception as error:  # a job's fault is kept and shown, the worker goes on
        log.exception("%s failed, attempt %s", job, job.attempt)
        jobs.fail(job, f"{type(error).__name__}: {error}", at=clock())
    return job


def drain(worker: str, clock: Clock, *, tick: bool = True) -> int:
    """Does everything that is due now; returns how many jobs that was."""
    if tick:
        ask_for_due(clock())
    done = 0
    while once(worker, clock):
        done += 1
    return done


def ask_for_due(at: datetime) -> None:
    """Time is an event too: every active gate is judged once a day, every source pulled once a day. What waits is not
    asked for twice, and what was stopped or laid aside today is left alone until tomorrow."""
    today = timezone.localdate(at)
    kpis.remind(by=people.system(at=at), at=at)
    checkins.remind(by=people.system(at=at), at=at)
    delegations.close(by=people.system(at=at), at=at, today=today)
    inboxes.come_back(at=at)
    undo.sweep(at=at)
    delivering.ask_for_due(at)
    summaries.ask_for_due(at=at)
    accounts.sweep(at=at)
    left = _left_alone(at)
    active = Stage.objects.filter(initiative__state="active", initiative__retired_at=None)
    for stage in active.select_related("initiative"):
        is_here, key = stage.key == stage.initiative.stage_key, f"evaluate:{stage.pk}"
        if is_here and (stage.judged_to is None or stage.judged_to < today) and key not in left:
            gates.ask(stage, at=at)
    pulled = Kpi.objects.filter(retired_at=None, source__retired_at=None, source__isnull=False, whole=None)
    stale = {kpi.source_id or 0 for kpi in pulled if kpi.pulled_at is None or timezone.localdate(kpi.pulled_at) < today}
    for source in sorted(stale):
        if f"pull:{source}" not in left:
            jobs.ask(Job.Kind.PULL, f"pull:{source}", {"source": source}, at=at)


def _left_alone(at: datetime) -> set[str]:
    begins = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    waits = Q(finished_at=None, dead_at=None)
    return set(
        Job.objects.filter(kind__in=[Job.Kind.EVALUATE, Job.Kind.PULL])
        .filter(waits | Q(dead_at__gte=begins) | Q(cancelled_at__gte=begins))
        .values_list("key", flat=True)
    )


def _evaluate(job: Job, clock: Clock) -> None:
    at = clock()
    today = timezone.localdate(at)
    by = people.system(at=at)
    stage = Stage.objects.filter(pk=job.payload["stage"]).select_related("initiative__strategy").first()
    seen = gates.look(stage, through=today) if stage is not None else None  # takes long: while nobody waits
    with turn():
        if stage is not None and gates.evaluate(stage, through=today, by=by, at=at, seen=seen):
            decisions.follow_policy(stage, by=by, at=at, effective_on=today)
            forecasts.ask(stage, at=at)
        jobs.finish(job, at=at)


def _tell(job: Job, clock: Clock) -> None:
    at = clock()
    with turn():
        event = Event.objects.select_related("initiative").get(pk=job.payload["event"])
        notices.tell(event, at=at)
        if event.initiative_id and event.kind not in REFRESHED:
            summaries.refresh([event.initiative_id], at=at)
        jobs.finish(job, at=at)


def _forecast(job: Job, clock: Clock) -> None:
    at = clock()
    if "kpis" in job.payload:
        _round(job, clock)
        return
    yesterday = timezone.localdate(at) - timedelta(days=1)
    if "kpi" in job.payload:
        kpi = Kpi.objects.select_related("strategy").filter(pk=job.payload["kpi"]).first()
        if kpi is not None:
            forecasts.keep_values(kpi, as_of=yesterday, at=at)
    else:
        stage = Stage.objects.select_related("initiative__strategy").filter(pk=job.payload["stage"]).first()
        if stage is not None:
            forecasts.keep_gate(stage, as_of=yesterday, at=at)
            forecasts.keep_proof(stage, as_of=yesterday, at=at)
    jobs.finish(job, at=clock())


def _round(job: Job, clock: Clock) -> None:
    """The forecasts of all KPIs that are due, each kept by itself."""
    as_of = timezone.localdate(clock()) - timedelta(days=1)
    for kpi in list(forecasts.due(as_of)):
        forecasts.keep_values(kpi, as_of=as_of, at=clock())
        jobs.heartbeat(job, at=clock())
    jobs.finish(job, at=clock())


def _summarise(job: Job, clock: Clock) -> None:
    at = clock()
    with turn():
        summaries.refresh_due(at=at)
        jobs.finish(job, at=at)


HANDLERS = {
    Job.Kind.EVALUATE: _evaluate, Job.Kind.TELL: _tell, Job.Kind.FORECAST: _forecast, Job.Kind.SUMMARISE: _summarise,
}  # fmt: skip
# What is told of these was summarised with the change itself; of all others whoever tells looks once more.
REFRESHED = frozenset({Event.Kind.VERDICT, Event.Kind.OVERDUE, Event.Kind.STAGE_MOVED, *Event.OF_TASKS})
