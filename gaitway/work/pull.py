"""From the sources to observations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gaitway import connectors
from gaitway.actions import Refused, pulls
from gaitway.actions.observations import Recorded
from gaitway.connectors import Connector, secrets
from gaitway.connectors.base import Failure, Limits, Place, Query, Rows
from gaitway.engine import readings
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Person, Source


@dataclass(frozen=True, slots=True)
class Pulled:
    """How it went with one KPI: what was recorded, or the fault, which names the KPI and the row. `again`: trying again
    may help."""

    kpi: Kpi
    seconds: float
    recorded: Recorded | None = None
    fault: str = ""
    again: bool = False


def pull(
    kpis: Sequence[Kpi], *, by: Person, clock: Callable[[], datetime], today: date, limits: Limits | None = None
) -> Iterator[Pulled]:
    """One result a KPI, as they come. Each KPI is recorded whole or not at all; a broken one holds up no other. Who
    stops asking stops the source too."""
    for strategy, asked in _by_strategy(kpis).items():
        places, broken = _places(strategy)
        for connector, chosen in _by_connector(asked, places, broken).items():
            if isinstance(connector, str):
                results: Iterator[Rows | Failure] = iter([Failure(kpi.key, connector, 0.0) for kpi in chosen])
            else:
                served = {key: place for key, place in places.items() if connector.serves(place)}
                results = connector.run(served, [_query(kpi) for kpi in chosen], limits or Limits())
            by_key = {kpi.key: kpi for kpi in chosen}
            for result in results:
                kpi = by_key[result.key]
                hidden = secrets.secrets_in(kpi.source.location if kpi.source else "")
                yield _record(kpi, result, hidden, by=by, at=clock(), today=today)


def _by_strategy(kpis: Sequence[Kpi]) -> dict[int, list[Kpi]]:
    found: dict[int, list[Kpi]] = defaultdict(list)
    for kpi in kpis:
        if kpi.source_id:
            found[kpi.strategy_id].append(kpi)
    return found


def _places(strategy: int) -> tuple[dict[str, Place], dict[str, str]]:
    """The places of a strategy's sources, and what is wrong with the others."""
    places, broken = {}, {}
    for source in Source.objects.filter(strategy=strategy, retired_at=None):
        try:
            places[source.key] = Place(secrets.fill(source.location), source.options)
            connectors.find(places[source.key])
        except (secrets.SecretMissing, connectors.Unserved) as error:
            broken[source.key] = f'Source "{source.key}": {error}'
            places.pop(source.key, None)
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


def _query(kpi: Kpi) -> Query:
    return Query(kpi.key, kpi.sql, kpi.source.key if kpi.source else "")


def _record(kpi: Kpi, result: Rows | Failure, hidden: list[str], *, by: Person, at: datetime, today: date) -> Pulled:
    if isinstance(result, Failure):
        fault = f"{kpi.key}: {secrets.redact(result.message, hidden)}"
        pulls.failed(kpi, fault, seconds=result.seconds, by=by, at=at)
        return Pulled(kpi, result.seconds, fault=fault, again=result.again)
    try:
        table = readings.read(Kind(kpi.kind), Cadence(kpi.cadence), result.columns, result.rows, today=today)
        recorded = pulls.record(kpi, table, rows=len(result.rows), seconds=result.seconds, by=by, at=at)
    except (readings.BadReading, Refused) as error:
        fault = f"{kpi.key}: {error}"
        pulls.failed(kpi, fault, seconds=result.seconds, rows=len(result.rows), by=by, at=at)
        return Pulled(kpi, result.seconds, fault=fault)
    return Pulled(kpi, result.seconds, recorded)
