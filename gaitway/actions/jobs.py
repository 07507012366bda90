"""The lease table: the only queue. Its effects on the database happen exactly once, because a job is finished in the
transaction of its effect and by the number of its attempt; effects outside happen at least once."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, Q, QuerySet
from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed
from gaitway.actions.turns import turn
from gaitway.models import Hold, Job, Person
from gaitway.queries import rights

LEASE = timedelta(seconds=60)
ATTEMPTS = 6
SLOWEST = timedelta(hours=1)
INSIDE = frozenset(
    {Job.Kind.EVALUATE.value, Job.Kind.FORECAST.value, Job.Kind.SUMMARISE.value}
)  # what leads to nobody outside, and may go on while held


def ask(kind: Job.Kind, key: str, payload: dict[str, Any], *, at: datetime) -> None:
    """Asks for work. Where the same is already asked for, that job is told to run (again) with what is true then."""
    ask_all(kind, {key: payload}, at=at)


def due(*, at: datetime) -> frozenset[str]:
    """The kinds of work that wait for a worker. A glance: nothing is written, nobody is held up."""
    return frozenset(_free(at).order_by().values_list("kind", flat=True).distinct())


@transaction.atomic(savepoint=False)
def ask_all(kind: Job.Kind, asked: Mapping[str, dict[str, Any]], *, at: datetime) -> None:
    """The same for many at once: key to payload. More than one inside the caller's turn."""
    row = "(kind, key, payload, requests, due_at, attempt, claimed_by, fault, done, steps)"
    again = "on conflict (key) where dead_at is null and finished_at is null do update set requests = gaitway_job.requests + 1"
    due = connection.ops.adapt_datetimefield_value(at)
    # In one order, so that two who ask for the same don't wait for each other.
    rows = [(kind.value, key, json.dumps(asked[key]), due) for key in sorted(asked)]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into gaitway_job {row} values (%s, %s, %s, 1, %s, 0, '', '', 0, 0) {again}",  # noqa: S608  # no value in it
            rows,
        )


@transaction.atomic
def claim(worker: str, *, at: datetime, but: Collection[str] = ()) -> Job | None:
    """The oldest job that is due and free and not of the kinds `but`, leased to `worker`; None where there is none.
    Forecasts wait for everything else: nobody should wait for a verdict behind them. A job that ended its worker each
    time is laid aside."""
    free = _free(at).exclude(kind__in=but) if but else _free(at)
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True)
    while (job := _oldest(free)) is not None:
        mine = Job.objects.filter(pk=job.pk, attempt=job.attempt)
        if job.attempt < ATTEMPTS:
            taken = mine.update(claimed_by=worker, lease_until=at + LEASE, attempt=F("attempt") + 1)
            if not taken:
                return None
            job.refresh_from_db()
            return job
        said = f"Its worker ended in the middle of it, {job.attempt} times. {job.fault}".rstrip()
        mine.update(dead_at=at, lease_until=None, fault=said)
    return None


def _oldest(free: QuerySet[Job]) -> Job | None:
    """In two questions, each of which the index on `due_at` answers at once, however long the queue is."""
    rows = free.order_by("due_at", "pk")
    return rows.exclude(kind=Job.Kind.FORECAST).first() or rows.filter(kind=Job.Kind.FORECAST).first()


def _free(at: datetime) -> QuerySet[Job]:
    open_ = Job.objects.filter(finished_at=None, dead_at=None, due_at__lte=at)
    may_go = Q(kind__in=INSIDE) | ~Exists(Hold.objects.filter(released_at=None))
    return open_.filter(Q(lease_until=None) | Q(lease_until__lt=at), may_go)


def heartbeat(job: Job, *, at: datetime) -> None:
    """Keeps the lease. Raises Conflict where it was lost."""
    if not _mine(job).update(lease_until=at + LEASE):
        raise Conflict(f"The lease of {job} was lost.")


def progress(job: Job, done: int, steps: int, *, at: datetime) -> None:
    """Says how far it is, for who waits, and keeps the lease. Raises Conflict where it was lost."""
    if not _mine(job).update(done=done, steps=steps, lease_until=at + LEASE):
        raise Conflict(f"The lease of {job} was lost.")


def finish(job: Job, *, at: datetime, fault: str = "") -> None:
    """Inside the transaction of the effect: raises Conflict, and so undoes the effect, where the lease was lost.
    Work that was asked for again meanwhile is due again at once. `fault`: what doing it again would not mend."""
    if _mine(job).filter(requests=job.requests).update(finished_at=at, lease_until=None, fault=fault):
        return
    if not _mine(job).update(lease_until=None, due_at=at, attempt=0, requests=1, fault=fault):
        raise Conflict(f"The lease of {job} was lost.")


def fail(job: Job, fault: str, *, at: datetime, payload: dict[str, Any] | None = None) -> None:
    """Tries again later (full jitter, doubling), and after the last attempt lays the job aside for a person to see.
    `payload`: what is left to do."""
    if job.attempt >= ATTEMPTS:
        _mine(job).update(dead_at=at, lease_until=None, fault=fault)
        return
    ceiling = min(SLOWEST, timedelta(seconds=2**job.attempt))
    jitter = random.uniform(0, ceiling.total_seconds())  # noqa: S311  # spreads the load, guards nothing
    left = job.payload if payload is None else payload
    _mine(job).update(due_at=at + timedelta(seconds=jitter), lease_until=None, fault=fault, payload=left)


def later(job: Job, until: datetime, *, at: datetime) -> None:
    """What was due is done, and more is due at `until`; at once where it was asked for again meanwhile. Raises Conflict
    where the lease was lost."""
    if _mine(job).filter(requests=job.requests).update(lease_until=None, due_at=until, attempt=0, requests=1, fault=""):
        return
    if not _mine(job).update(lease_until=None, due_at=at, attempt=0, requests=1, fault=""):
        raise Conflict(f"The lease of {job} was lost.")


def release(job: Job, *, at: datetime) -> None:
    """Gives it back undone, to whoever comes next: this worker has to stop."""
    _mine(job).update(due_at=at, lease_until=None, attempt=F("attempt") - 1)


@turn()
def cancel(job: Job, *, by: Person, at: datetime) -> None:
    """A job that waits is ended, one that runs is asked to stop: its worker looks every second or so."""
    if not rights.may_pull(by):
        raise NotAllowed(_("Only administrators and strategists can stop a job."))
    open_ = Job.objects.filter(pk=job.pk, finished_at=None, dead_at=None)
    said = {"cancelled_at": at, "fault": f"Cancelled by {by}."}
    if not open_.filter(lease_until__gte=at).update(**said):
        open_.update(**said, finished_at=at, lease_until=None)


def is_cancelled(job: Job) -> bool:
    """Whether somebody asked it to stop since it was claimed."""
    return bool(_mine(job).exclude(cancelled_at=None).exists())


def stopped(job: Job, *, at: datetime) -> None:
    """It was cancelled, and it has ended. That is no failure."""
    _mine(job).update(finished_at=at, lease_until=None)


@turn()
def retry(job: Job, *, at: datetime) -> None:
    """Brings back a job that was laid aside. Where the same was asked for since, that one does the work of both."""
    dead = Job.objects.filter(pk=job.pk).exclude(dead_at=None)
    if Job.objects.filter(key=job.key, finished_at=None, dead_at=None).exists():
        dead.update(dead_at=None, finished_at=at)
    else:
        dead.update(dead_at=None, attempt=0, due_at=at)


def at_once(key: str, *, at: datetime) -> None:
    """What waits for its next attempt needn't wait any longer."""
    Job.objects.filter(key=key, finished_at=None, dead_at=None, lease_until=None, due_at__gt=at).update(due_at=at)


def _mine(job: Job) -> Any:
    # The number of the attempt begins anew when a job is asked for again, the name of the worker tells the rest.
    mine = {"pk": job.pk, "attempt": job.attempt, "claimed_by": job.claimed_by}
    return Job.objects.filter(**mine, finished_at=None, dead_at=None)
