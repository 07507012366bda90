"""One criterion at a time: from the history of a KPI, or from a fact, to a finding."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from . import evidence, periods
from .facts import Facts, Moment, judge_fact
from .findings import Finding, unknown
from .following import Followed, follow
from .logic import Outcome, Why
from .rules import Control, Rule, Target
from .series import Floats, Series
from .tracks import window_of
from .triggers.check import number
from .triggers.printer import show
from .triggers.tree import Between, Compare, Criterion, Improves, Qualifiers


def judge(leaf: Criterion, series: Mapping[str, Series], facts: Facts, moment: Moment, share: int = 1) -> Finding:
    """`share` divides alpha among the parts of an `or`. A KPI that nobody has history of is `no data`."""
    if not isinstance(leaf, Compare | Between | Improves):
        return judge_fact(leaf, show(leaf), facts, moment)
    followed = follow(leaf, series, moment, share)
    if followed is not None:
        look = periods.last_complete(moment.as_of, followed.history.spec.cadence) - followed.run.first
        if look >= 0:
            return _finding(followed, min(look, len(followed.newest) - 1), moment)
    return unknown(show(leaf), Why.NO_DATA, wanted=_declared(leaf, series), kpi=leaf.kpi)


def _finding(followed: Followed, look: int, moment: Moment) -> Finding:
    """The column of the track that was the newest at `moment`, with the numbers behind it."""
    tracked, run, rule = followed.track, followed.run, followed.rule
    outcome, why = tracked.at(look)
    values = run.values[: int(followed.newest[look]) + 1]
    value, sample = float(tracked.value[0, look]), float(tracked.sample[0, look])
    finding = Finding(
        followed.text, outcome, why, value if value == value else None, wanted=_wanted(rule, values, followed.qualifiers),
        periods=int(tracked.count[0, look]), sample=sample or None, kpi=run.spec.key,
        held=int(tracked.held[0, look]) if tracked.held is not None else None,
        confidence=1 - followed.ask.alpha if followed.ask else None,
    )  # fmt: skip
    if why is Why.NO_DATA:
        return replace(finding, confidence=None)
    behind = periods.last_complete(moment.as_of, run.spec.cadence) - run.first - len(values) + 1
    if behind > run.spec.cadence.grace:
        return replace(finding, outcome=Outcome.UNKNOWN, why=Why.STALE, confidence=None)
    if why is Why.TOO_EARLY and moment.ends and moment.as_of >= moment.ends and followed.ask:
        finding = replace(finding, why=Why.INCONCLUSIVE)
    return finding if moment.brief else _explained(finding, followed, values)


def _explained(finding: Finding, followed: Followed, values: Floats) -> Finding:
    """With the interval, the e-value, how long it may still take, and how easily chance alone would do it."""
    run, rule, ask, qualifiers = followed.run, followed.rule, followed.ask, followed.qualifiers
    kind, cadence = run.spec.kind, run.spec.cadence
    window = window_of(qualifiers, cadence)
    observed = int(np.count_nonzero(~np.isnan(values[:, 0])))
    early = finding.why is Why.TOO_EARLY
    if ask is None:
        wait = None
        if early and qualifiers.held and finding.held is not None and (not window or len(values) >= window):
            wait = qualifiers.held - finding.held
        elif early and window:
            wait = window - len(values)
        luck = None
        if qualifiers.window and qualifiers.window.mode == "for":
            luck = chance_of_run(window or 1, len(values))
        return replace(finding, wait=wait, luck=luck)
    finding = replace(finding, wait=evidence.missing(kind, cadence, values) or None if early else None)
    if early and qualifiers.held and finding.held is not None and not finding.wait:
        met = rule.shown(values[None], ask)[0][0, -1]
        finding = replace(finding, wait=qualifiers.held - finding.held if met else None)
    if isinstance(rule, Control):
        if ask.ends is not None:
            return finding  # its own boundary has no interval for a difference
        begin = max(0, len(values) - ask.window) if ask.window else 0
        control = rule.control[0, begin : len(values)]
        low, high = evidence.control.interval(
            kind, cadence, values[begin:], control, rule.factor, alpha=ask.alpha, plan=ask.plan
        )
        wanted = float(rule.wanted(values[None], ask.window)[0, -1])
        return replace(finding, low=None if low is None else wanted + low, high=None if high is None else wanted + high)
    assert isinstance(rule, Target)  # noqa: S101  # the other rule
    level = ask.alpha / len(rule.sides())
    if ask.ends is not None:
        within = values[: int(ask.ends)]  # after the end it says nothing more
        ends = evidence.bounds(kind, cadence, within, alpha=level, plan=ask.plan, ends=ask.ends)
        low, high = (float(side[-1]) if np.isfinite(side[-1]) else None for side in ends)
    else:
        low, high = evidence.interval(kind, cadence, values, alpha=level, plan=ask.plan, window=ask.window)
    finding = replace(finding, low=low, high=high)
    if ask.ends is None and len(rule.sides()) == 1 and rule.op != "=":
        ((bound, up),) = rule.sides()
        log_e = evidence.log_e(
            kind, cadence, values[None], bound, up=up, alpha=level, plan=ask.plan, window=ask.window
        )  # fmt: skip
        reached = np.flatnonzero(log_e[0] >= -math.log(level))
        evident = float(log_e[0, reached[0] if len(reached) else -1])
        finding = replace(finding, e_value=math.exp(min(evident, 20.0)))
        if early and not finding.wait and ask.window is None and observed:
            either = [
                evidence.expected(kind, cadence, values, bound, up=side, alpha=level, plan=ask.plan)
                for side in (up, not up)
            ]
            finding = replace(finding, expected=min((more for more in either if more), default=None))
    return finding


def chance_of_run(length: int, looks: int) -> float:
    """How probable it is that a KPI which is truly just at its target, so that each period is as likely on the right
    side as on the wrong one, shows `length` right ones in a row somewhere in `looks` (Feller 1968, XIII.7)."""
    # none[i]: the chance that i flips hold no such run.
    none = [1.0] * min(length, looks + 1)
    for i in range(length, looks + 1):
        none.append(1 - 0.5**length if i == length else none[-1] - 0.5 ** (length + 1) * none[i - length - 1])
    return 1 - none[looks]


def _wanted(rule: Rule, values: Floats, qualifiers: Qualifiers) -> float | tuple[float, float] | None:
    if isinstance(rule, Target):
        return rule.wanted
    if not isinstance(rule, Control) or not len(values):
        return None
    wanted = float(rule.wanted(values[None], window_of(qualifiers, rule.spec.cadence))[0, -1])
    return wanted if wanted == wanted else None


def _declared(leaf: Compare | Between | Improves, series: Mapping[str, Series]) -> float | tuple[float, float] | None:
    """What a criterion wants of a KPI that has no history yet."""
    if leaf.kpi not in series:
        return None
    spec = series[leaf.kpi].spec
    match leaf:
        case Compare(value=value):
            return number(value, spec)
        case Between(low=low, high=high):
            return number(low, spec), number(high, spec)
    return None
