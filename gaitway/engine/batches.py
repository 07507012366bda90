"""Many readings of many KPIs at once, as a program sends them: checked side by side, and again, one by one, only where
something is wrong, for the exact reason."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from operator import itemgetter
from typing import Any

import numpy as np

from . import periods
from .kpis import NUMBERS, Kind
from .periods import Cadence
from .readings import LARGEST, OPTIONAL, BadReading, columns_of, numbers_of, period_of

Cells = Mapping[str, object]
Numbers = tuple[float, ...]
Sound = tuple[int, str, date, Numbers]  # a row that is good in itself: its place, KPI, day and numbers
_FEW = 8  # rows of one shape, for which columns don't pay
_KINDS = {
    frozenset({"kpi", "period", *names} - gone): kind
    for kind, names in NUMBERS.items()
    for gone in (set(), OPTIONAL.keys() & set(names))
}  # by the fields of a row
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
    """`meant`: the KPIs that may be written, by the name under which `kpi` of a row speaks of them; `today` by zone. Of
    two rows for one period the first that is good stays."""
    batch = Batch(rows=len(rows))
    doubted: list[int] = []
    sound: list[Sound] = []
    shapes = _shapes(rows, doubted)
    calendar = _Calendar(today)
    for shape, places in shapes.items():
        sound += _columns(shape, places, [rows[at] for at in places], meant, calendar, doubted)  # type: ignore[misc]  # dicts all
    for at in doubted:
        try:
            name, spec, cells = _named(meant, at + 1, rows[at])
            sound.append((at, name, *single(spec, cells, at + 1, today=today[spec.zone])))
        except BadReading as error:
            batch.faults.append(_fault(at, error.reason))
    if doubted or len(shapes) > 1:
        sound.sort(key=itemgetter(0))
    good = batch.good
    for at, name, day, numbers in sound:
        here = good.get(name)
        if here is None:
            good[name] = {day: numbers}
        elif day in here:
            batch.faults.append(_fault(at, f"period {day} of {name} stands here twice"))
        else:
            here[day] = numbers
    batch.faults.sort(key=lambda fault: fault.row)
    return batch


def _fault(at: int, said: str) -> Fault:
    return Fault(at + 1, said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…")


def _shapes(rows: Sequence[object], doubted: list[int]) -> dict[tuple[Any, ...], list[int]]:
    """The places of the rows that have the same fields in the same order; what is no object is doubted."""
    shapes: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        if type(row) is dict:
            shapes[tuple(row)].append(at)
        else:
            doubted.append(at)
    for shape in [shape for shape, places in shapes.items() if len(places) < _FEW]:
        doubted += shapes.pop(shape)
    return shapes


def _columns(
    shape: tuple[Any, ...],
    places: list[int],
    rows: list[dict[str, object]],
    meant: Mapping[str, Meant],
    calendar: _Calendar,
    doubted: list[int],
) -> Iterator[Sound]:
    """Those of the rows, all of one shape, that can be kept as they are, a column at a time; the others are doubted."""
    kind = _KINDS.get(frozenset(shape))
    if kind is None:
        doubted += places
        return
    columns = dict(zip(shape, zip(*[row.values() for row in rows], strict=True), strict=True))
    names, texts = _texts(columns["kpi"]), _texts(columns["period"])
    known = calendar.known
    days: list[date | None] = []
    for name, text in zip(names, texts, strict=True):
        spec = meant.get(name)
        if spec is None or spec.kind is not kind:
            days.append(None)
            continue
        place = id(spec.cadence), id(spec.zone), text
        days.append(known[place] if place in known else calendar.look(place, text, spec))
    fine, numbers = _sound(kind, [columns.get(each) or [OPTIONAL[each]] * len(rows) for each in NUMBERS[kind]])
    for at, name, day, good, each in zip(places, names, days, fine, numbers, strict=True):
        if good and day is not None:
            yield at, name, day, each
        else:
            doubted.append(at)


def _texts(column: Sequence[Any]) -> Sequence[str]:
    """The column, with nothing for what is no text."""
    return column if set(map(type, column)) == {str} else [cell if type(cell) is str else "" for cell in column]


class _Calendar:
    """Which texts are the first days of complete periods: each is looked at once. The place of one in `known` is that of
    its cadence and its zone in memory, which cost less to look up than themselves."""

    def __init__(self, today: Mapping[tzinfo, date]) -> None:
        self.today = today
        self.known: dict[tuple[int, int, str], date | None] = {}
        self.open: dict[tuple[int, int], date] = {}  # the first day of the period that isn't over

    def look(self, place: tuple[int, int, str], text: str, spec: Meant) -> date | None:
        """None where it must be looked at closely."""
        self.known[place] = None
        if not _DAY.fullmatch(text):
            return None
        clock = place[:2]
        if clock not in self.open:
            self.open[clock] = periods.floor(self.today[spec.zone], spec.cadence)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        if day < self.open[clock] and periods.is_first(day, spec.cadence):
            self.known[place] = day
        return self.known[place]


def _sound(kind: Kind, columns: Sequence[Sequence[object]]) -> tuple[list[bool], Iterator[Numbers]]:
    """Which rows of numbers can be kept as they are, and the numbers, from a column for each name."""
    table = np.array([_numbers(column) for column in columns])
    fine = (np.abs(table) <= LARGEST).all(axis=0)  # NaN isn't
    a, b = table[0], table[min(1, len(table) - 1)]
    match kind:
        case Kind.PROPORTION:
            fine &= (a >= 0) & (b >= a)
        case Kind.MEAN:
            fine &= (a >= 0) & (table[2] >= 0)
        case Kind.RATIO:
            fine &= b >= 0
        case Kind.COUNT:
            fine &= (a >= 0) & (b > 0)
        case Kind.LEVEL:
            pass
    return fine.tolist(), zip(*table.tolist(), strict=True)


def _numbers(column: Sequence[object]) -> np.ndarray[Any, np.dtype[np.float64]]:
    if not set(map(type, column)) <= {int, float}:
        column = [cell if type(cell) in (int, float) else math.nan for cell in column]
    try:
        return np.array(column, dtype=float)
    except OverflowError:
        return np.array([_float(cell) for cell in column])


def _float(cell: object) -> float:
    try:
        return float(cell)  # type: ignore[arg-type]  # an int or a float
    except OverflowError:
        return math.inf


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
