"""Periods as whole numbers: every cadence counts its periods, so that arrays can be indexed by them.

A period is labelled by the date on which it starts. Where nothing else is said, weeks start on Monday (ISO 8601) and
quarters in January; a strategy's calendar may say otherwise."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


class Cadence(StrEnum):
    """How time is cut into periods: the unit, and where it begins if that isn't Monday or January."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    WEEK_TUESDAY = "week from tuesday"
    WEEK_WEDNESDAY = "week from wednesday"
    WEEK_THURSDAY = "week from thursday"
    WEEK_FRIDAY = "week from friday"
    WEEK_SATURDAY = "week from saturday"
    WEEK_SUNDAY = "week from sunday"
    QUARTER_FEBRUARY = "quarter from february"
    QUARTER_MARCH = "quarter from march"

    @classmethod
    def of(cls, unit: str, week_start: str = "monday", fiscal_start: str = "january") -> Cadence:
        """`unit` is day, week, month or quarter. A fiscal year that starts in July has the quarters of one that
        starts in January: only where quarters begin matters here."""
        if unit == cls.WEEK and week_start != "monday":
            return cls(f"week from {week_start}")
        shift = MONTHS.index(fiscal_start) % 3
        return cls(f"quarter from {MONTHS[shift]}") if unit == cls.QUARTER and shift else cls(unit)

    @property
    def unit(self) -> Cadence:
        """Day, week, month or quarter."""
        return _UNITS[self]

    @property
    def shift(self) -> int:
        """How many days after Monday, or months after January, it begins."""
        return _SHIFTS[self]

    @property
    def days(self) -> float:
        """The mean length in days (Gregorian calendar)."""
        return {"day": 1.0, "week": 7.0, "month": 30.436875, "quarter": 91.310625}[self.unit.value]

    @property
    def grace(self) -> int:
        """How many complete periods a reading may be behind before it is stale."""
        return {"day": 3, "week": 2, "month": 1, "quarter": 1}[self.unit.value]


_UNITS = {each: Cadence(each.value.partition(" ")[0]) for each in Cadence}
_BEGINS = {each: each.value.rpartition(" ")[2] for each in Cadence}
_SHIFTS = {
    each: WEEKDAYS.index(word) if word in WEEKDAYS else MONTHS.index(word) if word in MONTHS else 0
    for each, word in _BEGINS.items()
}


def index(day: date, cadence: Cadence) -> int:
    """The number of the period that holds `day`."""
    match cadence.unit:
        case Cadence.DAY:
            return day.toordinal()
        case Cadence.WEEK:
            return (day.toordinal() - 1 - cadence.shift) // 7
        case Cadence.MONTH:
            return day.year * 12 + day.month - 1
        case _:
            return (day.year * 12 + day.month - 1 - cadence.shift) // 3


def start(number: int, cadence: Cadence) -> date:
    """The first day of period `number`; ValueError outside the years 1 to 9999."""
    match cadence.unit:
        case Cadence.DAY:
            return date.fromordinal(number)
        case Cadence.WEEK:
            return date.fromordinal(number * 7 + 1 + cadence.shift)
        case Cadence.MONTH:
            return date(number // 12, number % 12 + 1, 1)
        case _:
            months = number * 3 + cadence.shift
            return date(months // 12, months % 12 + 1, 1)


def end(number: int, cadence: Cadence) -> date:
    """The last day of period `number`."""
    return start(number + 1, cadence) - timedelta(days=1)


def floor(day: date, cadence: Cadence) -> date:
    """The first day of the period that holds `day`."""
    return start(index(day, cadence), cadence)


def is_first(day: date, cadence: Cadence) -> bool:
    """Whether a period begins with `day`: quicker than `floor`."""
    match cadence.unit:
        case Cadence.DAY:
            return True
        case Cadence.WEEK:
            return (day.toordinal() - 1 - cadence.shift) % 7 == 0
        case Cadence.MONTH:
            return day.day == 1
        case _:
            return day.day == 1 and (day.month - 1 - cadence.shift) % 3 == 0


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment in UTC at which `day` begins in `zone`. Where clocks jump over midnight, the first moment that there is;
    where midnight comes twice, the first of them: so days follow each other without a gap and without an overlap."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def bounds(number: int, cadence: Cadence, zone: tzinfo) -> tuple[datetime, datetime]:
    """Period `number` as a half-open interval in UTC, from local midnight to local midnight."""
    return midnight(start(number, cadence), zone), midnight(start(number + 1, cadence), zone)


def last_complete(as_of: date, cadence: Cadence) -> int:
    """The newest period whose last day is not after `as_of`: a date means the end of that day."""
    return index(as_of + timedelta(days=1), cadence) - 1


def first_whole(day: date, cadence: Cadence) -> int:
    """The first period that starts on `day` or later: a stage is judged on periods that lie wholly in it."""
    return index(day - timedelta(days=1), cadence) + 1


def count_in(count: int, unit: str, cadence: Cadence) -> int:
    """`count` units (day, week, month, quarter or period) as the nearest whole number of periods, at least 1."""
    if unit in ("period", cadence.unit.value):
        return count
    if (unit, cadence) == ("quarter", Cadence.MONTH):
        return count * 3
    return max(1, round(count * Cadence(unit).days / cadence.days))
