"""Scales: from values to places on the drawing, with round ticks for numbers and for dates."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

DateForm = Literal["day", "month", "year"]

# A tick every so many months; the first that leaves few enough ticks is taken.
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_DAYS = (1, 2, 7, 14)


@dataclass(frozen=True, slots=True)
class Linear:
    """Straight line from values `low`..`high` to places `start`..`end`; call it with a value."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def place(number: float) -> str:
    """A coordinate, to a tenth of a pixel and no longer than it has to be."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path(points: Iterable[tuple[float, ...]]) -> str:
    """The `d` of a line through (x, y) places."""
    return "M" + "L".join(f"{place(x)} {place(y)}" for x, y, *_ in points)


def extent(values: Iterable[float], pad: float = 0.0) -> tuple[float, float]:
    """Lowest and highest of the finite values, never equal, with `pad` of the range added on both sides.

    Nothing is added below zero to values that are all positive or zero. Without values: 0 to 1.
    """
    seen = list(values)
    if not seen:
        return 0.0, 1.0
    low, high = min(seen), max(seen)
    size = max(abs(low), abs(high))
    # Below a billionth of the value there is no picture of the difference, and no ticks in a float.
    if high - low <= size * 1e-9 or size < 1e-100:
        room = size * 0.1 if size > 1e-100 else 1.0
        return (max(low - room, 0.0) if low >= 0 else low - room), high + room
    room = (high - low) * pad
    return (max(low - room, 0.0) if low >= 0 else low - room), high + room


def nice(low: float, high: float, count: int = 4) -> list[float]:
    """Round ticks from at or below `low` to at or above `high`: steps of 1, 2, 2.5 or 5 times a power of ten,
    about `count` of them between the ends."""
    rough = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def dates(first: date, last: date, count: int = 7) -> list[tuple[date, DateForm]]:
    """At most about `count` round days from `first` to `last`, each with the form it is best written in:
    days under ten weeks, else month starts, where January is written as its year."""
    days = (last - first).days
    if days < 70:
        step = next((step for step in _DAYS if days / step <= count), _DAYS[-1])
        return [(first + timedelta(offset), "day") for offset in range(0, days + 1, step)]
    months = days / 30.44
    step = next((step for step in _MONTHS if months / step <= count), _MONTHS[-1])
    start = first.year * 12 + first.month - 1 + (first.day > 1)
    start += -start % step
    end = last.year * 12 + last.month - 1
    found = [date(index // 12, index % 12 + 1, 1) for index in range(start, end + 1, step)]
    return [(day, "year" if day.month == 1 else "month") for day in found]


def write_number(value: float) -> str:
    """The plain form, for callers without a unit or a language."""
    return f"{value:,.10g}"


_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_date(day: date, form: DateForm) -> str:
    """The English form, for callers without a language."""
    if form == "year":
        return str(day.year)
    month = _ENGLISH[day.month - 1]
    return month if form == "month" else f"{day.day} {month}"
