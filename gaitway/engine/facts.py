"""What is known of the initiative itself at the moment of judging. None always means: not known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from .findings import Finding, unknown
from .logic import Outcome, Why, truth
from .triggers.tree import After, Approved, Done, Feedback, Money


@dataclass(frozen=True, slots=True)
class Facts:
    """`tasks` and `checklist` map a name to whether it is done; money is in one currency."""

    tasks: Mapping[str, bool] = field(default_factory=dict)
    checklist: Mapping[str, bool] = field(default_factory=dict)
    approved: frozenset[str] = frozenset()
    roi: float | None = None
    spent: float | None = None
    burn: tuple[float, float] | None = None
    budget: float | None = None
    currency: str = ""
    feedback: float | None = None
    answers: int = 0
    lapsed: tuple[str, ...] = ()  # the conditions under which the stage was entered, and that were not kept


@dataclass(frozen=True, slots=True)
class Moment:
    """When a gate is judged: at the end of `as_of`, in a stage that began on `started` and shall end on `ends`, of an
    initiative that has `begun` (None: with this stage).

    A `brief` judgement has every outcome but leaves the intervals out, which cost most of the time."""

    as_of: date
    started: date
    ends: date | None = None
    brief: bool = False
    begun: date | None = None

    @property
    def planned_days(self) -> int | None:
        return (self.ends - self.started).days + 1 if self.ends and self.ends >= self.started else None


def judge_fact(leaf: Money | Done | Approved | Feedback | After, text: str, facts: Facts, moment: Moment) -> Finding:
    """A criterion on the initiative itself. What isn't known is `no data`, never failed."""
    match leaf:
        case Done():
            return _done(leaf, text, facts)
        case Approved(role):
            # Not yet approved, or the day not yet come, is no failure: it may still happen.
            return Finding(text, Outcome.MET) if role in facts.approved else unknown(text, Why.TOO_EARLY)
        case After(day):
            return Finding(text, Outcome.MET) if moment.as_of > day else unknown(text, Why.TOO_EARLY)
        case Feedback(op, value, answers):
            return _feedback(op, float(value.amount), answers or 1, text, facts)
        case Money():
            return _money(leaf, text, facts)


def _done(leaf: Done, text: str, facts: Facts) -> Finding:
    items = facts.checklist if leaf.what == "checklist" else facts.tasks
    if leaf.what == "task":
        items = {leaf.name: items[leaf.name]} if leaf.name in items else {}
    if not items:
        return unknown(text, Why.NO_DATA)
    done = sum(items.values())
    return Finding(text, truth(done == len(items)), estimate=done, wanted=len(items), sample=len(items))


def _feedback(op: str, wanted: float, answers: int, text: str, facts: Facts) -> Finding:
    if facts.feedback is None or not facts.answers:
        return unknown(text, Why.NO_DATA, wanted=wanted)
    finding = unknown(text, Why.TOO_EARLY, estimate=facts.feedback, wanted=wanted, sample=facts.answers)
    if facts.answers < answers:
        return finding
    return replace(finding, outcome=truth(compare(op, facts.feedback, wanted)), why=None)


def _money(leaf: Money, text: str, facts: Facts) -> Finding:
    known, wanted = (facts.roi if leaf.name == "roi" else facts.spent), float(leaf.value.amount)
    if leaf.value.unit == "%":
        wanted /= 100
    if leaf.of_budget:
        if facts.budget is None:
            return unknown(text, Why.NO_DATA, estimate=known)
        wanted *= facts.budget
    if known is None:
        return unknown(text, Why.NO_DATA, wanted=wanted)
    burn = facts.burn if leaf.name == "spent" and leaf.op in ("<", "<=") else None
    return Finding(text, truth(compare(leaf.op, known, wanted)), estimate=known, wanted=wanted, burn=burn)


def compare(op: str, value: float, wanted: float) -> bool:
    match op:
        case ">=":
            return value >= wanted
        case ">":
            return value > wanted
        case "<=":
            return value <= wanted
        case "<":
            return value < wanted
        case _:
            return math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-12)
