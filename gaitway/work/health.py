"""What `gaitway doctor` says of an installation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from gaitway import connectors
from gaitway.connectors import secrets
from gaitway.connectors.base import Place
from gaitway.lib import addresses, sqlite
from gaitway.models import Job, Kpi, Source

LEAST_SPACE = 1_000_000_000  # bytes
WAITS_TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    fine: bool
    says: str


def checks(*, at: datetime) -> list[Check]:
    return [_database(), _space(), *_sources(), *_jobs(at), *_kpis()]


def _database() -> Check:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("show server_version")
            return Check("database", True, f"PostgreSQL {cursor.fetchone()[0]}")
    version = ".".join(map(str, sqlite.version()))
    if not sqlite.is_mended():
        fix = "can lose data when two processes write (the WAL-reset bug): use Linux on x86-64, or PostgreSQL"
        return Check("database", False, f"SQLite {version} {fix}")
    with connection.cursor() as cursor:
        cursor.execute("pragma journal_mode")
        mode = cursor.fetchone()[0]
    return Check("database", mode == "wal", f"SQLite {version}, journal {mode}")


def _space() -> Check:
    free = shutil.disk_usage(settings.HOME).free
    return Check("space", free >= LEAST_SPACE, f"{free / 1e9:.1f} GB free in {settings.HOME}")


def _sources() -> list[Check]:
    """Files are looked for; a server is asked only by name, for that may take its time."""
    found = []
    for source in Source.objects.filter(retired_at=None):
        name = f"source {source.key}"
        if addresses.is_address(source.location):
            found.append(Check(name, True, f"{source.location}; `gaitway doctor {source.key}` asks it"))
            continue
        there = Path(source.location).exists()
        found.append(Check(name, there, source.location if there else f"no file {source.location}"))
    return found


def of_source(key: str) -> Iterator[Check]:
    """What every source of this name says when it is asked."""
    for source in Source.objects.filter(key=key, retired_at=None):
        hidden = secrets.secrets_in(source.location)
        try:
            place = Place(secrets.fill(source.location), source.options)
            connector = connectors.find(place)
        except (secrets.SecretMissing, connectors.Unserved) as error:
            yield Check(source.key, False, str(error))
            continue
        for sign in connector.probe(source.key, place):
            yield Check(sign.name, sign.fine, secrets.redact(sign.says, hidden))


def _jobs(at: datetime) -> list[Check]:
    waiting = Job.objects.filter(finished_at=None, dead_at=None, due_at__lte=at)
    oldest = waiting.order_by("due_at").first()
    late = oldest is not None and at - oldest.due_at > WAITS_TOO_LONG
    words = (
        "nothing waits" if oldest is None else f"{waiting.count()} due, the oldest since {oldest.due_at:%Y-%m-%d %H:%M}"
    )
    found = [Check("jobs", not late, words + ("; is `gaitway work` running?" if late else ""))]
    dead = Job.objects.exclude(dead_at=None)
    found += [Check("job laid aside", False, f"{job.key}: {job.fault}") for job in dead[:20]]
    return found


def _kpis() -> list[Check]:
    broken = Kpi.objects.filter(retired_at=None).exclude(pull_fault="")
    return [Check(f"KPI {kpi.key}", False, kpi.pull_fault) for kpi in broken]
