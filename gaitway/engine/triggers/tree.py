"""The typed tree of a trigger. Equality ignores where a node stood in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Op = Literal[">=", ">", "<=", "<", "="]
Unit = Literal["day", "week", "month", "quarter"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a node starts: line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Node:
    at: Position = field(default=Position(), compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """A number as written, with its unit: `%`, a currency, a word, or "" for none."""

    amount: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Window(Node):
    """`over 8 weeks` (mode "over": the pooled last N) or `for 3 weeks` (mode "for": each of the last N).
    Unit "period" says the KPI's own periods (`over 8 periods`)."""

    mode: Literal["over", "for"]
    count: int
    unit: Unit | Literal["period"]


@dataclass(frozen=True, slots=True)
class Confidence(Node):
    """`with 95% confidence [by stage end]`; level is 95 for 95 %."""

    level: Decimal
    by_stage_end: bool = False


@dataclass(frozen=True, slots=True)
class Qualifiers:
    """What may follow a criterion on a KPI. `held` counts the KPI's own periods."""

    window: Window | None = None
    confidence: Confidence | None = None
    held: int | None = None


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`conversion >= 3% over 8 weeks with 95% confidence`"""

    kpi: str
    op: Op
    value: Quantity
    qualifiers: Qualifiers = Qualifiers()


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`churn between 1% and 3%`, both ends included."""

    kpi: str
    low: Quantity
    high: Quantity
    qualifiers: Qualifiers = Qualifiers()


@dataclass(frozen=True, slots=True)
class Improves(Node):
    """`signups improves on signups_uk by 10%`; `other` is None for `baseline`. Better follows the KPI."""

    kpi: str
    other: str | None
    by: Quantity
    qualifiers: Qualifiers = Qualifiers()


@dataclass(frozen=True, slots=True)
class Money(Node):
    """`roi >= 1.2`, `spent <= 5000 EUR`, `spent <= 100% of budget`."""

    name: Literal["roi", "spent"]
    op: Op
    value: Quantity
    of_budget: bool = False


@dataclass(frozen=True, slots=True)
class Done(Node):
    """`tasks done`, `checklist done`, `task "Translate the catalogue" done` (then `name` is the task's)."""

    what: Literal["tasks", "checklist", "task"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Approved(Node):
    """`approved by sponsor`"""

    role: str


@dataclass(frozen=True, slots=True)
class Feedback(Node):
    """`feedback >= 8 from 30 answers`; without `from`, one answer is enough."""

    op: Op
    value: Quantity
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class After(Node):
    """`after 2026-06-30`: true from the day after."""

    day: date


@dataclass(frozen=True, slots=True)
class And(Node):
    parts: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    parts: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    part: Trigger


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """`2 of (a, b, c)`"""

    count: int
    parts: tuple[Trigger, ...]


Criterion = Compare | Between | Improves | Money | Done | Approved | Feedback | After
Trigger = Criterion | And | Or | Not | AtLeast


def criteria(trigger: Trigger) -> Iterator[Criterion]:
    """The leaves, in the order of the text."""
    match trigger:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from criteria(part)
        case Not(part):
            yield from criteria(part)
        case _:
            yield trigger


def kpis(trigger: Trigger) -> tuple[str, ...]:
    """The keys of the KPIs that the trigger reads, each once, in the order of the text."""
    found: dict[str, None] = {}
    for leaf in criteria(trigger):
        if isinstance(leaf, Compare | Between | Improves):
            found[leaf.kpi] = None
        if isinstance(leaf, Improves) and leaf.other:
            found[leaf.other] = None
    return tuple(found)
