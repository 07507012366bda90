from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gaitway.actions import Conflict, Refused, events, gates, jobs
from gaitway.actions.turns import turn
from gaitway.engine import kpis as engine
from gaitway.engine import periods
from gaitway.engine.kpis import NUMBERS, Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Event, Job, Kpi, Observation, Person, Pull, Upload
from gaitway.models.among import among
from gaitway.models.observation import COLUMNS
from gaitway.queries.recording import Recordable
from gaitway.queries.words import faults

from . import rows as table

ROUND = timedelta(minutes=10)  # until the forecasts of many KPIs are looked at together
Numbers = tuple[float, ...]
Readings = Mapping[Recordable, Mapping[date, Numbers]]
Known = Mapping[date, tuple[int, Numbers | None]]  # by period: the newest revision and its numbers (None: withdrawn)
_AT = {kind: [COLUMNS.index(name) for name in names] for kind, names in NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Recorded:
    new: int
    revised: int
    unchanged: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class _Counts:
    revised: int
    unchanged: int


_NOTHING = _Counts(0, 0)


@turn()
def record(
    kpi: Kpi,
    readings: Mapping[date, Numbers],
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
    into = Recordable.of(kpi)
    for day, numbers in readings.items():
        if why := engine.fault(into.kind, numbers):
            raise Refused(_("%(key)s, period %(day)s: %(why)s.") % {"key": kpi.key, "day": day, "why": faults.say(why)})
        if periods.floor(day, into.cadence) != day:
            raise Refused(_("%(key)s, period %(day)s: not the first day of a period.") % {"key": kpi.key, "day": day})
    _lock([into])
    known = _span(into, [*readings, *gone, since] if since and readings else [*readings, *gone])
    absent = known if whole and readings else gone
    return _append({into: readings}, {into.pk: known}, by=by, at=at, absent=absent, pull=pull, upload=upload)


@turn()
def record_all(into: Readings, *, by: Person, at: datetime) -> Recorded:
    """The same for many KPIs at once: those that queries.recording found for `by`, with what engine.batches read for
    them. All or nothing."""
    _lock(list(into))
    known: dict[int, dict[date, tuple[int, Numbers | None]]] = defaultdict(dict)
    kinds = {each.pk: _AT[each.kind] for each in into}
    for pk, day, revision, *numbers in table.newest([(each.pk, day) for each, days in into.items() for day in days]):
        at_ = kinds[pk]
        known[pk][day] = (revision, None if numbers[at_[0]] is None else tuple([numbers[i] for i in at_]))
    return _append(into, known, by=by, at=at)


def _append(
    into: Readings,
    known: Mapping[int, Known],
    *,
    by: Person,
    at: datetime,
    absent: Collection[date] = (),
    pull: Pull | None = None,
    upload: Upload | None = None,
) -> Recorded:
    """Writes what differs from what is `known`, and what follows from it, once for all of them. `absent`: the periods that
    are withdrawn, where they have no reading."""
    new = revised = unchanged = withdrawn = 0
    rows: dict[tuple[str, ...], list[table.Row]] = defaultdict(list)
    told: list[tuple[int, dict[str, Any]]] = []
    touched: list[int] = []
    first: dict[Cadence, date] = {}
    for each, readings in into.items():
        here = known.get(each.pk)
        changed: list[table.Row]
        if here or absent:
            changed, gone, counts = _changed(each, readings, here or {}, absent)
        else:
            pk = each.pk
            changed, gone, counts = [(pk, day, 1, numbers) for day, numbers in readings.items()], [], _NOTHING
        new += len(changed) - counts.revised
        revised, unchanged, withdrawn = revised + counts.revised, unchanged + counts.unchanged, withdrawn + len(gone)
        if not changed and not gone:
            continue
        rows[NUMBERS[each.kind]] += changed
        rows[()] += gone
        touched.append(each.pk)
        day = min([row[1] for row in (*changed, *gone)])
        if day < first.get(each.cadence, date.max):
            first[each.cadence] = day
        if counts.revised or gone:
            told.append((each.strategy, {"kpi": each.key, "name": each.name,
                                         "revised": counts.revised, "withdrawn": len(gone)}))  # fmt: skip
    if touched:
        table.insert(rows, by=by.pk, at=at, pull=pull.pk if pull else None, upload=upload.pk if upload else None)
        earliest = min(periods.end(periods.index(day, cadence), cadence) for cadence, day in first.items())
        gates.mark_due(touched, earliest=earliest, at=at)
        if len(touched) == 1:
            jobs.ask_all(Job.Kind.FORECAST, {f"forecast:kpi:{touched[0]}": {"kpi": touched[0]}}, at=at)
        else:  # a thousand jobs cost more than a thousand rows
            jobs.ask_all(Job.Kind.FORECAST, {"forecast:kpis": {"kpis": "due"}}, at=at + ROUND)
    if told:
        events.record_all(Event.Kind.REVISED, told, by=by, at=at)
    return Recorded(new, revised, unchanged, withdrawn)


def _changed(
    each: Recordable, readings: Mapping[date, Numbers], known: Known, absent: Collection[date]
) -> tuple[list[table.Row], list[table.Row], _Counts]:
    """The rows that are new or revised, those that withdraw a period, and how many of the former were what."""
    changed: list[table.Row] = []
    revised = unchanged = 0
    for day, numbers in readings.items():
        revision, before = known.get(day, (0, None))
        if before is not None and _same(before, numbers):
            unchanged += 1
            continue
        revised += revision > 0
        changed.append((each.pk, day, revision + 1, numbers))
    gone: list[table.Row] = []
    for day in absent:
        revision, before = known.get(day, (0, None))
        if before is not None and day not in readings:
            gone.append((each.pk, day, revision + 1, ()))
    return changed, gone, _Counts(revised, unchanged)


def _same(before: Numbers, numbers: Numbers) -> bool:
    """A sum that a source adds up in another order is no revision."""
    return all(math.isclose(old, new, rel_tol=1e-12) for old, new in zip(before, numbers, strict=True))


def _lock(into: Sequence[Recordable]) -> None:
    """Who records into the same KPI waits; always in the same order, so that nobody waits for ever."""
    if table.lock([each.pk for each in into]) == Counter([each.kind for each in into]):
        return
    kinds = dict(Kpi.objects.filter(pk__in=among(each.pk for each in into)).values_list("pk", "kind"))
    for each in into:
        if kinds.get(each.pk) != each.kind:
            raise Conflict(_("%(key)s was defined anew meanwhile. Look again, then record.") % {"key": each.key})


def _span(each: Recordable, days: Sequence[date]) -> Known:
    """All that is known between the first and the last of these days."""
    if not days:
        return {}
    names = NUMBERS[Kind(each.kind)]
    span = Observation.objects.filter(kpi=each.pk, period__range=(min(days), max(days)))
    found: dict[date, tuple[int, Numbers | None]] = {}
    for day, revision, *numbers in span.order_by("period", "revision").values_list("period", "revision", *names):
        found[day] = (revision, None if numbers[0] is None else tuple(numbers))
    return found
