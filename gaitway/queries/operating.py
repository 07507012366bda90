"""How the installation itself goes: for who operates it, so that no viewer is asked for and nothing is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Max, Min, Q

from gaitway.models import Evaluation, Hold, Job, Kpi, Observation, Pull, Worker

SILENT = timedelta(seconds=60)  # after which a worker counts as gone


@dataclass(frozen=True, slots=True)
class Numbers:
    """`jobs`: how many in each state. `oldest`: how long the oldest of those that are due has waited. `silence`: since the
    last sign of life of any worker; None where there was none. `size`: bytes of the database."""

    jobs: Mapping[str, int]
    oldest: timedelta
    workers: int
    silence: timedelta | None
    observations: int
    judged: int
    failed: int
    broken: int
    held: bool
    size: int


def silence(at: datetime) -> timedelta | None:
    newest: datetime | None = Worker.objects.aggregate(newest=Max("beaten_at"))["newest"]
    return None if newest is None else max(at - newest, timedelta(0))


def is_current() -> bool:
    """Whether the tables are those of this version: neither older nor newer."""
    applied = MigrationRecorder(connection).applied_migrations()
    return _known() == {name for app, name in applied if app == "gaitway"}


@cache
def _known() -> frozenset[str]:
    return frozenset(name for app, name in MigrationLoader(None).disk_migrations or () if app == "gaitway")


def numbers(at: datetime) -> Numbers:
    open_ = Q(finished_at=None, dead_at=None)
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    counted = Job.objects.filter(open_).aggregate(
        waiting=Count("pk", filter=free & Q(due_at__gt=at)),
        due=Count("pk", filter=free & Q(due_at__lte=at)),
        running=Count("pk", filter=Q(lease_until__gte=at)),
        oldest=Min("due_at", filter=free & Q(due_at__lte=at)),
    )
    oldest: datetime | None = counted.pop("oldest")
    counted["laid_aside"] = Job.objects.exclude(dead_at=None).count()
    return Numbers(
        jobs=counted,
        oldest=at - oldest if oldest else timedelta(0),
        workers=Worker.objects.filter(beaten_at__gte=at - SILENT).count(),
        silence=silence(at),
        observations=Observation.objects.aggregate(newest=Max("pk"))["newest"] or 0,
        judged=Evaluation.objects.aggregate(newest=Max("pk"))["newest"] or 0,
        failed=Pull.objects.exclude(fault="").count(),
        broken=Kpi.objects.filter(retired_at=None).exclude(pull_fault="").count(),
        held=Hold.objects.filter(released_at=None).exists(),
        size=_size(),
    )


def _size() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("select pg_database_size(current_database())")
        else:
            cursor.execute("select page_count * page_size from pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])
