"""How numbers and dates are written, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

NOTHING = "–"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


class Measure(Protocol):
    """What says how a number is written: a KPI, or any other value with a kind and a unit."""

    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...


def seconds(value: float) -> str:
    """To hundredths; what took none of them took less than one."""
    return number_format(max(value, 0.01), 2)


def amount(value: float | None, like: Measure | None, bare: bool = False) -> str:
    """The number with its unit: a proportion as per cent, a currency with its sign, a word behind it unless `bare`."""
    if value is None:
        return NOTHING
    unit = like.unit if like else ""
    if like and like.kind == "proportion":
        return f"{_number(value * 100)}%"
    if unit == "%":
        return f"{_number(value)}%"
    if unit in _SIGNS or (len(unit) == 3 and unit.isupper()):
        return money(value, unit)
    return _number(value) if bare or not unit else f"{_number(value)} {unit}"


def money(value: float | None, currency: str) -> str:
    """€38.50, €1,200, CHF 12."""
    if value is None:
        return NOTHING
    places = 0 if float(value) == int(value) or abs(value) >= 1000 else 2
    sign = _SIGNS.get(currency) or f"{currency}\N{NO-BREAK SPACE}"
    return f"{'−' if value < 0 else ''}{sign}{number_format(round(abs(value), places), places, force_grouping=True)}"


def _number(value: float) -> str:
    """Three digits that matter, never more than two behind the point, no empty zeros."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2
    rounded = round(float(value), places)
    while places and rounded == round(rounded, places - 1):
        places -= 1
    return number_format(rounded, places, force_grouping=True).replace("-", "−")


def _day_of(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def day(moment: date | datetime | None) -> str:
    """28 Nov; with its year when that is not this one."""
    if moment is None:
        return NOTHING
    on = _day_of(moment)
    return format_date(on, "j M" if on.year == timezone.localdate().year else "j M Y")


def month(moment: date, year: bool = False) -> str:
    """December; with its year when that is not this one, or where it is asked for."""
    return format_date(moment, "F Y" if year or moment.year != timezone.localdate().year else "F")


def weekday(moment: date | datetime) -> str:
    """Friday, 28 November"""
    return format_date(_day_of(moment), "l, j F")


def clock(moment: datetime) -> str:
    """09:42"""
    return format_date(timezone.localtime(moment), "H:i")


def ago(moment: date | datetime | None) -> str:
    """today, yesterday, 9 days ago, 5 weeks ago"""
    if moment is None:
        return NOTHING
    days = (timezone.localdate() - _day_of(moment)).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if days < 28:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    if days < 120:
        weeks = days // 7
        return ngettext("%(n)s week ago", "%(n)s weeks ago", weeks) % {"n": weeks}
    months = days // 30
    return ngettext("%(n)s month ago", "%(n)s months ago", months) % {"n": months}


def span(ends: tuple[date | None, date | None]) -> str:
    """2 Jun – 14 Sep; an open end as an ellipsis."""
    start, end = ends
    if start is None and end is None:
        return ""
    return " – ".join(day(each) if each else "…" for each in (start, end))
