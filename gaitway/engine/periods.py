"""Periods as whole numbers: every cadence counts its periods, so that arrays can be indexed by them.

A period is labelled by the date on which it starts; weeks start on Monday (ISO 8601)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class Cadence(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def days(self) -> float:
        """The mean length in days (Gregorian calendar)."""
        return {"day": 1.0, "week": 7.0, "month": 30.436875, "quarter": 91.310625}[self.value]

    @property
    def grace(self) -> int:
        """How many complete periods a reading may be behind before it is stale."""
        return {"day": 3, "week": 2, "month": 1, "quarter": 1}[self.value]


def index(day: date, cadence: Cadence) -> int:
    """The number of the period that holds `day`."""
    match cadence:
        case Cadence.DAY:
            return day.toordinal()
        case Cadence.WEEK:
            return (day.toordinal() - 1) // 7
        case Cadence.MONTH:
            return day.year * 12 + day.month - 1
        case Cadence.QUARTER:
            return day.year * 4 + (day.month - 1) // 3


def start(number: int, cadence: Cadence) -> date:
    """The first day of period `number`; ValueError outside the years 1 to 9999."""
    match cadence:
        case Cadence.DAY:
            return date.fromordinal(number)
        case Cadence.WEEK:
            return date.fromordinal(number * 7 + 1)
        case Cadence.MONTH:
            return date(number // 12, number % 12 + 1, 1)
        case Cadence.QUARTER:
            return date(number // 4, number % 4 * 3 + 1, 1)


def end(number: int, cadence: Cadence) -> date:
    """The last day of period `number`."""
    return start(number + 1, cadence) - timedelta(days=1)


def last_complete(as_of: date, cadence: Cadence) -> int:
    """The newest period whose last day is not after `as_of`: a date means the end of that day."""
    return index(as_of + timedelta(days=1), cadence) - 1


def first_whole(day: date, cadence: Cadence) -> int:
    """The first period that starts on `day` or later: a stage is judged on periods that lie wholly in it."""
    return index(day - timedelta(days=1), cadence) + 1


def count_in(count: int, unit: str, cadence: Cadence) -> int:
    """`count` units (day, week, month, quarter or period) as the nearest whole number of periods, at least 1."""
    if unit in ("period", cadence.value):
        return count
    if (unit, cadence) == ("quarter", Cadence.MONTH):
        return count * 3
    return max(1, round(count * Cadence(unit).days / cadence.days))
