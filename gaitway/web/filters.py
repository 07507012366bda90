"""What templates use to write numbers and dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gaitway.queries.words.cells import number_name
from gaitway.queries.words.formats import (
    Measure,
    ago,
    amount,
    clock,
    day,
    money,
    month,
    percent,
    seconds,
    size,
    span,
    weekday,
    whole,
    written,
)  # fmt: skip
from gaitway.queries.words.happenings import kind_name


def writers(like: Measure) -> dict[str, Callable[..., str]]:
    """The words of a chart's axes: `charts.series(points, **(kpi|writers))`."""
    return {"write": lambda value: amount(value, like, bare=True), "write_day": written}


FILTERS: dict[str, Callable[..., Any]] = {
    "amount": amount,
    "money": money,
    "percent": percent,
    "whole": whole,
    "writers": writers,
    "day": day,
    "month": month,
    "weekday": weekday,
    "clock": clock,
    "ago": ago,
    "span": span,
    "seconds": seconds,
    "size": size,
    "kind_name": kind_name,
    "number_name": number_name,
}
