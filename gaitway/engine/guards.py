"""Guardrails: what must not get worse. Judged by a detector of change, so that a bad week isn't taken for a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from . import evidence, periods
from .facts import Moment
from .findings import Finding, unknown
from .kpis import enough
from .logic import Outcome, Why
from .rules import Target
from .series import Floats, Series
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
            raise TriggerError("a guardrail is a KPI with a bound, or several joined by 'and'", part.at)
        if part.qualifiers != Qualifiers():
            message = "a guardrail has a bound and nothing more: it is watched in every period anyway"
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
    text, history = show(guard), series.get(guard.kpi)
    if history is None or history.last is None:
        return unknown(text, Why.NO_DATA, kpi=guard.kpi)
    spec, rule = history.spec, _target(guard, history)
    alarms, first = _alarms(guard, rule, history, moment)
    last = periods.last_complete(moment.as_of, spec.cadence)
    seen = history.between(first, min(last, history.last))
    observed = np.flatnonzero(seen.present)
    if not len(observed):
        return unknown(text, Why.NO_DATA, kpi=guard.kpi, wanted=rule.wanted)
    look = int(observed[-1])
    values = seen.values[None, : look + 1]
    value, sample, count = (each[0, -1] for each in evidence.estimates(spec.kind, values, smooth(spec.cadence)))
    finding = Finding(
        text, Outcome.UNKNOWN, Why.TOO_EARLY, float(value) if value == value else None, wanted=rule.wanted,
        periods=int(count), sample=float(sample), kpi=guard.kpi,
    )  # fmt: skip
    if last - first - look > spec.cadence.grace:
        return replace(finding, why=Why.STALE)
    alarm = float(alarms[look])
    if alarm != alarm:
        return replace(finding, wait=max(1, enough(spec.kind, spec.cadence) + 1 - len(observed)))
    turned = alarm >= 1
    return replace(finding, outcome=Outcome.UNMET if turned else Outcome.MET, why=None, alarm=alarm)


def _alarms(guard: Guard, rule: Target, history: Series, moment: Moment) -> tuple[Floats, int]:
    """The detector at each period from `first` on; worked out once for all days on which it is asked."""
    cadence = history.spec.cadence
    begun = periods.first_whole(moment.started, cadence)
    first = max(history.first, begun - int(PAST / cadence.days))
    whole = history.since(min(first, begun))
    key = ("turning", guard, begun)
    if key not in whole.memo:
        sides = [
            evidence.turning(
                history.spec.kind, cadence, whole.values[None], bound, up=up, start=begun - whole.first
            )[0]
            for bound, up in rule.sides()
        ]  # fmt: skip
        whole.memo[key] = np.maximum.reduce(sides)
    found: Floats = whole.memo[key]
    return found, whole.first


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
