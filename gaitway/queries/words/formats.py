"""How numbers and dates are written, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, NamedTuple, Protocol

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext, ngettext, pgettext

NOTHING = "–"
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
Form = Literal["day", "full", "month", "year", "weekday"]


class Measure(Protocol):
    """What says how a number is written: a KPI, or any other value with a kind and a unit."""

    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...


class Style(NamedTuple):
    """How a language writes: `marks` turns the signs of 1,234.5 into its own."""

    marks: dict[int, str]
    percent: str
    price: str
    coded: str
    dates: dict[Form, str]


@cache
def _style(language: str | None) -> Style:
    """Asked once a language: a page writes thousands of numbers."""
    marks = {",": str(get_format("THOUSAND_SEPARATOR", language)), ".": str(get_format("DECIMAL_SEPARATOR", language))}
    return Style(
        str.maketrans(marks),
        pgettext("a share: 3%", "%(number)s%%"),
        pgettext("a price: €12", "%(sign)s%(number)s"),
        pgettext("a price with the code of its currency: CHF 12", "%(sign)s\N{NO-BREAK SPACE}%(number)s"),
        {
            # Of each, what Django's date format makes of 28 November 2026.
            "day": pgettext("date format: 28 Nov", "j M"),
            "full": pgettext("date format: 28 Nov 2026", "j M Y"),
            "month": pgettext("date format: Nov", "M"),
            "year": pgettext("date format: 2026", "Y"),
            "weekday": pgettext("date format: Saturday, 28 November", "l, j F"),
        },
    )


def _here() -> Style:
    return _style(get_language())


def decimal(value: float, places: int) -> str:
    """1,234.50 with exactly so many places."""
    return f"{value:,.{places}f}".translate(_here().marks).replace("-", "−")


def whole(value: float) -> str:
    """1,480"""
    return decimal(value, 0)


def digits(value: Decimal) -> str:
    """All that it has and no empty zeros: 99.5"""
    return f"{value.normalize():f}".translate(_here().marks)


def percent(share: float) -> str:
    """A share of one with the digits that it has: 3.5%"""
    return _here().percent % {"number": digits(Decimal(f"{share * 100:.6g}"))}


def seconds(value: float) -> str:
    """To hundredths; what took none of them took less than one."""
    return decimal(max(value, 0.01), 2)


def amount(value: float | None, like: Measure | None, bare: bool = False) -> str:
    """The number with its unit: a proportion as per cent, a currency with its sign, a word behind it unless `bare`."""
    if value is None:
        return NOTHING
    unit = like.unit if like else ""
    if like and like.kind == "proportion":
        return _here().percent % {"number": _number(value * 100)}
    if unit == "%":
        return _here().percent % {"number": _number(value)}
    if unit in _SIGNS or (len(unit) == 3 and unit.isupper()):
        return money(value, unit)
    return _number(value) if bare or not unit else f"{_number(value)} {unit}"


def money(value: float | None, currency: str) -> str:
    """€38.50, €1,200, CHF 12."""
    if value is None:
        return NOTHING
    places = 0 if float(value) == int(value) or abs(value) >= 1000 else 2
    style = _here()
    words = {"sign": _SIGNS.get(currency) or currency, "number": decimal(abs(value), places)}
    return ("−" if value < 0 else "") + (style.price if currency in _SIGNS else style.coded) % words


def size(count: int) -> str:
    """4 kB, 1.2 MB: bytes as people say them."""
    if count < 1_000_000:
        return gettext("%(number)s kB") % {"number": whole(max(1, round(count / 1000)))}
    return gettext("%(number)s MB") % {"number": decimal(count / 1_000_000, 1)}


def _number(value: float) -> str:
    """Three digits that matter, never more than two behind the point, no empty zeros."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2
    rounded = round(float(value), places)
    while places and rounded == round(rounded, places - 1):
        places -= 1
    return decimal(rounded, places)


def written(on: date, form: Form) -> str:
    return _written(on, form, get_language())


@lru_cache(maxsize=4096)
def _written(on: date, form: Form, language: str | None) -> str:
    return format_date(on, _style(language).dates[form])


def _day_of(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def day(moment: date | datetime | None) -> str:
    """28 Nov; with its year when that is not this one."""
    if moment is None:
        return NOTHING
    on = _day_of(moment)
    return written(on, "day" if on.year == timezone.localdate().year else "full")


def month(moment: date, year: bool = False) -> str:
    """December; with its year when that is not this one, or where it is asked for."""
    return format_date(moment, "F Y" if year or moment.year != timezone.localdate().year else "F")


def weekday(moment: date | datetime) -> str:
    """Friday, 28 November"""
    return written(_day_of(moment), "weekday")


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
