"""What templates use to write numbers and dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.dateformat import format as format_date

from gaitway.queries.words.formats import Measure, ago, amount, clock, day, money, month, seconds, span, weekday

from .charts.scale import DateForm


def writers(like: Measure) -> dict[str, Callable[..., str]]:
    """The words of a chart's axes: `charts.series(points, **(kpi|writers))`."""
    return {"write": lambda value: amount(value, like, bare=True), "write_day": axis_day}


def axis_day(day: date, form: DateForm) -> str:
    return format_date(day, {"year": "Y", "month": "M", "day": "j M"}[form])


FILTERS: dict[str, Callable[..., Any]] = {
    "amount": amount,
    "money": money,
    "writers": writers,
    "day": day,
    "month": month,
    "weekday": weekday,
    "clock": clock,
    "ago": ago,
    "span": span,
    "seconds": seconds,
}
