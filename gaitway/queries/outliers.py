"""Is a number that somebody enters far from what its KPI usually does? Nobody knows before it has six of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import numpy as np

from gaitway.engine import behaviour as engine
from gaitway.engine import periods
from gaitway.engine.behaviour import LEAST, REACH, Behaviour
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Series, parts, ratio_of
from gaitway.models import Kpi
from gaitway.queries import behaviour, observations
from gaitway.queries.cells import Numbers
from gaitway.queries.words import cells as words

Entered = Mapping[int, Mapping[date, Numbers]]


def unusual(kpis: Collection[Kpi], entered: Entered, today: date) -> dict[tuple[int, date], str]:
    """By KPI and period: what is said of a number outside the limits of the others. Numbers that come in the place of known
    ones don't vouch for themselves; where too few others are known, many that come together are judged by one another.
    Two queries."""
    kpis = [kpi for kpi in kpis if entered.get(kpi.pk)]
    if not kpis:
        return {}
    known, resets = observations.rows(kpis, since=behaviour.since(today)), behaviour.resets(kpis)
    said: dict[tuple[int, date], str] = {}
    for kpi in kpis:
        spec, cadence, typed = kpi.spec(), Cadence(kpi.cadence), entered[kpi.pk]
        own = {periods.index(day, cadence): numbers for day, numbers in typed.items()}
        others = {number: row for number, row in known.get(kpi.pk, {}).items() if number not in own}
        begins = [periods.index(each.period, cadence) for each in resets.get(kpi.pk, [])]
        found = engine.of(Series.of(spec, others), begins)
        if len(own) >= LEAST and not any(phase.limits for phase in found.phases):
            found = engine.of(Series.of(spec, {**others, **own}), begins)
        for day, numbers in typed.items():
            if words_of := _said(found, kpi, periods.index(day, cadence), _value(kpi, numbers)):
                said[kpi.pk, day] = words_of
    return said


def _value(kpi: Kpi, numbers: Numbers) -> float:
    return float(ratio_of(*parts(Kind(kpi.kind), np.array([numbers], dtype=float)))[0])


def _said(found: Behaviour, kpi: Kpi, period: int, value: float) -> str:
    here = [phase for phase in found.phases if phase.first <= period and phase.limits] or [
        phase for phase in found.phases if phase.limits
    ]
    limits = here[-1].limits if here else None
    if limits is None or not (value < limits.lower or value > limits.upper):  # NaN is beyond nothing
        return ""
    step = max(limits.upper - limits.mean, limits.mean - limits.lower) / REACH
    return words.unusual(limits, abs(value - limits.mean) / step if step > 0 else None, kpi)
