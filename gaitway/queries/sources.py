"""Where the numbers come from, and how asking for them goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from gaitway.models import Job, Kpi, Person, Pull, Source
from gaitway.queries import rights
from gaitway.queries.values import KpiRef


@dataclass(frozen=True, slots=True)
class KpiLine:
    """A KPI of a source, and what its last pull brought."""

    ref: KpiRef
    at: datetime | None
    rows: int
    new: int
    revised: int
    withdrawn: int
    seconds: float
    fault: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`state`: running, stopping, waiting (soon, or after a fault), laid_aside, failed, fine or never. `kind`: what its
    address begins with. `location` only for those who may act: it names hosts and folders."""

    pk: int
    key: str
    kind: str
    location: str
    state: str
    kpis: list[KpiLine]
    done: int
    steps: int
    last: datetime | None
    rows: int
    seconds: float
    next: datetime | None
    fault: str
    attempt: int

    @property
    def broken(self) -> int:
        return sum(bool(line.fault) for line in self.kpis)


@dataclass(frozen=True, slots=True)
class SourcesPage:
    rows: list[SourceRow]
    can_act: bool

    def count(self, *states: str) -> int:
        return sum(row.state in states for row in self.rows)


def find(viewer: Person, pk: int) -> Source:
    """Raises Source.DoesNotExist."""
    return Source.objects.visible_to(viewer).filter(retired_at=None).get(pk=pk)


def named(viewer: Person, key: str) -> Source:
    """By `strategy/source`. Raises Source.DoesNotExist."""
    strategy, _, name = key.partition("/")
    return Source.objects.visible_to(viewer).filter(retired_at=None).get(strategy__key=strategy, key=name)


def page(viewer: Person, at: datetime) -> SourcesPage:
    """Those that need somebody first."""
    sources = list(Source.objects.visible_to(viewer).filter(retired_at=None))
    order = ["running", "stopping", "laid_aside", "failed", "waiting", "never", "fine"]
    rows = sorted(_rows(viewer, sources, at), key=lambda row: (order.index(row.state), row.key))
    return SourcesPage(rows, rights.may_pull(viewer))


def one(viewer: Person, source: Source, at: datetime) -> SourceRow:
    """How it stands with a source that `find` or `named` found."""
    [row] = _rows(viewer, [source], at)
    return row


def _rows(viewer: Person, sources: Sequence[Source], at: datetime) -> list[SourceRow]:
    newest = Pull.objects.filter(kpi=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    kpis = Kpi.objects.visible_to(viewer).filter(source__in=sources, retired_at=None).select_related("strategy")
    by_source: dict[int | None, list[Kpi]] = defaultdict(list)
    for kpi in kpis.annotate(newest=Subquery(newest)):
        by_source[kpi.source_id].append(kpi)
    pulls = Pull.objects.in_bulk([kpi.newest for group in by_source.values() for kpi in group if kpi.newest])  # type: ignore[attr-defined]  # annotated
    jobs = _newest_jobs(sources)
    can_act = rights.may_pull(viewer)
    return [
        _row(source, by_source[source.pk], pulls, jobs.get(f"pull:{source.pk}"), at, can_act=can_act)
        for source in sources
    ]


def _newest_jobs(sources: Iterable[Source]) -> dict[str, Job]:
    keys = [f"pull:{source.pk}" for source in sources]
    return {job.key: job for job in Job.objects.filter(key__in=keys).order_by("pk")}


def _row(
    source: Source, kpis: list[Kpi], pulls: dict[int, Pull], job: Job | None, at: datetime, *, can_act: bool
) -> SourceRow:
    lines = [_line(kpi, pulls.get(kpi.newest)) for kpi in kpis]  # type: ignore[attr-defined]  # annotated
    pulled = [line for line in lines if line.at]
    last = max((line.at for line in pulled if line.at), default=None)
    state = _state(job, lines, at)
    scheme, address, _ = source.location.partition("://")
    kind = scheme if address else source.location.rpartition(".")[2][:8]
    return SourceRow(
        source.pk, source.key, kind, source.location if can_act else "", state, lines,
        job.done if job and state in ("running", "stopping") else 0, job.steps if job else 0,
        last, sum(line.rows for line in pulled), sum(line.seconds for line in pulled),
        _next(job, state, last, at) if kpis else None, job.fault if job and can_act and state != "fine" else "",
        job.attempt if job else 0,
    )  # fmt: skip


def _line(kpi: Kpi, pull: Pull | None) -> KpiLine:
    ref = KpiRef.of(kpi)
    if pull is None:
        return KpiLine(ref, kpi.pulled_at, 0, 0, 0, 0, 0.0, kpi.pull_fault)
    return KpiLine(ref, pull.at, pull.rows, pull.new, pull.revised, pull.withdrawn, pull.seconds, kpi.pull_fault)


def _state(job: Job | None, lines: list[KpiLine], at: datetime) -> str:
    if job is not None and job.finished_at is None:
        if job.dead_at is not None:
            return "laid_aside"
        if job.lease_until is not None and job.lease_until >= at:
            return "stopping" if job.cancelled_at else "running"
        return "waiting"
    if any(line.fault for line in lines):
        return "failed"
    return "fine" if any(line.at for line in lines) else "never"


def _next(job: Job | None, state: str, last: datetime | None, at: datetime) -> datetime | None:
    """When it is asked for the next time by itself: what waits at its time, else tomorrow."""
    if state in ("running", "stopping"):
        return None
    if state == "waiting" and job is not None:
        return job.due_at
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    asked_today = (last is not None and last >= today) or (
        job is not None and ((job.dead_at or today) > today or (job.cancelled_at or today) > today)
    )
    return today + timedelta(days=1) if asked_today else at
