"""Many readings of many KPIs at once, as a program sends them: checked side by side, and again, one by one, only where
something is wrong, for the exact reason."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

import numpy as np

from . import periods
from .kpis import NUMBERS, Kind
from .periods import Cadence
from .readings import LARGEST, OPTIONAL, BadReading, columns_of, numbers_of, period_of

Cells = Mapping[str, object]
Numbers = tuple[float, ...]
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST = 300  # characters of a message
_SHOWN = 60  # characters of a wrong value that are repeated


@dataclass(frozen=True, slots=True)
class Meant:
    """A KPI as far as its readings are concerned; `zone`: in which its days begin."""

    kind: Kind
    cadence: Cadence
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row; rows count from 1."""

    row: int
    message: str


@dataclass(slots=True)
class Batch:
    """By KPI and first day of the period: the numbers. And what is wrong, in the order of the rows."""

    good: dict[str, dict[date, Numbers]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0


def read(meant: Mapping[str, Meant], rows: Sequence[object], *, today: Mapping[tzinfo, date]) -> Batch:
    """`meant`: the KPIs that may be written, by the name under which `kpi` of a row speaks of them; `today` by zone."""
    batch = Batch(rows=len(rows))
    asked: dict[Kind, list[tuple[int, str, date]]] = defaultdict(list)
    flat: dict[Kind, list[object]] = defaultdict(list)
    days: dict[tuple[Cadence, tzinfo, Hashable], date | None] = {}
    seen: set[tuple[str, date]] = set()
    doubted: list[int] = []
    for at, row in enumerate(rows):
        try:
            name, text = row["kpi"], row["period"]  # type: ignore[index]  # what isn't a mapping is doubted
            spec = meant[name]
            place = (spec.cadence, spec.zone, text)
            day = days[place] if place in days else days.setdefault(place, _plain(text, spec, today))
        except (KeyError, TypeError, IndexError):
            doubted.append(at)
            continue
        names = NUMBERS[spec.kind]
        cells = [row[each] if each in row else OPTIONAL.get(each) for each in names]  # type: ignore[index, operator]  # it is one
        wanted = 2 + sum(each in row for each in names)  # type: ignore[operator]  # the same
        if day is None or (name, day) in seen or len(row) != wanted:  # type: ignore[arg-type]  # the same
            doubted.append(at)
            continue
        seen.add((name, day))
        asked[spec.kind].append((at, name, day))
        flat[spec.kind] += cells
    for kind, places in asked.items():
        sound, values = _sound(kind, flat[kind])
        for (at, name, day), fine, numbers in zip(places, sound, values, strict=True):
            if fine:
                batch.good.setdefault(name, {})[day] = tuple(numbers)
            else:
                doubted.append(at)
    for at in sorted(doubted):
        _look(batch, meant, at + 1, rows[at], seen, today)
    return batch


def _plain(text: object, spec: Meant, today: Mapping[tzinfo, date]) -> date | None:
    """The first day of a complete period, or None where it must be looked at closely."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
        number = periods.index(day, spec.cadence)
        fine = periods.start(number, spec.cadence) == day and periods.end(number, spec.cadence) < today[spec.zone]
    except (ValueError, OverflowError):
        return None
    return day if fine else None


def _sound(kind: Kind, flat: list[object]) -> tuple[list[bool], list[list[float]]]:
    """Which rows of numbers can be kept as they are, and the numbers."""
    width = len(NUMBERS[kind])
    if not set(map(type, flat)) <= {int, float}:
        flat = [cell if type(cell) in (int, float) else math.nan for cell in flat]
    try:
        table = np.array(flat, dtype=float).reshape(-1, width)
    except OverflowError:
        table = np.array([_float(cell) for cell in flat]).reshape(-1, width)
    fine = (np.abs(table) <= LARGEST).all(axis=1)  # NaN isn't
    a, b = table[:, 0], table[:, min(1, width - 1)]
    match kind:
        case Kind.PROPORTION:
            fine &= (a >= 0) & (b >= a)
        case Kind.MEAN:
            fine &= (a >= 0) & (table[:, 2] >= 0)
        case Kind.RATIO:
            fine &= b >= 0
        case Kind.COUNT:
            fine &= (a >= 0) & (b > 0)
        case Kind.LEVEL:
            pass
    return fine.tolist(), table.tolist()


def _float(cell: object) -> float:
    try:
        return float(cell)  # type: ignore[arg-type]  # an int or a float
    except OverflowError:
        return math.inf


def _look(
    batch: Batch, meant: Mapping[str, Meant], number: int, row: object, seen: set[tuple[str, date]],
    today: Mapping[tzinfo, date],
) -> None:  # fmt: skip
    """The row again, by itself: it is good, or the fault is written down."""
    try:
        name, spec, cells = _named(meant, number, row)
        day, numbers = single(spec, cells, number, today=today[spec.zone])
        if day in batch.good.get(name, {}):
            raise BadReading(number, f"period {day} of {name} stands here twice")
    except BadReading as error:
        said = error.reason
        batch.faults.append(Fault(number, said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"))
        return
    seen.add((name, day))
    batch.good.setdefault(name, {})[day] = numbers


def _named(meant: Mapping[str, Meant], number: int, row: object) -> tuple[str, Meant, Cells]:
    if not isinstance(row, Mapping):
        raise BadReading(number, f"{_short(row)} is not an object with kpi, period and numbers")
    name = row.get("kpi")
    if not isinstance(name, str):
        raise BadReading(number, "kpi is missing" if name is None else f"kpi {_short(name)} is not a name")
    if name not in meant:
        raise BadReading(number, f"there is no KPI {_short(name)} that you may record; it is written strategy/kpi")
    return name, meant[name], {str(key): cell for key, cell in row.items() if key != "kpi"}


def single(spec: Meant, cells: Cells, row: int, *, today: date) -> tuple[date, Numbers]:
    """The first day of a period that is complete before `today`, and its numbers. Raises BadReading."""
    known = ("period", *NUMBERS[spec.kind])
    try:
        for name in cells:
            if name not in known and (len(name) > _SHOWN or name.strip().lower() in known):
                raise BadReading(row, f"unknown field {_short(name)}; a {spec.kind} has {', '.join(known)}")
        columns_of(spec.kind, list(cells))
    except BadReading as error:
        raise BadReading(row, error.reason.replace("column", "field")) from None
    day = _day(row, cells["period"], spec, today)
    numbers = numbers_of(row, spec.kind, {name: cell for name, cell in cells.items() if name != "period"})
    if numbers is None:
        raise BadReading(row, f"period {day} has no numbers")
    last = periods.end(periods.index(day, spec.cadence), spec.cadence)
    if last >= today:
        raise BadReading(row, f"period {day} is not complete: it ends with {last}, and today is {today}")
    return day, numbers


def _day(row: int, text: object, spec: Meant, today: date) -> date:
    if not isinstance(text, str) or not re.match(_DAY, text) or len(text) > 40:
        raise BadReading(row, f"period {_short(text)} is not a date like 2026-03-31")
    try:
        if _DAY.fullmatch(text):
            return period_of(row, date.fromisoformat(text), spec.cadence, today)
        moment = datetime.fromisoformat(text)
        local = moment.astimezone(spec.zone) if moment.tzinfo else moment
        first = periods.floor(local.date(), spec.cadence)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadReading):
            raise
        raise BadReading(row, f"period {text!r} is not a date like 2026-03-31") from None
    raise BadReading(row, f"period {text!r} is a moment: write the first day of its {spec.cadence}, {first}")


def _short(value: object) -> str:
    if isinstance(value, int) and abs(value) > LARGEST:
        return "a number that is far too large"
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    text = repr(value[: _SHOWN + 1] if isinstance(value, str) else value) if plain else type(value).__name__
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
