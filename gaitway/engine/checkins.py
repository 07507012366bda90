"""When the people of an initiative say how it goes, and how that stands beside the evidence. Values in, values out."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Every(StrEnum):
    """How often somebody says how it goes."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    NEVER = "never"


_DAYS = {Every.WEEK: 7, Every.FORTNIGHT: 14}
_MONTH = 30  # days, where half of one is asked for


@dataclass(frozen=True, slots=True)
class Due:
    """`on`: the first day for which nobody has checked in; `missed`: how many such days there are by today."""

    on: date
    missed: int

    def overdue(self, today: date) -> bool:
        return today > self.on


def due(every: Every, since: date, last: date | None, today: date) -> Due | None:
    """The days on which one checks in are counted from `since`, when the stage began, so that the weekday stays.

    `last` is the day of the newest check-in. It counts for every such day before it, and for the next one where that is
    less than half a turn away: who is a little early need not come back. None where nobody is asked."""
    if every is Every.NEVER:
        return None
    counted = last if last is not None and last >= since else None
    first = 1 if counted is None else _open(every, since, counted)
    on = _day(every, since, first)
    reached = first
    while _day(every, since, reached) <= today:
        reached += 1
    return Due(on, reached - first)


def _open(every: Every, since: date, last: date) -> int:
    """The number of the first day that a check-in on `last` doesn't count for."""
    length = _DAYS.get(every, _MONTH)
    number = max(1, (last - since).days // (length + 1))  # never too far; what is left are few steps
    while 2 * (_day(every, since, number) - last).days < length:
        number += 1
    return number


def _day(every: Every, since: date, number: int) -> date:
    if every in _DAYS:
        return since + timedelta(days=number * _DAYS[every])
    months = since.year * 12 + since.month - 1 + number
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(since.day, calendar.monthrange(year, month)[1]))


class Agreement(StrEnum):
    """How what a person says stands beside the evidence; unknown where nobody said anything, or there is no evidence."""

    AGREES = "agrees"
    BETTER = "owner better than evidence"
    WORSE = "owner worse than evidence"
    UNKNOWN = "unknown"


_RANK: Mapping[str, int] = {"on track": 2, "at risk": 1, "off track": 0}


def compare(evidence: str, outlook: str) -> Agreement:
    """Both are on track, at risk or off track; anything else can't be compared."""
    if evidence not in _RANK or outlook not in _RANK:
        return Agreement.UNKNOWN
    said, shown = _RANK[outlook], _RANK[evidence]
    return Agreement.AGREES if said == shown else Agreement.BETTER if said > shown else Agreement.WORSE
