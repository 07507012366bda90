"""One criterion at a time: from the history of a KPI, or from a fact, to a finding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from . import evidence, periods
from .evidence import Plan
from .facts import Facts, Moment, judge_fact
from .findings import Finding, unknown
from .kpis import Direction
from .logic import Outcome, Why, truth
from .series import Bools, Floats, Series
from .triggers.check import number
from .triggers.printer import show
from .triggers.tree import Between, Compare, Criterion, Improves, Op, Qualifiers


def judge(leaf: Criterion, series: Mapping[str, Series], facts: Facts, moment: Moment, share: int = 1) -> Finding:
    """`share` divides alpha among the parts of an `or`. A KPI that nobody has history of is `no data`."""
    text = show(leaf)
    match leaf:
        case Compare(kpi, op, value, qualifiers):
            wanted = _number(value, series.get(kpi))
            target = Target(op, wanted, wanted)
            return _judge_kpi(text, kpi, target, qualifiers, series, moment, share)
        case Between(kpi, low, high, qualifiers):
            target = Target("in", _number(low, series.get(kpi)), _number(high, series.get(kpi)))
            return _judge_kpi(text, kpi, target, qualifiers, series, moment, share)
        case Improves(kpi, other, by, qualifiers):
            return _judge_improvement(text, kpi, other, float(by.amount) / 100, qualifiers, series, moment, share)
        case _:
            return judge_fact(leaf, text, facts, moment)


@dataclass(frozen=True, slots=True)
class Target:
    """The values that are wanted: on the right side of `low` (`high` is the same), or from low to high."""

    op: Op | str
    low: float
    high: float

    @property
    def wanted(self) -> float | tuple[float, float]:
        return (self.low, self.high) if self.op == "in" else self.low

    def holds(self, values: Floats) -> Bools:
        """Where a value is on the right side; an absent value is not."""
        match self.op:
            case ">=":
                return values >= self.low
            case ">":
                return values > self.low
            case "<=":
                return values <= self.low
            case "<":
                return values < self.low
            case "=":
                return np.isclose(values, self.low, rtol=1e-9, atol=1e-12)
            case _:
                return (values >= self.low) & (values <= self.high)

    def sides(self) -> tuple[tuple[float, bool], ...]:
        """Each (bound, is the good side above it)."""
        if self.op in (">=", ">"):
            return ((self.low, True),)
        if self.op in ("<=", "<"):
            return ((self.low, False),)
        return ((self.low, True), (self.high, False))


def _judge_kpi(
    text: str,
    kpi: str,
    target: Target,
    qualifiers: Qualifiers,
    series: Mapping[str, Series],
    moment: Moment,
    share: int,
) -> Finding:
    history = series.get(kpi)
    if history is None or history.last is None:
        return unknown(text, Why.NO_DATA, wanted=target.wanted if math.isfinite(target.low) else None, kpi=kpi)
    run = stage_run(history, moment)
    window = qualifiers.window
    size = periods.count_in(window.count, window.unit, history.spec.cadence) if window else None
    last = _newest(run, size)
    estimate, sample = last.pooled()
    finding = Finding(
        text, Outcome.UNKNOWN, Why.NO_DATA, estimate, wanted=target.wanted,
        periods=int(last.present.sum()), sample=sample or None, kpi=kpi,
    )  # fmt: skip
    if estimate is None or (size and 2 * finding.periods < len(last.values)):
        return finding  # most of the window is missing
    if _stale(run, moment):
        return replace(finding, why=Why.STALE)
    if qualifiers.confidence:
        alpha = (1 - float(qualifiers.confidence.level) / 100) / share
        finding = _with_evidence(finding, history, run, target, alpha, size, moment)
    elif window and window.mode == "for":
        finding = _each_period(finding, last, target, window.count if size is None else size)
    elif size and len(run.values) < size:
        finding = replace(finding, why=Why.TOO_EARLY, wait=size - len(run.values))
    else:
        finding = _settled(finding, truth(bool(target.holds(np.array(estimate)))))
    if qualifiers.held and finding.outcome is Outcome.MET:
        return _held(finding, run, target, qualifiers.held)
    return finding


def stage_run(history: Series, moment: Moment) -> Series:
    """The complete periods that lie wholly in the stage, up to the newest one observed: what is known of a later
    day never changes what is said of an earlier one."""
    cadence = history.spec.cadence
    last = min(periods.last_complete(moment.as_of, cadence), history.last if history.last is not None else 0)
    run = history.between(periods.first_whole(moment.started, cadence), last)
    seen = np.flatnonzero(run.present)
    return Series(run.spec, run.first, run.values[: int(seen[-1]) + 1 if len(seen) else 0])


def _stale(run: Series, moment: Moment) -> bool:
    cadence = run.spec.cadence
    return run.last is not None and periods.last_complete(moment.as_of, cadence) - run.last > cadence.grace


def _settled(finding: Finding, outcome: Outcome) -> Finding:
    return replace(finding, outcome=outcome, why=None)


def _with_evidence(
    finding: Finding,
    history: Series,
    run: Series,
    target: Target,
    alpha: float,
    window: int | None,
    moment: Moment,
) -> Finding:
    """Met is latched at its first crossing: that is what an e-process buys. Unmet is said while it is so."""
    plan = Plan.of(run.spec.cadence, moment.planned_days)
    sides = target.sides()
    level = alpha / len(sides)
    whole, last = history.since(run.first), run.first + len(run.values) - 1

    def seen(bound: float, up: bool) -> Floats:
        return evidence.path_to(whole, last, bound, up=up, alpha=level, plan=plan, window=window)

    good = [seen(bound, up) for bound, up in sides]
    bad = [seen(bound, not up) for bound, up in sides]
    enough = -math.log(level)
    finding = replace(finding, confidence=1 - alpha)
    if not moment.brief:
        low, high = evidence.interval(run, alpha=level, plan=plan, window=window)
        finding = replace(finding, low=low, high=high)
    if target.op != "=" and bool(np.any(np.min(good, axis=0) >= enough)):
        return _settled(finding, Outcome.MET)
    if any(side[-1] >= enough for side in bad):
        return _settled(finding, Outcome.UNMET)
    return replace(finding, why=Why.TOO_EARLY, wait=evidence.wait(run))


def _each_period(finding: Finding, last: Series, target: Target, size: int) -> Finding:
    """True in each of the last periods. One that fails settles it, whatever is missing."""
    right = target.holds(last.estimates())
    known = ~np.isnan(last.estimates())
    if bool(np.any(known & ~right)):
        return _settled(finding, Outcome.UNMET)
    if len(last.values) < size:
        return replace(finding, why=Why.TOO_EARLY, wait=size - len(last.values))
    return _settled(finding, Outcome.MET) if bool(known.all()) else finding


def _held(finding: Finding, run: Series, target: Target, count: int) -> Finding:
    """The current value stayed on the right side for the last `count` periods; for a daily KPI that is the 7-day
    value. One missing period freezes the count, two in a row end it (EVIDENCE: hold-down)."""
    smooth = 7 if run.spec.cadence.value == "day" else 1
    held = gap = 0
    for end in range(len(run.values), 0, -1):
        if np.isnan(run.values[end - 1, 0]):
            gap += 1
            if gap == 2:
                break
            continue
        gap = 0
        current, _ = run.between(run.first + max(0, end - smooth), run.first + end - 1).pooled()
        if current is None or not bool(target.holds(np.array(current))):
            break
        held += 1
        if held == count:
            return finding
    return replace(finding, outcome=Outcome.UNKNOWN, why=Why.TOO_EARLY, wait=count - held)


def _judge_improvement(
    text: str,
    kpi: str,
    other: str | None,
    by: float,
    qualifiers: Qualifiers,
    series: Mapping[str, Series],
    moment: Moment,
    share: int,
) -> Finding:
    """Better by a share of the other value, in the KPI's direction. Against a running control, the other KPI is
    estimated over the same periods; with confidence, half of alpha goes to each side (a union bound)."""
    history = series.get(kpi)
    if history is None:
        return unknown(text, Why.NO_DATA, kpi=kpi)
    up = history.spec.direction is not Direction.DOWN
    if other is None:
        if history.spec.baseline is None:
            return unknown(text, Why.NO_DATA, kpi=kpi)
        target = _better(history.spec.baseline, by, up)
        return _judge_kpi(text, kpi, target, qualifiers, series, moment, share)
    control = series.get(other)
    if control is None or control.last is None:
        return unknown(text, Why.NO_DATA, kpi=kpi)
    run = stage_run(control, moment)
    window = qualifiers.window
    size = periods.count_in(window.count, window.unit, control.spec.cadence) if window else None
    value, _ = _newest(run, size).pooled()
    if value is None:
        return unknown(text, Why.NO_DATA, kpi=kpi)
    if _stale(run, moment):
        return unknown(text, Why.STALE, kpi=kpi)
    target = _better(value, by, up)
    if qualifiers.confidence:
        alpha = (1 - float(qualifiers.confidence.level) / 100) / share / 2
        plan = Plan.of(control.spec.cadence, moment.planned_days)
        low, high = evidence.interval(run, alpha=alpha, plan=plan, window=size)
        bound = high if up else low
        if bound is None:
            return unknown(text, Why.TOO_EARLY, kpi=kpi, wanted=target.wanted, wait=evidence.wait(run))
        best = low if up else high
        strict = _judge_kpi(text, kpi, _better(bound, by, up), qualifiers, series, moment, share * 2)
        if strict.outcome is not Outcome.UNMET or best is None:
            return replace(strict, wanted=target.wanted)
        # Unmet only where even the kindest reading of the control is out of reach.
        kind = _judge_kpi(text, kpi, _better(best, by, up), qualifiers, series, moment, share * 2)
        if kind.outcome is Outcome.UNMET:
            return replace(kind, wanted=target.wanted)
        return replace(kind, outcome=Outcome.UNKNOWN, why=Why.TOO_EARLY, wanted=target.wanted)
    return _judge_kpi(text, kpi, target, qualifiers, series, moment, share)


def _better(value: float, by: float, up: bool) -> Target:
    """Better than `value` by a share of its size, also where it is negative; better than 0 by any amount at all."""
    wanted = value + abs(value) * by * (1 if up else -1)
    op = (">=" if up else "<=") if value else (">" if up else "<")
    return Target(op, wanted, wanted)


def _newest(run: Series, size: int | None) -> Series:
    """The last `size` periods, or all of them."""
    skipped = 0 if size is None else max(0, len(run.values) - size)
    return run.between(run.first + skipped, run.first + len(run.values) - 1)


def _number(quantity: object, history: Series | None) -> float:
    return number(quantity, history.spec) if history is not None else math.nan  # type: ignore[arg-type]  # a Quantity
