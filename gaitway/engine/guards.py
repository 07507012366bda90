"""Guardrails: what must not get worse. Judged by a detector of change, so that a bad week isn't taken for a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import evidence, periods
from .facts import Moment
from .findings import Finding, unknown
from .kpis import enough
from .logic import Outcome, Why
from .phrases import Phrase
from .rules import Target
from .series import Floats, Series, Whole
from .tracks import smooth
from .triggers.check import number
from .triggers.errors import TriggerError
from .triggers.printer import show
from .triggers.tree import And, Between, Compare, Qualifiers, Trigger

Guard = Compare | Between
PAST = 365.25  # days before the stage that tell how much a KPI varies


def declared(trigger: Trigger | None) -> tuple[Guard, ...]:
    """The comparisons of a guardrail as it is written. Raises TriggerError where it asks for something else."""
    parts = trigger.parts if isinstance(trigger, And) else (trigger,) if trigger else ()
    guards = []
    for part in parts:
        if not isinstance(part, Compare | Between) or (isinstance(part, Compare) and part.op == "="):
            raise TriggerError(Phrase("a guardrail is a KPI with a bound, or several joined by 'and'"), part.at)
        if part.qualifiers != Qualifiers():
            message = Phrase("a guardrail has a bound and nothing more: it is watched in every period anyway")
            raise TriggerError(message, part.at, suggestion=show(_bare(part)))
        guards.append(part)
    return tuple(guards)


def earned(trigger: Trigger | None) -> tuple[Guard, ...]:
    """What a stage was earned by must stay true in it: the comparisons with a KPI that a trigger asked for, all of
    them together. Where any of several would do, none of them must stay."""
    parts = trigger.parts if isinstance(trigger, And) else (trigger,) if trigger else ()
    return tuple(
        _bare(part) for part in parts if isinstance(part, Between) or (isinstance(part, Compare) and part.op != "=")
    )


def judge(guard: Guard, series: Mapping[str, Series], moment: Moment) -> Finding:
    """Unmet where the KPI has turned; met where there is no sign of it; else unknown. The estimate is the current
    value (of a daily KPI that of 7 days), `alarm` how near the detector is to its threshold, from 0 to 1."""
    history = series.get(guard.kpi)
    if history is None or history.last is None:
        return unknown(show(guard), Why.NO_DATA, kpi=guard.kpi)
    spec, watched = history.spec, _watched(guard, history, moment)
    last = periods.last_complete(moment.as_of, spec.cadence)
    known = min(last, history.last) - watched.first
    look = int(watched.newest[known]) if known >= 0 else -1
    if look < 0:
        return unknown(watched.text, Why.NO_DATA, kpi=guard.kpi, wanted=watched.wanted)
    outcome, why, wait = Outcome.UNKNOWN, None, None
    value, alarm = float(watched.value[look]), float(watched.alarm[look])
    if last - watched.first - look > spec.cadence.grace:
        why = Why.STALE
    elif alarm != alarm:
        why, wait = Why.TOO_EARLY, max(1, enough(spec.kind, spec.cadence) + 1 - int(watched.observed[look]))
    else:
        outcome = Outcome.UNMET if alarm >= 1 else Outcome.MET
    return Finding(
        watched.text, outcome, why, value if value == value else None, wanted=watched.wanted, wait=wait,
        periods=int(watched.count[look]), sample=float(watched.sample[look]), kpi=guard.kpi,
        alarm=None if why else alarm,
    )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class _Watched:
    """A guardrail at each period from `first` on, shapes (periods,)."""

    text: str
    wanted: float | tuple[float, float]
    first: int
    alarm: Floats
    value: Floats
    sample: Floats
    count: Floats
    newest: Whole  # the last observed period, -1 before there is one
    observed: Whole  # how many have been


def _watched(guard: Guard, history: Series, moment: Moment) -> _Watched:
    """Worked out once for all days on which it is asked."""
    cadence = history.spec.cadence
    begun = periods.first_whole(moment.started, cadence)
    whole = history.since(min(max(history.first, begun - int(PAST / cadence.days)), begun))
    key = ("watched", guard, begun)
    try:
        found: _Watched = whole.memo[key]
    except KeyError:
        found = whole.memo[key] = _watch(guard, whole, begun)
    return found


def _watch(guard: Guard, whole: Series, begun: int) -> _Watched:
    spec, rule, values = whole.spec, _target(guard, whole), whole.values[None]
    alarms = [
        evidence.turning(spec.kind, spec.cadence, values, bound, up=up, start=begun - whole.first)[0]
        for bound, up in rule.sides()
    ]
    value, sample, count = (each[0] for each in evidence.estimates(spec.kind, values, smooth(spec.cadence)))
    newest = np.maximum.accumulate(np.where(whole.present, np.arange(len(whole.values)), -1))
    return _Watched(
        show(guard), rule.wanted, whole.first, np.maximum.reduce(alarms), value, sample, count, newest,
        np.cumsum(whole.present, dtype=np.intp),
    )  # fmt: skip


def _target(guard: Guard, history: Series) -> Target:
    if isinstance(guard, Between):
        return Target(history.spec, "in", number(guard.low, history.spec), number(guard.high, history.spec))
    bound = number(guard.value, history.spec)
    return Target(history.spec, guard.op, bound, bound)


def _bare(guard: Guard) -> Guard:
    return replace(guard, qualifiers=Qualifiers())


def holds(findings: Sequence[Finding]) -> Outcome:
    """All of them together: unmet as soon as one has turned."""
    if any(finding.outcome is Outcome.UNMET for finding in findings):
        return Outcome.UNMET
    return Outcome.MET if all(f.outcome is Outcome.MET for f in findings) else Outcome.UNKNOWN
