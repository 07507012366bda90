from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q

from gaitway.engine import periods
from gaitway.engine.kpis import NUMBERS, Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Series
from gaitway.models import Kpi, Observation
from gaitway.models.among import among
from gaitway.models.observation import COLUMNS

Rows = dict[int, tuple[float, ...]]
Since = Mapping[Cadence, date]


def rows(kpis: Collection[Kpi], *, known_at: datetime | None = None, since: Since | None = None) -> dict[int, Rows]:
    """By KPI: period number to the numbers of its newest revision (recorded by `known_at`). Withdrawn periods are
    left out. One query."""
    found: dict[int, Rows] = defaultdict(dict)
    by_pk = {kpi.pk: (Kind(kpi.kind), Cadence(kpi.cadence)) for kpi in kpis}
    asked = Observation.objects.filter(kpi__in=list(by_pk))
    if known_at is not None:
        asked = asked.filter(recorded_at__lte=known_at)
    if since is not None:
        recent = Q()
        for cadence, day in since.items():
            recent |= Q(kpi__cadence=cadence, period__gte=day)
        asked = asked.filter(recent)
    for pk, period, *numbers in asked.order_by("kpi", "period", "revision").values_list("kpi_id", "period", *COLUMNS):
        kind, cadence = by_pk[pk]
        named = dict(zip(COLUMNS, numbers, strict=True))
        values = tuple(named[name] for name in NUMBERS[kind])
        number = periods.index(period, cadence)
        if values[0] is None:
            found[pk].pop(number, None)
        else:
            found[pk][number] = values
    return found


def reach(kpis: Collection[Kpi], *, known_at: datetime | None = None) -> dict[int, date]:
    """By source: the last day that any KPI of it is known to cover. A count without a row up to there is zero, while
    beyond it nobody knows. One query."""
    sources = {kpi.source_id for kpi in kpis if kpi.source_id and kpi.kind == Kind.COUNT}
    if not sources:
        return {}
    asked = Observation.objects.filter(kpi__source__in=sources)
    if known_at is not None:
        asked = asked.filter(recorded_at__lte=known_at)
    days: dict[int, date] = {}
    newest = asked.values_list("kpi__source", "kpi__cadence").annotate(newest=Max("period"))
    for source, cadence, period in newest.order_by():
        last = periods.end(periods.index(period, Cadence(cadence)), Cadence(cadence))
        days[source] = max(days.get(source, last), last)
    return days


def series(kpis: Collection[Kpi], *, known_at: datetime | None = None, since: Since | None = None) -> dict[int, Series]:
    """By KPI: its history as the engine takes it, whole or by cadence `since` a day. Two queries, however many KPIs."""
    found, covered = rows(kpis, known_at=known_at, since=since), reach(kpis, known_at=known_at)
    made = {}
    for kpi in kpis:
        day = covered.get(kpi.source_id or 0)
        last = periods.last_complete(day, Cadence(kpi.cadence)) if day else None
        made[kpi.pk] = Series.of(kpi.spec(), found.get(kpi.pk, {}), reach=last)
    return made


def recent(kpis: Collection[Kpi], count: int) -> dict[int, Series]:
    """By KPI: at least its last `count` periods that are known. Their time is counted back from what is known, never from
    today: what was written down of it stays true while the days pass. Three queries."""
    found = {kpi.pk: kpi for kpi in kpis}
    newest = Observation.objects.filter(kpi__in=among(found)).values_list("kpi").annotate(newest=Max("period"))
    since: dict[Cadence, date] = {}
    for pk, period in newest.order_by():
        cadence = Cadence(found[pk].cadence)
        first = period - timedelta(days=int(count * cadence.days) + 31)
        since[cadence] = min(since.get(cadence, first), first)
    return series(kpis, since=since) if since else {}


def page(
    kpi: Kpi,
    *,
    after: tuple[date, int] | None,
    limit: int,
    every: bool = False,
    since: date | None = None,
    until: date | None = None,
    known_at: datetime | None = None,
) -> list[Observation]:
    """At most `limit` revisions by period, behind `after` (a period and a revision): the newest of each period, withdrawn
    ones among them, or `every` one. One walk along the index, however many there are."""
    known = Observation.objects.filter(kpi=kpi)
    if known_at is not None:
        known = known.filter(recorded_at__lte=known_at)
    asked = known.select_related("by").order_by("period", "revision")
    if since is not None:
        asked = asked.filter(period__gte=since)
    if until is not None:
        asked = asked.filter(period__lte=until)
    if after is not None:
        day, revision = after
        asked = asked.filter(period__gte=day) if every else asked.filter(period__gt=day)
        asked = asked.filter(Q(period__gt=day) | Q(revision__gt=revision))
    if not every:
        later = known.filter(period=OuterRef("period"), revision__gt=OuterRef("revision"))
        asked = asked.filter(~Exists(later))
    return list(asked[:limit])
