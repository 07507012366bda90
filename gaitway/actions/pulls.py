"""What came of asking a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from datetime import date, datetime, timedelta
from typing import Any

from gaitway.actions import observations
from gaitway.actions.observations import Recorded
from gaitway.actions.turns import turn
from gaitway.models import Kpi, Person, Pull

KEPT = timedelta(days=30)  # pulls that brought nothing; the others are the trace of their observations


@turn()
def record(
    kpi: Kpi,
    readings: Mapping[date, tuple[float, ...]],
    *,
    rows: int,
    seconds: float,
    since: date | None = None,
    asked: str = "",
    by: Person,
    at: datetime,
) -> Recorded:
    """Keeps what a source said, and that it said it. From `since` on (None: from the first reading) what it no longer
    says is withdrawn. Raises Refused, and then keeps nothing."""
    pull = _keep(Pull(kpi=kpi, source=kpi.source, at=at, seconds=seconds, since=since, rows=rows))
    recorded = observations.record(kpi, readings, by=by, at=at, whole=True, since=since, pull=pull)
    pull.new, pull.revised, pull.withdrawn = recorded.new, recorded.revised, recorded.withdrawn
    pull.save(update_fields=["new", "revised", "withdrawn"])
    Kpi.objects.filter(pk=kpi.pk).update(pulled_at=at, pull_fault="", asked=asked)
    return recorded


@turn()
def record_areas(
    readings: Mapping[Kpi, Mapping[date, tuple[float, ...]]],
    *,
    rows: int,
    seconds: float,
    since: date | None = None,
    asked: str = "",
    by: Person,
    at: datetime,
) -> Recorded:
    """A KPI and its areas, from one answer: all of them or none. Returns the sums."""
    how: dict[str, Any] = {"rows": rows, "seconds": seconds, "since": since, "asked": asked, "by": by, "at": at}
    each = [record(kpi, read, **how) for kpi, read in readings.items()]
    return Recorded(*(sum(counts) for counts in zip(*map(astuple, each), strict=True)))


@turn()
def failed(
    kpi: Kpi,
    fault: str,
    *,
    seconds: float,
    rows: int = 0,
    since: date | None = None,
    asked: str = "",
    by: Person,
    at: datetime,
) -> None:
    """Notes why nothing came."""
    _keep(Pull(kpi=kpi, source=kpi.source, at=at, seconds=seconds, since=since, rows=rows, fault=fault))
    Kpi.objects.filter(pk=kpi.pk).update(pulled_at=at, pull_fault=fault, asked=asked)


def _keep(pull: Pull) -> Pull:
    empty = Pull.objects.filter(kpi=pull.kpi, new=0, revised=0, withdrawn=0, at__lt=pull.at - KEPT)
    empty.delete()
    pull.save()
    return pull
