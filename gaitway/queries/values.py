"""What pages are made of: plain values, no addresses and no written numbers. Templates say which they expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from gaitway.engine.periods import Cadence
from gaitway.engine.series import Series
from gaitway.models import Kpi, Person


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    count: int | None = None


class Who(NamedTuple):
    """A person as lists name them."""

    pk: int
    name: str
    email: str

    @classmethod
    def of(cls, pk: int | None, name: str | None, email: str | None) -> Who | None:
        return cls(pk, name or "", email or "") if pk else None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads: `kind` is the name of a page."""

    kind: str
    key: str | int
    name: str


class Step(NamedTuple):
    """One stage of an initiative's ladder. status: done, current, ahead, skipped or stopped."""

    key: str
    name: str
    letter: str
    status: str
    start: date | None = None
    end: date | None = None
    budget: float | None = None
    spent: float | None = None
    currency: str = ""
    earned: tuple[date, date | None] | None = None  # when it will be, in four of five futures
    provable: bool = True


@dataclass(frozen=True, slots=True)
class KpiRef:
    key: str
    name: str
    kind: str
    unit: str
    direction: str
    cadence: str

    @classmethod
    def of(cls, kpi: Kpi) -> KpiRef:
        return cls(f"{kpi.strategy.key}/{kpi.key}", kpi.name, kpi.kind, kpi.unit, kpi.direction, kpi.cadence)

    @property
    def every(self) -> str:
        """Day, week, month or quarter."""
        return Cadence(self.cadence).unit.value


class Point(NamedTuple):
    """One period, by its first day. A value of None is a gap."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None
    sample: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    day: date
    label: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was known at the end of `day`: the estimate, what the evidence didn't exclude, and what was wanted."""

    day: date
    value: float | None
    low: float | None
    high: float | None
    wanted: float | None


@dataclass(frozen=True, slots=True)
class Closing:
    """How the evidence on a criterion closed in. `verdict` is the day from which the outcome has been what it is, None
    while it is unknown. `said`: both tests, where the criterion asks for the one by the stage's end."""

    looks: Sequence[Look]
    op: str
    wanted_high: float | None
    outcome: str
    verdict: Mark | None
    said: str


@dataclass(frozen=True, slots=True)
class Measure:
    kind: str
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist of a trigger. kind: criterion, any, all, not or at_least; depth 0 is the top.
    `sentence` says the finding with its numbers, `closing` how its evidence closed in."""

    result: str
    label: str
    kind: str = "criterion"
    depth: int = 0
    text: str = ""
    reason: str = ""
    kpi: KpiRef | None = None
    measure: Measure | KpiRef | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    op: str = ""
    wanted: float | None = None
    wanted_high: float | None = None
    sample: float | None = None
    sample_name: str = ""
    periods: int | None = None
    sentence: str = ""
    closing: Closing | None = None


@dataclass(frozen=True, slots=True)
class VoteMade:
    choice: str
    by: Person
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionMade:
    choice: str
    by: Person
    at: datetime
    reason: str
    from_stage: str
    to_stage: str
    against_evidence: bool
    conditions: str = ""
    due: date | None = None
    gate: str = ""
    pk: int = 0
    votes: tuple[VoteMade, ...] = ()
    superseded: bool = False
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class FeedItem:
    """`actor` None is Gaitway itself; `text` follows the actor's name."""

    at: datetime
    actor: Person | None
    kind: str
    text: str
    target: Target | None = None
    quote: str = ""
    against_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A KPI over time, ready to be drawn."""

    kpi: KpiRef
    points: Sequence[Point]
    target: float | None
    baseline: float | None
    marks: Sequence[Mark] = field(default_factory=tuple)
    source: str = ""
    as_of: date | None = None
    owner: Person | None = None


def points(series: Series, last: int | None = None) -> list[Point]:
    """The periods of a series, or the last so many, gaps included."""
    from gaitway.engine import periods

    first = max(0, len(series.values) - last) if last else 0
    found = []
    for offset, value in enumerate(series.estimates()[first:].tolist(), start=first):
        known = value == value  # NaN is a gap
        found.append(Point(periods.start(series.first + offset, series.spec.cadence), value if known else None))
    return found
