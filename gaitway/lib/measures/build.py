"""One declared KPI as the SQL of one engine: columns `period` and the numbers of its kind, a row a period, and where it
is split, `area` (NULL in the rows of the whole)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .dialects import DIALECTS, Dialect
from .shape import Amount, MeasureShape

OLDEST = 2000  # clock changes before that year are not looked up
BEYOND = 2  # years after the last one asked for


def build(
    measure: MeasureShape,
    dialect: str,
    *,
    kind: str,
    unit: str,
    shift: int,
    zone: str,
    today: date,
    source: str,
    split_by: str = "",
    since: date | None = None,
    until: date | None = None,
) -> str:
    """SQL in sqlglot's `dialect`. Periods are `unit`s (day, week, month, quarter) that begin `shift` days after Monday
    or months after January, in `zone`; times are naive or in UTC. `since`: the first day of the first period asked for,
    `until`: the day after the last. `source`: the table, where the measure names none.

    KeyError for a dialect that isn't known, which the caller has ruled out."""
    engine = DIALECTS[dialect]
    stored = measure.zone or zone
    local = "moment"
    if stored != zone:
        local = _moved(engine, local, ZoneInfo(stored), ZoneInfo(zone), since or date(OLDEST, 1, 1), today)
    period = _floor(engine, engine.date.format(local), unit, shift)
    asked = [*_conditions(engine, measure.where), *_between(engine, measure, stored, zone, since, until)]
    where = f"\n    WHERE {' AND '.join(asked)}" if asked else ""
    kept = {"moment": engine.moment.format(engine.column(measure.time)), **_kept(engine, measure)}
    kept |= {"area": engine.column(split_by)} if split_by else {}
    names = ", ".join(["", *(name for name in kept if name != "moment")])
    rows = (  # names are quoted, values escaped, forms our own; and who writes a measure may write SQL
        f"SELECT {period} AS period{names}\n  FROM (\n"  # noqa: S608
        f"    SELECT {', '.join(f'{each} AS {name}' for name, each in kept.items())}\n"
        f"    FROM {engine.named(measure.table or source)}{where}\n  ) found"
    )
    numbers = ", ".join(f"{each} AS {name}" for name, each in _numbers(engine, measure, kind).items())
    if not split_by:
        return f"SELECT period, {numbers}\nFROM (\n  {rows}\n) kept\nWHERE period IS NOT NULL\nGROUP BY period"
    whole = f"SELECT period, NULL AS area, {numbers}\nFROM kept\nWHERE period IS NOT NULL\nGROUP BY period"
    parts = (
        f"SELECT period, area, {numbers}\nFROM kept\nWHERE period IS NOT NULL AND area IS NOT NULL\n"
        "GROUP BY period, area"
    )
    return f"WITH kept AS (\n  {rows}\n)\n{parts}\nUNION ALL\n{whole}"


def _floor(engine: Dialect, day: str, unit: str, shift: int) -> str:
    """The first day of the period: moved back by the shift, cut, and moved forward again."""
    moves = engine.months if unit == "quarter" else engine.days
    if not shift:
        return engine.floor[unit].format(day)
    return moves.format(engine.floor[unit].format(moves.format(day, -shift)), shift)


def _moved(engine: Dialect, moment: str, stored: ZoneInfo, zone: ZoneInfo, since: date, today: date) -> str:
    """A stored time as the clock on the wall of `zone`: the difference at that moment is worked out here, from Python's
    zones, so that it is the same on every engine. In the hour that a stored clock repeats, the first is meant."""
    turns = list(_turns(stored, zone, since, today.year + BEYOND))
    branches = [
        f"WHEN {moment} >= {engine.literal.format(engine.value(_text(at)))} "
        f"THEN {engine.seconds.format(moment, difference)}"
        for at, difference in reversed(turns[1:])
    ]
    first = engine.seconds.format(moment, turns[0][1])
    return f"CASE {' '.join(branches)} ELSE {first} END" if branches else first


def _turns(stored: ZoneInfo, zone: ZoneInfo, since: date, last: int) -> Iterator[tuple[datetime, int]]:
    """From when on, by the stored clock, how many seconds `zone` is ahead of it: found by halving between noons."""

    def ahead(moment: datetime) -> int:
        at = moment.replace(tzinfo=stored)
        here = at.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        return round((here - moment).total_seconds())

    step = timedelta(days=7)
    before = datetime.combine(since, time()) - 2 * step
    yield before, ahead(before)
    while before.year < last:
        after = before + step
        if ahead(after) != ahead(before):
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if ahead(middle) == ahead(before) else (low, middle)
            yield high.replace(microsecond=0), ahead(after)
        before = after


def _between(
    engine: Dialect, measure: MeasureShape, stored: str, zone: str, since: date | None, until: date | None
) -> Iterator[str]:
    """The rows of the periods that are asked for, by the stored time as it is, so that an index serves."""
    for day, operator in ((since, ">="), (until, "<")):
        if day is not None:
            at = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(stored))
            bound = engine.literal.format(engine.value(_text(at.replace(tzinfo=None))))
            yield f"{engine.column(measure.time)} {operator} {bound}"


def _conditions(engine: Dialect, where: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, condition in where.items():
        for operator, operand in condition.items():
            column = engine.column(name)
            if operator == "is":
                yield f"{column} IS {operand.upper()}"
            elif operator in ("in", "not in"):
                yield f"{column} {operator.upper()} ({', '.join(engine.value(each) for each in operand)})"
            else:
                sign = {"!=": "<>"}.get(operator, operator.upper())
                yield f"{column} {sign} {engine.value(operand)}"


def _kept(engine: Dialect, measure: MeasureShape) -> dict[str, str]:
    """What of each row is counted, under names of our own."""
    kept = {}
    if measure.what == "proportion":
        success = " AND ".join(_conditions(engine, measure.when))
        kept["success"] = f"CASE WHEN {success} THEN 1 ELSE 0 END"
    if measure.what == "ratio":
        for name, side in _sides(measure).items():
            if column := side.sum or side.distinct:
                kept[name] = engine.column(column)
    elif isinstance(measure.of, str):
        kept["counted"] = engine.column(measure.of)
    return kept


def _sides(measure: MeasureShape) -> dict[str, Amount]:
    """Above and below the line; a column alone is summed."""
    sides = {"upper": measure.of, "lower": measure.per}
    return {name: Amount(sum=side) if isinstance(side, str) else side for name, side in sides.items() if side}


def _numbers(engine: Dialect, measure: MeasureShape, kind: str) -> dict[str, str]:
    double = engine.double.format
    one = "value" if kind == "level" else "events"
    match measure.what:
        case "count":
            return {one: "COUNT(*)"}
        case "distinct":
            return {one: "COUNT(DISTINCT counted)"}
        case "sum":
            return {one: f"SUM({double('counted')})"}
        case "mean" if kind == "level":
            return {"value": f"AVG({double('counted')})"}
        case "mean":
            mean, variance = f"AVG({double('counted')})", engine.variance.format(double("counted"))
            # A single value has no variance; engines disagree whether that is NULL, NaN or an error.
            spread = f"CASE WHEN COUNT(counted) > 1 THEN {variance} ELSE 0 END"
            return {"n": "COUNT(counted)", "mean": mean, "variance": spread}
        case "proportion" if measure.of is not None:
            hits = "COUNT(DISTINCT CASE WHEN success = 1 THEN counted END)"
            return {"successes": hits, "trials": "COUNT(DISTINCT counted)"}
        case "proportion":
            return {"successes": "SUM(success)", "trials": "COUNT(*)"}
        case _:
            sides = _sides(measure)
            return {"numerator": _amount(engine, sides["upper"], "upper"),
                    "denominator": _amount(engine, sides["lower"], "lower")}  # fmt: skip


def _amount(engine: Dialect, side: Amount, name: str) -> str:
    if side.count:
        return "COUNT(*)"
    return f"COUNT(DISTINCT {name})" if side.distinct else f"SUM({engine.double.format(name)})"


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
