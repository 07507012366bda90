"""From a table, as a source returns it, to observations: names, types, periods and numbers are checked here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from difflib import get_close_matches

from . import kpis, periods
from .kpis import NUMBERS, Kind
from .periods import Cadence

OPTIONAL = {"exposure": 1.0}
LARGEST = 1e150  # the square of anything larger is beyond what can be computed with


class BadReading(ValueError):
    """A table that can't be taken; nothing of it is. `row` counts from 1; 0 is the head."""

    def __init__(self, row: int, message: str) -> None:
        self.row, self.reason = row, message
        super().__init__(f"row {row}: {message}" if row else message)


def read(
    kind: Kind, cadence: Cadence, columns: Sequence[str], rows: Iterable[Sequence[object]], *, today: date
) -> dict[date, tuple[float, ...]]:
    """By the first day of the period: the numbers of the kind. Periods that aren't complete before `today` are left
    out; a row whose numbers are all NULL is an absent period. Raises BadReading."""
    return _read(kind, cadence, columns, rows, today, "").get("", {})


def read_areas(
    kind: Kind,
    cadence: Cadence,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    today: date,
    split_by: str,
) -> dict[str, dict[date, tuple[float, ...]]]:
    """By area, in small letters, what `read` gives; the whole under "". The area stands in the column `area`, or in the
    one that is called like `split_by`; where it is NULL, the row is about the whole. Raises BadReading."""
    names = [name.strip().lower() for name in columns]
    column = "area" if "area" in names else split_by.strip().lower()
    if column not in names:
        raise BadReading(0, f"column {column!r} is missing: it says of which area a row is")
    return _read(kind, cadence, columns, rows, today, column)


def _read(
    kind: Kind, cadence: Cadence, columns: Sequence[str], rows: Iterable[Sequence[object]], today: date, split: str
) -> dict[str, dict[date, tuple[float, ...]]]:
    where = columns_of(kind, columns, split)
    at_area = where.pop(split) if split else None
    seen: set[tuple[str, date]] = set()
    found: dict[str, dict[date, tuple[float, ...]]] = {}
    for row, cells in enumerate(rows, start=1):
        if len(cells) != len(columns):
            raise BadReading(row, f"{len(cells)} cells under {len(columns)} columns")
        period = period_of(row, cells[where["period"]], cadence, today)
        numbers = numbers_of(row, kind, {name: cells[at] for name, at in where.items() if name != "period"})
        cell = cells[at_area] if at_area is not None else None
        area = "" if cell is None else str(cell).strip().lower()
        if (area, period) in seen:
            raise BadReading(row, f"period {period} stands here twice" + (f" for {cell}" if area else ""))
        seen.add((area, period))
        complete = periods.end(periods.index(period, cadence), cadence) < today
        if numbers is not None and complete:
            found.setdefault(area, {})[period] = numbers
    return found


def columns_of(kind: Kind, columns: Sequence[str], split: str = "") -> dict[str, int]:
    names = [name.strip().lower() for name in columns]
    known = ("period", *([split] if split else []), *NUMBERS[kind])
    wanted = f"a {kind} needs the columns {', '.join(n for n in known if n not in OPTIONAL)}"
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise BadReading(0, f"unknown column {name!r}{hint}; {wanted}")
        if names.count(name) > 1:
            raise BadReading(0, f"column {name!r} stands here twice")
    for name in known:
        if name not in names and name not in OPTIONAL:
            raise BadReading(0, f"column {name!r} is missing; {wanted}")
    return {name: names.index(name) for name in known if name in names}


def period_of(row: int, cell: object, cadence: Cadence, today: date) -> date:
    if isinstance(cell, str):
        try:
            cell = datetime.fromisoformat(cell.strip())
        except ValueError:
            raise BadReading(row, f"period {cell!r} is not a date like 2026-03-31") from None
    if isinstance(cell, datetime):
        cell = cell.date()
    if not isinstance(cell, date):
        raise BadReading(row, f"period {cell!r} is not a date")
    try:
        first = periods.start(periods.index(cell, cadence), cadence)
    except ValueError:
        raise BadReading(row, f"period {cell} lies before the years that have a {cadence}") from None
    if cell != first:
        raise BadReading(row, f"period {cell} is not the first day of a {cadence}; that would be {first}")
    if cell > today:
        raise BadReading(row, f"period {cell} lies in the future")
    return cell


def numbers_of(row: int, kind: Kind, cells: dict[str, object]) -> tuple[float, ...] | None:
    if all(cell is None for cell in cells.values()):
        return None
    if kind is Kind.MEAN and cells["variance"] is None and cells["n"] == 1:
        cells = {**cells, "variance": 0.0}  # SQL knows no variance of a single value
    numbers = []
    for name in NUMBERS[kind]:
        cell = cells.get(name, OPTIONAL.get(name))
        if cell is None:
            raise BadReading(row, f"{name} is NULL")
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            raise BadReading(row, f"{name} is {cell!r}, not a number")
        try:
            number = float(cell)
        except OverflowError:
            raise BadReading(row, f"{name} is larger than any number that can be kept") from None
        if not math.isfinite(number) or abs(number) > LARGEST:
            raise BadReading(row, f"{name} is {number}, not a finite number")
        numbers.append(number)
    if why := kpis.fault(kind, tuple(numbers)):
        raise BadReading(row, why)
    return tuple(numbers)
