"""From series to a row a period."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from gaitway.lib.outgoing import Failed

from ..base import Cell
from .server import Series

LABELS = ("column", "__name__")  # which say the column of a series, the first that tells all of them apart
SHOWN = 5  # series in a message


def table(series: Sequence[Series], days: Mapping[int, date]) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """The columns, and a row for each period for which every column has a finite number. `days`: the first day of the
    period by the moment of its value. Errors: Failed where several series don't say which column each is."""
    merged: dict[frozenset[tuple[str, str]], dict[int, float]] = {}
    for each in series:
        merged.setdefault(frozenset(each.labels.items()), {}).update(each.values)
    columns = _columns([dict(labels) for labels in merged])
    rows: list[tuple[Cell, ...]] = []
    for moment, day in days.items():
        numbers = [values.get(moment, math.nan) for values in merged.values()]
        if all(math.isfinite(number) for number in numbers):
            rows.append((day.isoformat(), *numbers))
    return ("period", *columns), rows


def _columns(labels: Sequence[Mapping[str, str]]) -> list[str]:
    if len(labels) == 1:
        return [labels[0].get("column", "value")]
    for name in LABELS:
        found = [each.get(name, "") for each in labels]
        if all(found) and len(set(found)) == len(found):
            return found
    shown = "; ".join(_shown(each) for each in labels[:SHOWN])
    more = f"; and {len(labels) - SHOWN:,} more" if len(labels) > SHOWN else ""
    raise Failed(
        f"The expression gives {len(labels):,} series, and a KPI has one: {shown}{more}. Add them up, as in sum(…), or name "
        'the column of each: label_replace(…, "column", "successes", "", "").'
    )


def _shown(labels: Mapping[str, str]) -> str:
    inside = ", ".join(f'{name}="{value[:40]}"' for name, value in sorted(labels.items()) if name != "__name__")
    return f"{labels.get('__name__', '')[:60]}{{{inside}}}"
