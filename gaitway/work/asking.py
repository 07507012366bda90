"""What a source is asked for one KPI: which periods, in which words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from gaitway.connectors.base import Query
from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.lib import measures
from gaitway.lib.measures import MeasureShape
from gaitway.models import Kpi, Observation

OLDEST = date(1900, 1, 1)
# A place to fill in, where it stands neither in a text nor in a comment.
_PLACES = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|(?<![:\w]):(since|until)\b", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first day of the first period to the day before `until`, the first day of a period. `since` is None
    where all that there is is asked for."""

    since: date | None
    until: date


def span(kpi: Kpi, at: datetime, *, since: date | None = None, until: date | None = None) -> Span:
    """`since`, `until`: asked for by a person, and then taken, as far as periods are complete. Else: what is new and
    the declared lookback; everything, where none is declared or nothing is known."""
    cadence = Cadence(kpi.cadence)
    today = at.astimezone(kpi.strategy.time_zone).date()
    end = periods.floor(min(until + timedelta(days=1), today) if until else today, cadence)
    if since is not None:
        return Span(periods.floor(since, cadence), end)
    first = periods.floor(kpi.since, cadence) if kpi.since else None
    if kpi.lookback is None:
        return Span(first, end)
    newest = Observation.objects.filter(Q(kpi=kpi) | Q(kpi__whole=kpi)).aggregate(newest=Max("period"))["newest"]
    if newest is None:
        return Span(first, end)
    again = periods.start(periods.index(newest, cadence) + 1 - kpi.lookback, cadence)
    return Span(max(again, first) if first else again, end)


def query(kpi: Kpi, asked: Span, dialect: str, at: datetime) -> Query:
    """In the source's words. Raises ValueError where a measure can't be said in them."""
    zone = str(kpi.strategy.time_zone)
    source = kpi.source.key if kpi.source else ""
    sql = filled(kpi.sql, asked)
    if kpi.measure is not None:
        sql = declared(kpi, asked, dialect, today=at.date())
    return Query(kpi.key, sql, source, asked.since, asked.until, kpi.cadence, zone)


def declared(kpi: Kpi, asked: Span, dialect: str, *, today: date) -> str:
    """The SQL that a measure becomes."""
    if dialect not in measures.DIALECTS:
        raise ValueError("a measure needs a source that takes SQL; write a query in the source's own language")
    cadence = Cadence(kpi.cadence)
    return measures.build(
        MeasureShape.model_validate(kpi.measure), dialect, kind=kpi.kind, unit=cadence.unit.value, shift=cadence.shift,
        zone=str(kpi.strategy.time_zone), today=today, source=kpi.source.key if kpi.source else "",
        split_by=kpi.split_by, since=asked.since, until=asked.until,
    )  # fmt: skip


def filled(sql: str, asked: Span) -> str:
    """`:since` and `:until` become dates, so that SQL of one's own reads only what is new."""
    days = {"since": asked.since or OLDEST, "until": asked.until}
    return _PLACES.sub(lambda m: f"DATE '{days[m[1]].isoformat()}'" if m[1] else m[0], sql)


def narrows(kpi: Kpi) -> bool:
    """Whether its query gives only the periods that are asked for, so that others may not be taken for withdrawn."""
    return kpi.measure is not None or any(m[1] == "since" for m in _PLACES.finditer(kpi.sql))
