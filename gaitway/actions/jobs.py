"""The lease table: the only queue. Its effects on the database happen exactly once, because a job is finished in the
transaction of its effect and by the number of its attempt; effects outside happen at least once."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Q, When

from gaitway.actions import Conflict
from gaitway.models import Job

LEASE = timedelta(seconds=60)
ATTEMPTS = 6
SLOWEST = timedelta(hours=1)


def ask(kind: Job.Kind, key: str, payload: dict[str, Any], *, at: datetime) -> None:
    """Asks for work. Where the same is already asked for, that job is told to run (again) with what is true then."""
    while True:
        open_ = {"key": key, "finished_at": None, "dead_at": None}
        _, made = Job.objects.get_or_create(**open_, defaults={"kind": kind, "payload": payload, "due_at": at})
        # Between the two statements a worker may finish the job: then a new one is asked for.
        if made or Job.objects.filter(**open_).update(requests=F("requests") + 1):
            return


def ask_all(kind: Job.Kind, asked: Mapping[str, dict[str, Any]], *, at: datetime) -> None:
    """The same for many at once: key to payload. Inside the caller's transaction."""
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
def claim(worker: str, *, at: datetime) -> Job | None:
    """The oldest job that is due and free, leased to `worker`; None where there is none. Forecasts wait for everything
    else: nobody should wait for a verdict behind them."""
    free = Job.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=at), finished_at=None, dead_at=None, due_at__lte=at
    )
    if connection.features.has_select_for_update_skip_locked:
        free = free.select_for_update(skip_locked=True)
    last = Case(When(kind=Job.Kind.FORECAST, then=1), default=0)
    job = free.order_by(last, "due_at", "pk").first()
    if job is None:
        return None
    taken = Job.objects.filter(pk=job.pk, attempt=job.attempt).update(
        claimed_by=worker, lease_until=at + LEASE, attempt=F("attempt") + 1
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def heartbeat(job: Job, *, at: datetime) -> None:
    """Keeps the lease. Raises Conflict where it was lost."""
    if not _mine(job).update(lease_until=at + LEASE):
        raise Conflict(f"The lease of {job} was lost.")


def finish(job: Job, *, at: datetime) -> None:
    """Inside the transaction of the effect: raises Conflict, and so undoes the effect, where the lease was lost.
    Work that was asked for again meanwhile is due again at once."""
    if _mine(job).filter(requests=job.requests).update(finished_at=at, lease_until=None, fault=""):
        return
    if not _mine(job).update(lease_until=None, due_at=at, attempt=0, requests=1, fault=""):
        raise Conflict(f"The lease of {job} was lost.")


def fail(job: Job, fault: str, *, at: datetime) -> None:
    """Tries again later (full jitter, doubling), and after the last attempt lays the job aside for a person to see."""
    if job.attempt >= ATTEMPTS:
        _mine(job).update(dead_at=at, lease_until=None, fault=fault)
        return
    ceiling = min(SLOWEST, timedelta(seconds=2**job.attempt))
    wait = random.uniform(0, ceiling.total_seconds())  # noqa: S311  # spreads the load, guards nothing
    _mine(job).update(due_at=at + timedelta(seconds=wait), lease_until=None, fault=fault)


@transaction.atomic
def retry(job: Job, *, at: datetime) -> None:
    """Brings back a job that was laid aside. Where the same was asked for since, that one does the work of both."""
    dead = Job.objects.filter(pk=job.pk).exclude(dead_at=None)
    if Job.objects.filter(key=job.key, finished_at=None, dead_at=None).exists():
        dead.update(dead_at=None, finished_at=at)
    else:
        dead.update(dead_at=None, attempt=0, due_at=at)


def _mine(job: Job) -> Any:
    # The number of the attempt begins anew when a job is asked for again, the name of the worker tells the rest.
    mine = {"pk": job.pk, "attempt": job.attempt, "claimed_by": job.claimed_by}
    return Job.objects.filter(**mine, finished_at=None, dead_at=None)
