from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.db.models import Count, Max, Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from gaitway.actions import sources
from gaitway.models import Pull as PullRow
from gaitway.models import Source as SourceRow
from gaitway.queries import kpis, rights
from gaitway.queries import sources as asked

from . import cursors
from .scopes import ACT
from .values import Out, viewer

router = Router()


class Source(Out):
    """Where KPI data comes from, by name alone: addresses stay in the house."""

    source_id: str
    strategy_id: str
    kpis: int
    failing: int
    pulled_at: datetime | None


class SourceState(Out):
    """How asking it goes. `state`: running, stopping, waiting (for its turn, or after a fault), laid_aside, failed, fine
    or never; `done` of `steps` KPIs while it runs. `fault` is told to those who may act."""

    source_id: str
    state: str
    done: int
    steps: int
    attempt: int
    last: datetime | None
    next: datetime | None
    rows: int
    seconds: float
    fault: str
    can_act: bool


class Pull(Out):
    pull_id: int = Field(validation_alias="pk")
    at: datetime
    seconds: float
    since: date | None
    rows: int
    new: int
    revised: int
    withdrawn: int
    fault: str


class Pulls(Out):
    items: list[Pull]
    next: str | None


@router.get("/sources", response=list[Source])
def listed(request: HttpRequest) -> list[dict[str, object]]:
    used = Q(kpis__retired_at=None)
    rows = SourceRow.objects.visible_to(viewer(request)).filter(retired_at=None).order_by("strategy__key", "key")
    counted = rows.annotate(
        used=Count("kpis", filter=used),
        failing=Count("kpis", filter=used & ~Q(kpis__pull_fault="")),
        pulled_at=Max("kpis__pulled_at", filter=used),
    )
    names = ("strategy__key", "key", "used", "failing", "pulled_at")
    return [
        {"source_id": f"{strategy}/{key}", "strategy_id": strategy, "kpis": count, "failing": failing, "pulled_at": at}
        for strategy, key, count, failing, at in counted.values_list(*names)
    ]


@router.get("/sources/{pair:source_id}", response=SourceState)
def one(request: HttpRequest, source_id: str) -> dict[str, object]:
    return _state(request, source_id)


@router.post("/sources/{pair:source_id}/pull", response={202: SourceState}, auth=ACT)
def pull(request: HttpRequest, source_id: str) -> Status[object]:
    """Asks for its KPIs now: also where it was laid aside, or waits for its next attempt. Refused while a pull runs."""
    person = viewer(request)
    sources.pull(asked.named(person, source_id), by=person, at=timezone.now())
    return Status(202, _state(request, source_id))


@router.post("/sources/{pair:source_id}/cancel", response={202: SourceState}, auth=ACT)
def cancel(request: HttpRequest, source_id: str) -> Status[object]:
    """Stops the pull that runs or waits; what was recorded stays. Nothing happens where none does."""
    person = viewer(request)
    sources.cancel(asked.named(person, source_id), by=person, at=timezone.now())
    return Status(202, _state(request, source_id))


@router.get("/kpis/{pair:kpi_id}/pulls", response=Pulls)
def pulls(
    request: HttpRequest, kpi_id: str, cursor: str = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> dict[str, object]:
    """How the KPI was asked for at its source, and what came; the newest first."""
    kpi = kpis.find(viewer(request), kpi_id)
    rows = PullRow.objects.filter(kpi=kpi).order_by("-at", "-pk")
    if after := cursors.read(cursor, datetime, int):
        at, pk = after
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    found = list(rows[: limit + 1])
    more = cursors.write(found[limit - 1].at, found[limit - 1].pk) if len(found) > limit else None
    return {"items": found[:limit], "next": more}


def _state(request: HttpRequest, source_id: str) -> dict[str, object]:
    person = viewer(request)
    row = asked.one(person, asked.named(person, source_id), timezone.now())
    names = ("state", "done", "steps", "attempt", "last", "next", "rows", "seconds", "fault")
    found = {name: getattr(row, name) for name in names}
    return {"source_id": source_id, "can_act": rights.may_pull(person), **found}
