"""The judge: a trigger, the KPIs' history and the facts in; findings and a verdict out.

A verdict depends on its arguments alone: no clock, no randomness, no order of rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from . import criteria, guards, periods
from .facts import Facts, Moment
from .findings import Finding
from .guards import Guard
from .logic import Outcome, Proposal, at_least, negated
from .periods import Cadence
from .series import Series
from .triggers.tree import And, AtLeast, Criterion, Not, Or, Trigger


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of one trigger or stop rule, and the findings of its criteria in the order of the text."""

    outcome: Outcome
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A gate: what must be true to move on, what ends the stage, and what must not get worse in it. `back`: whether
    there is a stage to step back to."""

    trigger: Trigger | None = None
    stop: Trigger | None = None
    guards: tuple[Guard, ...] = ()
    back: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    trigger: Judgement | None
    stop: Judgement | None
    guard: Judgement | None
    proposal: Proposal | None
    lapsed: tuple[str, ...] = ()  # conditions of the decision that led here


def judge(trigger: Trigger, series: Mapping[str, Series], facts: Facts, moment: Moment) -> Judgement:
    """Judges every criterion, also those that can't change the outcome any more: people want to see them all.

    `or` and `N of` share the error: each of k parts is judged at alpha / k (a union bound), `and` needs none.
    Under `not` it is the other way round, by De Morgan."""
    findings: list[Finding] = []

    def walk(node: Trigger, share: int, denied: bool = False) -> Outcome:
        match node:
            case And(parts):
                each = share * len(parts) if denied else share
                return at_least(len(parts), [walk(part, each, denied) for part in parts])
            case Or(parts):
                each = share if denied else share * len(parts)
                return at_least(1, [walk(part, each, denied) for part in parts])
            case AtLeast(count, parts):
                return at_least(count, [walk(part, share * len(parts), denied) for part in parts])
            case Not(part):
                return negated(walk(part, share, not denied))
            case _:
                leaf: Criterion = node
                findings.append(criteria.judge(leaf, series, facts, moment, share))
                return findings[-1].outcome

    outcome = walk(trigger, 1)
    return Judgement(outcome, tuple(findings))


def verdict(rules: Rules, series: Mapping[str, Series], facts: Facts, moment: Moment) -> Verdict:
    """All rules of a gate together. A stop rule that is met outranks a guardrail that is broken, and that a trigger
    that is met: nothing that has turned is proposed for more, nor what was let in under conditions that lapsed."""
    onward = judge(rules.trigger, series, facts, moment) if rules.trigger else None
    ending = judge(rules.stop, series, facts, moment) if rules.stop else None
    found = tuple(guards.judge(guard, series, moment) for guard in rules.guards)
    kept = Judgement(guards.holds(found), found) if found else None
    proposal = None
    if ending and ending.outcome is Outcome.MET:
        proposal = Proposal.STOP
    elif (kept and kept.outcome is Outcome.UNMET) or facts.lapsed:
        proposal = Proposal.BACK if rules.back else None
    elif onward and onward.outcome is Outcome.MET:
        proposal = Proposal.GO
    return Verdict(onward, ending, kept, proposal, facts.lapsed)


def looks(cadences: Collection[Cadence], first: date, last: date, changed: Collection[date] = ()) -> list[date]:
    """The days from `first` to `last` on which a verdict can differ from the day before: those that complete a
    period (a reading turns stale on such a day too), those on which a fact changed, and both ends."""
    days = {first, last, *changed}
    for cadence in set(cadences):
        number = periods.index(first, cadence)
        while (day := periods.end(number, cadence)) <= last:
            days.add(day)
            number += 1
    return sorted(day for day in days if first <= day <= last)
