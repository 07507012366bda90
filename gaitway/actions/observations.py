from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gaitway.actions import Refused, events, gates, jobs
from gaitway.engine import kpis as engine
from gaitway.engine import periods
from gaitway.engine.kpis import NUMBERS, Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Event, Job, Kpi, Observation, Person, Pull, Upload


@dataclass(frozen=True, slots=True)
class Recorded:
    new: int
    revised: int
    unchanged: int
    withdrawn: int


@transaction.atomic
def record(
    kpi: Kpi,
    readings: Mapping[date, tuple[float, ...]],
    *,
    by: Person,
    at: datetime,
    whole: bool = False,
    since: date | None = None,
    gone: Collection[date] = (),
    pull: Pull | None = None,
    upload: Upload | None = None,
) -> Recorded:
    """Appends what is new and what was revised, and marks the gates that read the KPI due.

    `readings` maps the first day of a period to the numbers of the KPI's kind. With `whole`, they are the history as
    it is now: a period between the first (or `since`, where that was asked for) and the last of them that has no row
    any more is withdrawn; so are the periods in `gone` (without `whole`). `pull`, `upload`: what brought them.
    All or nothing; recording the same twice changes nothing. Raises Refused, naming the period."""
    Kpi.objects.select_for_update().get(pk=kpi.pk)
    kind, cadence = Kind(kpi.kind), Cadence(kpi.cadence)
    for day, numbers in readings.items():
        if why := engine.fault(kind, numbers):
            raise Refused(f"{kpi.key}, period {day}: {why}.")
        if periods.start(periods.index(day, cadence), cadence) != day:
            raise Refused(f"{kpi.key}, period {day}: not the first day of a {cadence}.")
    known = _newest(kpi, [*readings, *gone, since] if since and readings else [*readings, *gone])
    trace: dict[str, Any] = {"recorded_at": at, "by": by, "pull": pull, "upload": upload}
    rows, counts = [], {"new": 0, "revised": 0, "unchanged": 0, "withdrawn": 0}
    for day, numbers in sorted(readings.items()):
        revision, before = known.get(day, (0, None))
        if before is not None and _same(before, numbers):
            counts["unchanged"] += 1
            continue
        counts["revised" if revision else "new"] += 1
        values = dict(zip(NUMBERS[kind], numbers, strict=True))
        rows.append(Observation(kpi=kpi, period=day, revision=revision + 1, **trace, **values))
    for day, (revision, before) in known.items():
        if before is not None and day not in readings and (day in gone or (whole and readings)):
            counts["withdrawn"] += 1
            rows.append(Observation(kpi=kpi, period=day, revision=revision + 1, **trace))
    Observation.objects.bulk_create(rows, batch_size=1000)
    if rows:
        first = min(row.period for row in rows)
        gates.mark_due([kpi.pk], earliest=periods.end(periods.index(first, cadence), cadence), at=at)
        jobs.ask(Job.Kind.FORECAST, f"forecast:kpi:{kpi.pk}", {"kpi": kpi.pk}, at=at)
    if counts["revised"] or counts["withdrawn"]:
        data = {"kpi": kpi.key, "name": kpi.name, "revised": counts["revised"], "withdrawn": counts["withdrawn"]}
        events.record(Event.Kind.REVISED, by=by, at=at, strategy=kpi.strategy, data=data)
    return Recorded(**counts)


def _same(before: tuple[float, ...], numbers: tuple[float, ...]) -> bool:
    """A sum that a source adds up in another order is no revision."""
    return all(math.isclose(old, new, rel_tol=1e-12) for old, new in zip(before, numbers, strict=True))


def _newest(kpi: Kpi, days: Sequence[date]) -> dict[date, tuple[int, tuple[float, ...] | None]]:
    """By period, within the span of these days: the newest revision and its numbers (None: withdrawn)."""
    if not days:
        return {}
    span = Observation.objects.filter(kpi=kpi, period__range=(min(days), max(days)))
    names = NUMBERS[Kind(kpi.kind)]
    found: dict[date, tuple[int, tuple[float, ...] | None]] = {}
    for day, revision, *numbers in span.order_by("period", "revision").values_list("period", "revision", *names):
        found[day] = (revision, None if numbers[0] is None else tuple(numbers))
    return found
