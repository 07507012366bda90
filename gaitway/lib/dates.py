"""The first day of a period as people and spreadsheets write it."""

from __future__ import annotations

import re
from datetime import date, datetime

DAY_FIRST, MONTH_FIRST = "day", "month"  # what 3/4/2026 begins with
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")


class NotADate(ValueError):
    """The text is no date; the message says so, without the text. `reason` is the same before its
    `values` are filled in: to be said in another language."""

    def __init__(self, reason: str, **values: object) -> None:
        self.reason, self.values = reason, values
        super().__init__(reason % values)


def read(text: str, order: str = DAY_FIRST) -> date:
    """2026-03-31, 31.3.2026, 31/3/2026 (by `order`), 31 Mar 2026, Mar 2026, 2026-03, 2026-W14, 2026-Q1, Q1 2026; a time of day is
    left out. A month, a week (ISO 8601) and a quarter are read as their first day. Raises NotADate."""
    plain = " ".join(text.split()).strip().lower()
    if len(plain) > 40:
        raise NotADate("it is too long for a date")
    try:
        return _read(plain, order)
    except ValueError as error:
        if isinstance(error, NotADate):
            raise
        raise NotADate("there is no such day") from None


def order_of(texts: list[str]) -> str | None:
    """What the dates begin with, where one of them leaves no doubt (31.3.2026, 3/31/2026); None where none does."""
    for text in texts:
        parts = _PARTS.match(text.strip())
        if parts and int(parts[1]) > 12:
            return DAY_FIRST
        if parts and int(parts[2]) > 12:
            return MONTH_FIRST
    return None


def _read(text: str, order: str) -> date:
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ t].*)?", text):
        if " " in text or "t" in text:
            datetime.fromisoformat(text.upper())
        return date(*map(int, found.groups()))
    if found := re.fullmatch(_PARTS.pattern + r"(?: [0-9:]+)?", text):
        first, second, year = map(int, found.groups()[:3])
        day, month = (first, second) if order == DAY_FIRST or "." in text else (second, first)
        return date(year, month, day)
    if found := re.fullmatch(r"([0-9]{4})[-/ .]([0-9]{1,2})", text):
        return date(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"([0-9]{4})[- ]?w([0-9]{1,2})", text):
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    if found := re.fullmatch(r"([0-9]{4})[- ]?q([1-4])", text):
        return date(int(found[1]), int(found[2]) * 3 - 2, 1)
    if found := re.fullmatch(r"q([1-4])[ -/]?([0-9]{4})", text):
        return date(int(found[2]), int(found[1]) * 3 - 2, 1)
    if found := re.fullmatch(r"(?:([0-9]{1,2})[. -]+)?([a-z]{3,9})\.?[ -]([0-9]{4})", text):
        return date(int(found[3]), _month(found[2]), int(found[1] or 1))
    if found := re.fullmatch(r"([a-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})", text):
        return date(int(found[3]), _month(found[1]), int(found[2]))
    raise NotADate("it isn't a date like 2026-03-31")


def _month(name: str) -> int:
    if name[:3] not in _MONTHS:
        raise NotADate("it names no month")
    return _MONTHS.index(name[:3]) + 1
