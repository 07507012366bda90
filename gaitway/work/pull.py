"""From the sources to observations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gaitway import connectors
from gaitway.actions import Refused, pulls
from gaitway.actions.observations import Recorded
from gaitway.connectors import Connector, secrets
from gaitway.connectors.base import Failure, Limits, Place, Query, Rows
from gaitway.engine import readings
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Person, Source

from . import asking
from .asking import Span

Readings = Mapping[date, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Pulled:
    """How it went with one KPI: what was recorded, of all its areas together, or the fault, which names the KPI and the
    row. `again`: trying again may help."""

    kpi: Kpi
    seconds: float
    recorded: Recorded | None = None
    fault: str = ""
    again: bool = False


def pull(
    kpis: Sequence[Kpi],
    *,
    by: Person,
    clock: Callable[[], datetime],
    limits: Limits | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Iterator[Pulled]:
    """One result a KPI, as they come; a part comes with its whole. Each KPI is recorded whole or not at all; a broken
    one holds up no other. Who stops asking stops the source too. `since`, `until`: a range to fill."""
    for strategy, asked in _by_strategy(kpis).items():
        places, broken = _places(strategy)
        for connector, chosen in _by_connector(asked, places, broken).items():
            if isinstance(connector, str):
                for kpi in chosen:
                    yield _failed(kpi, Failure(kpi.key, connector, 0.0), by=by, at=clock())
                continue
            spans = {kpi.key: asking.span(kpi, clock(), since=since, until=until) for kpi in chosen}
            queries, unsaid = _queries(chosen, spans, connector.dialect, clock())
            by_key = {kpi.key: kpi for kpi in chosen}
            for failure in unsaid:
                yield _failed(by_key[failure.key], failure, by=by, at=clock())
            served = {key: place for key, place in places.items() if connector.serves(place)}
            asked_in = {query.key: query.sql for query in queries}
            for result in connector.run(served, queries, limits or Limits()):
                kpi, words = by_key[result.key], asked_in[result.key]
                yield _record(kpi, result, spans[result.key], words, by=by, at=clock())


def _by_strategy(kpis: Sequence[Kpi]) -> dict[int, list[Kpi]]:
    found: dict[int, list[Kpi]] = defaultdict(list)
    for kpi in kpis:
        if kpi.source_id and kpi.whole_id is None:
            found[kpi.strategy_id].append(kpi)
    return found


def _places(strategy: int) -> tuple[dict[str, Place], dict[str, str]]:
    """The places of a strategy's sources, and what is wrong with the others."""
    places, broken = {}, {}
    for source in Source.objects.filter(strategy=strategy, retired_at=None):
        try:
            place = Place(secrets.fill(source.location), source.options)
            connectors.find(place)
            places[source.key] = place
        except (secrets.SecretMissing, connectors.Unserved) as error:
            broken[source.key] = f'Source "{source.key}": {error}'
    return places, broken


def _by_connector(
    kpis: Sequence[Kpi], places: Mapping[str, Place], broken: Mapping[str, str]
) -> dict[Connector | str, list[Kpi]]:
    """The KPIs of each connector; those whose source can't be asked under the reason."""
    found: dict[Connector | str, list[Kpi]] = defaultdict(list)
    for kpi in kpis:
        key = kpi.source.key if kpi.source else ""
        if key in places:
            found[connectors.find(places[key])].append(kpi)
        else:
            found[broken.get(key, f'Source "{key}" is no longer declared.')].append(kpi)
    return found


def _queries(
    kpis: Sequence[Kpi], spans: Mapping[str, Span], dialect: str, at: datetime
) -> tuple[list[Query], list[Failure]]:
    queries, unsaid = [], []
    for kpi in kpis:
        try:
            queries.append(asking.query(kpi, spans[kpi.key], dialect, at))
        except ValueError as error:
            unsaid.append(Failure(kpi.key, f"{error}.", 0.0))
    return queries, unsaid


def _record(kpi: Kpi, result: Rows | Failure, span: Span, asked: str, *, by: Person, at: datetime) -> Pulled:
    since = span.since if asking.narrows(kpi) else None
    if isinstance(result, Failure):
        return _failed(kpi, result, since, asked, by=by, at=at)
    took: dict[str, Any] = {"rows": len(result.rows), "seconds": result.seconds, "since": since, "asked": asked}
    try:
        recorded = pulls.record_areas(_read(kpi, result, at), **took, by=by, at=at)
    except (readings.BadReading, Refused) as error:
        fault = f"{kpi.key}: {error}"
        pulls.failed(kpi, fault, **took, by=by, at=at)
        return Pulled(kpi, result.seconds, fault=fault)
    return Pulled(kpi, result.seconds, recorded)


def _read(kpi: Kpi, result: Rows, at: datetime) -> dict[Kpi, Readings]:
    """By KPI, the whole and its parts. Raises BadReading."""
    kind, cadence = Kind(kpi.kind), Cadence(kpi.cadence)
    today = at.astimezone(kpi.strategy.time_zone).date()
    if not kpi.split_by:
        return {kpi: readings.read(kind, cadence, result.columns, result.rows, today=today)}
    found = readings.read_areas(kind, cadence, result.columns, result.rows, today=today, split_by=kpi.split_by)
    parts = kpi.parts.filter(retired_at=None).select_related("area", "strategy", "source", "whole")
    return {kpi: found.get("", {}), **{p: found.get(p.area.name.lower(), {}) for p in parts if p.area}}


def _failed(
    kpi: Kpi, failure: Failure, since: date | None = None, asked: str = "", *, by: Person, at: datetime
) -> Pulled:
    hidden = secrets.secrets_in(kpi.source.location if kpi.source else "")
    fault = f"{kpi.key}: {secrets.redact(failure.message, hidden)}"
    pulls.failed(kpi, fault, seconds=failure.seconds, since=since, asked=asked, by=by, at=at)
    return Pulled(kpi, failure.seconds, fault=fault, again=failure.again)
