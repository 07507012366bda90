"""The part of time that the roadmap shows: by its zoom, from a day on. Plain values, no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)


class Zoom(StrEnum):
    """What one step of the axis is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


SHOWN = {Zoom.WEEK: 16, Zoom.MONTH: 12, Zoom.QUARTER: 8, Zoom.YEAR: 5}  # steps of the axis
BEFORE = {Zoom.WEEK: 4, Zoom.MONTH: 3, Zoom.QUARTER: 3, Zoom.YEAR: 2}  # of them, how many lie before today at first
PAGED = {Zoom.WEEK: 4, Zoom.MONTH: 3, Zoom.QUARTER: 2, Zoom.YEAR: 1}  # by how many one goes earlier or later
MONTHS = {Zoom.MONTH: 1, Zoom.QUARTER: 3, Zoom.YEAR: 12}


def begin(zoom: Zoom, day: date) -> date:
    """The first day of the step in which `day` is."""
    if zoom is Zoom.WEEK:
        return day - timedelta(days=day.weekday())
    size = MONTHS[zoom]
    return date(day.year, (day.month - 1) // size * size + 1, 1)


def later(zoom: Zoom, day: date, steps: int) -> date:
    """So many steps after (or before) the step that begins on `day`."""
    if zoom is Zoom.WEEK:
        return day + timedelta(weeks=steps)
    return months_later(day, MONTHS[zoom] * steps)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def nudged(zoom: Zoom, day: date, steps: int) -> date:
    """A day moved by steps of the zoom: what the keys [ and ] do with a gate."""
    return day + timedelta(weeks=steps) if zoom is Zoom.WEEK else months_later(day, MONTHS[zoom] * steps)


@dataclass(frozen=True, slots=True)
class Window:
    """From `first` up to, and without, `until`."""

    zoom: Zoom
    first: date
    until: date

    @classmethod
    def of(cls, zoom: str, start: str, today: date) -> Window:
        """As the address says it: a zoom, and the first month (2026-10) or day. What can't be read is as if it weren't
        there."""
        size = Zoom(zoom) if zoom in list(Zoom) else Zoom.QUARTER
        found = _read(start) or later(size, begin(size, today), -BEFORE[size])
        first = begin(size, min(max(found, EARLIEST), LATEST))
        return cls(size, first, later(size, first, SHOWN[size]))

    @property
    def days(self) -> int:
        return (self.until - self.first).days

    def share(self, day: date) -> float:
        """Where the beginning of a day lies, in per cent of the window; beyond 0 and 100 outside of it."""
        return (day - self.first).days / self.days * 100

    def holds(self, day: date) -> bool:
        return self.first <= day < self.until

    def span(self, starts: date, until: date) -> tuple[float, float] | None:
        """Where something from `starts` up to `until` begins and ends, as far as it is in the window; None outside."""
        low, high = max(self.share(starts), 0.0), min(self.share(until), 100.0)
        return (low, high) if high > low else None

    def steps(self) -> Iterator[tuple[date, date]]:
        """The steps of its axis: the first day of each, and of the one after it."""
        day = self.first
        while day < self.until:
            following = later(self.zoom, day, 1)
            yield day, following
            day = following

    def months(self) -> list[date]:
        """The months that it touches, by their first days."""
        day, found = self.first.replace(day=1), []
        while day < self.until:
            found.append(day)
            day = months_later(day, 1)
        return found

    def page(self, steps: int) -> date:
        """Where the window begins that is a little earlier (-1) or later (1)."""
        return min(max(later(self.zoom, self.first, PAGED[self.zoom] * steps), EARLIEST), LATEST)


def _read(text: str) -> date | None:
    parts = text.strip()[:10].split("-")
    if len(parts) not in (2, 3) or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    try:
        return date(*(int(part) for part in (*parts, "1")[:3]))
    except (ValueError, OverflowError):
        return None
