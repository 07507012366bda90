"""The worker: claims jobs one by one from the lease table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from gaitway import notices
from gaitway.actions import Conflict, decisions, forecasts, gates, jobs, kpis, people
from gaitway.models import Event, Job, Kpi, Stage

from .pull import pull

Clock = Callable[[], datetime]
log = logging.getLogger("gaitway.work")


def once(worker: str, clock: Clock) -> Job | None:
    """Does one job that is due; None where there is none. A job that fails is tried again later."""
    job = jobs.claim(worker, at=clock())
    if job is None:
        return None
    try:
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
    """Time is an event too: every active gate is judged once a day, every source pulled once a day."""
    today = timezone.localdate(at)
    kpis.remind(by=people.system(at=at), at=at)
    active = Stage.objects.filter(initiative__state="active", initiative__retired_at=None)
    for stage in active.select_related("initiative"):
        if stage.key == stage.initiative.stage_key and (stage.judged_to is None or stage.judged_to < today):
            gates.ask(stage, at=at)
    pulled = Kpi.objects.filter(retired_at=None, source__retired_at=None, source__isnull=False)
    stale = {kpi.source_id or 0 for kpi in pulled if kpi.pulled_at is None or timezone.localdate(kpi.pulled_at) < today}
    for source in sorted(stale):
        jobs.ask(Job.Kind.PULL, f"pull:{source}", {"source": source}, at=at)


def _evaluate(job: Job, clock: Clock) -> None:
    at = clock()
    today = timezone.localdate(at)
    by = people.system(at=at)
    with transaction.atomic():
        stage = Stage.objects.filter(pk=job.payload["stage"]).select_related("initiative__strategy").first()
        if stage is not None and gates.evaluate(stage, through=today, by=by, at=at):
            decisions.follow_policy(stage, by=by, at=at, effective_on=today)
            forecasts.ask(stage, at=at)
        jobs.finish(job, at=at)


def _tell(job: Job, clock: Clock) -> None:
    at = clock()
    with transaction.atomic():
        notices.tell(Event.objects.select_related("initiative").get(pk=job.payload["event"]), at=at)
        jobs.finish(job, at=at)


def _pull(job: Job, clock: Clock) -> None:
    """Recording the same twice changes nothing, so that a pull that is cut off simply runs again."""
    kpis = Kpi.objects.filter(source=job.payload["source"], retired_at=None).select_related("strategy", "source")
    faults = []
    for pulled in pull(list(kpis), by=people.system(at=clock()), clock=clock):
        jobs.heartbeat(job, at=clock())
        if pulled.fault:
            faults.append(pulled.fault)
    if faults:
        jobs.fail(job, "\n".join(faults), at=clock())
    else:
        jobs.finish(job, at=clock())


def _forecast(job: Job, clock: Clock) -> None:
    at = clock()
    with transaction.atomic():
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
        jobs.finish(job, at=at)


HANDLERS = {
    Job.Kind.EVALUATE: _evaluate, Job.Kind.TELL: _tell, Job.Kind.PULL: _pull, Job.Kind.FORECAST: _forecast,
}  # fmt: skip


def close() -> None:
    """Gives the connection back while there is nothing to do."""
    connection.close_if_unusable_or_obsolete()
