"""A criterion on a KPI, followed from the stage's start to the newest period known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from . import evidence, periods
from .evidence import Plan
from .facts import Moment
from .kpis import Direction
from .rules import Ask, Control, Rule, Target
from .series import Series, Whole
from .tracks import Track, track, window_of
from .triggers.check import number
from .triggers.printer import show
from .triggers.tree import Between, Compare, Improves, Qualifiers

YEAR = 365.25  # days of the past that a baseline is compared with


@dataclass(frozen=True, eq=False, slots=True)
class Followed:
    """A criterion on a KPI with all that it says from the stage's start to the newest period known."""

    text: str
    history: Series
    run: Series
    rule: Rule
    qualifiers: Qualifiers
    ask: Ask | None
    track: Track
    newest: Whole  # at each look the last observed period, -1 before there is one


def follow(
    leaf: Compare | Between | Improves, series: Mapping[str, Series], moment: Moment, share: int = 1
) -> Followed | None:
    """None where nobody knows anything of the KPI. Worked out once for all days on which it is asked."""
    history = series.get(leaf.kpi)
    if history is None or history.last is None:
        return None
    run = history.since(periods.first_whole(moment.started, history.spec.cadence))
    if not len(run.values):
        return None
    other = series.get(leaf.other) if isinstance(leaf, Improves) and leaf.other else None
    key = (leaf, moment.started, moment.ends, moment.begun, share, other)
    try:  # hashing the key takes longer than anything else here
        found: Followed | None = run.memo[key]
    except KeyError:
        found = run.memo[key] = _follow(leaf, series, history, run, moment, share)
    return found


def _follow(
    leaf: Compare | Between | Improves,
    series: Mapping[str, Series],
    history: Series,
    run: Series,
    moment: Moment,
    share: int,
) -> Followed | None:
    rule, sided = _rule(leaf, series, run, moment, share)
    if rule is None:
        return None
    if isinstance(rule, Control):
        # Only periods that both know are compared.
        both = ~np.isnan(rule.control[0, :, :1]) & ~np.isnan(run.values[:, :1])
        run = Series(run.spec, run.first, np.where(both, run.values, np.nan))
        rule = replace(rule, control=np.where(both, rule.control, np.nan))
    ask = _ask(leaf.qualifiers, run, moment, share * sided)
    followed = track(run.spec, run.values[None], rule, leaf.qualifiers, ask)
    newest = np.maximum.accumulate(np.where(run.present, np.arange(len(run.values)), -1))
    return Followed(show(leaf), history, run, rule, leaf.qualifiers, ask, followed, newest)


def _ask(qualifiers: Qualifiers, run: Series, moment: Moment, share: int) -> Ask | None:
    if qualifiers.confidence is None:
        return None
    alpha = (1 - float(qualifiers.confidence.level) / 100) / share
    cadence = run.spec.cadence
    ends = None
    if qualifiers.confidence.by_stage_end and moment.ends:
        ends = max(1, periods.last_complete(moment.ends, cadence) - run.first + 1)
    return Ask(alpha, Plan.of(cadence, moment.planned_days), window_of(qualifiers, cadence), ends)


def _rule(
    leaf: Compare | Between | Improves, series: Mapping[str, Series], run: Series, moment: Moment, share: int
) -> tuple[Rule | None, int]:
    """What is wanted, and among how many sides alpha is to be divided besides."""
    match leaf:
        case Compare(_, op, value):
            wanted = number(value, run.spec)
            return Target(run.spec, op, wanted, wanted), 1
        case Between(_, low, high):
            return Target(run.spec, "in", number(low, run.spec), number(high, run.spec)), 1
    by, up = float(leaf.by.amount) / 100, run.spec.direction is not Direction.DOWN
    if leaf.other is None:
        return _better_than_baseline(leaf, series[leaf.kpi], by, up, moment, share)
    other = series.get(leaf.other)
    if other is None or other.last is None:
        return None, 1
    control = other.between(run.first, run.first + len(run.values) - 1)
    return Control(run.spec, control.values[None], by, up), 1


def _better_than_baseline(
    leaf: Improves, history: Series, by: float, up: bool, moment: Moment, share: int
) -> tuple[Rule | None, int]:
    """A baseline was measured too. With confidence half of alpha goes to each side (a union bound): the KPI must
    beat the declared number and what its own past may have been, whichever is harder."""
    baseline, spec, sides = history.spec.baseline, history.spec, 1
    if baseline is None:
        return None, 1
    if leaf.qualifiers.confidence:
        alpha = (1 - float(leaf.qualifiers.confidence.level) / 100) / share / 2
        end = periods.first_whole(moment.begun or moment.started, spec.cadence) - 1
        past = history.between(max(history.first, end - int(YEAR / spec.cadence.days)), end)
        low, high = evidence.fixed(spec.kind, spec.cadence, past.values, alpha=alpha)
        bound = high if up else low
        if bound is not None:
            baseline, sides = max(baseline, bound) if up else min(baseline, bound), 2
    wanted = baseline + abs(baseline) * by * (1 if up else -1)
    return Target(spec, ">=" if up else "<=", wanted, wanted), sides
