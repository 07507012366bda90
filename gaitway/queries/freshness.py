"""When the next value of a KPI is owed, and by whom; and since when there is nothing fresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Person

DUE_AFTER = {Cadence.DAY: 1, Cadence.WEEK: 2, Cadence.MONTH: 5, Cadence.QUARTER: 10}  # days, where nothing is said
NEVER, STALE, FRESH = "none", "stale", "fresh"


@dataclass(frozen=True, slots=True)
class Due:
    """The next period without a value: its first and last day, the day on which its value is due, and who owes it: the
    source's name, or a person, or nobody. `owed`: that day is past. `missing`: how many complete periods have none."""

    first: date
    last: date
    on: date
    owed: bool
    missing: int
    source: str
    person: Person | None


def due(kpi: Kpi, newest: date | None, today: date) -> Due:
    """`newest`: the last day of the newest period known. Before the first value, it is the newest period whose
    value is past its day."""
    cadence = Cadence(kpi.cadence)
    after = DUE_AFTER[cadence.unit] if kpi.due_after is None else kpi.due_after
    complete = periods.last_complete(today - timedelta(days=1), cadence)
    past = periods.last_complete(today - timedelta(days=1 + after), cadence)
    following = periods.index(newest, cadence) + 1 if newest else past
    last = periods.end(following, cadence)
    on = last + timedelta(days=after)
    return Due(
        periods.start(following, cadence), last, on, today > on, max(0, complete - following + 1),
        kpi.source.key if kpi.source else "", None if kpi.source_id else kpi.owner,
    )  # fmt: skip


def state(newest: date | None, cadence: Cadence, today: date) -> str:
    """`none`, `stale` (nothing fresh) or `fresh`. `newest`: the last day of the newest period known."""
    if newest is None:
        return NEVER
    behind = periods.last_complete(today - timedelta(days=1), cadence) - periods.index(newest, cadence)
    return STALE if behind > cadence.grace else FRESH
