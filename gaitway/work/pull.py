"""From the sources to observations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from gaitway.actions import Refused, observations
from gaitway.actions.observations import Recorded
from gaitway.connectors.base import Failure, Limits, Query, Rows
from gaitway.connectors.files import Files
from gaitway.engine import readings
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Person, Source


@dataclass(frozen=True, slots=True)
class Pulled:
    """How it went with one KPI: what was recorded, or the fault, which names the KPI and the row."""

    kpi: Kpi
    seconds: float
    recorded: Recorded | None = None
    fault: str = ""


def pull(
    kpis: Sequence[Kpi], *, by: Person, clock: Callable[[], datetime], today: date, limits: Limits | None = None
) -> Iterator[Pulled]:
    """One result a KPI, as they come. Each KPI is recorded whole or not at all; a broken one holds up no other."""
    ordered = sorted((kpi for kpi in kpis if kpi.source_id), key=lambda kpi: kpi.strategy_id)
    for strategy, group in groupby(ordered, key=lambda kpi: kpi.strategy_id):
        sources = {s.key: Path(s.location) for s in Source.objects.filter(strategy=strategy, retired_at=None)}
        by_key = {kpi.key: kpi for kpi in group}
        queries = [Query(kpi.key, kpi.sql) for kpi in by_key.values()]
        for result in Files().run(sources, queries, limits or Limits()):
            pulled = _record(by_key[result.key], result, by=by, at=clock(), today=today)
            observations.pulled(pulled.kpi, fault=pulled.fault, by=by, at=clock())
            yield pulled


def _record(kpi: Kpi, result: Rows | Failure, *, by: Person, at: datetime, today: date) -> Pulled:
    if isinstance(result, Failure):
        return Pulled(kpi, result.seconds, fault=f"{kpi.key}: {result.message}")
    try:
        table = readings.read(Kind(kpi.kind), Cadence(kpi.cadence), result.columns, result.rows, today=today)
        recorded = observations.record(kpi, table, by=by, at=at, whole=True)
    except (readings.BadReading, Refused) as error:
        return Pulled(kpi, result.seconds, fault=f"{kpi.key}: {error}")
    return Pulled(kpi, result.seconds, recorded)
