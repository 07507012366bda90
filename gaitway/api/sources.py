from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.db.models import Count, Max, Q
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from gaitway.models import Pull as PullRow
from gaitway.models import Source as SourceRow
from gaitway.queries import kpis

from . import cursors
from .values import Out, viewer

router = Router()


class Source(Out):
    """Where KPI data comes from, by name alone: addresses stay in the house."""

    source_id: str
    strategy_id: str
    kpis: int
    failing: int
    pulled_at: datetime | None


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
