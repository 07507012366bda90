"""What a criterion on a KPI says at every look, for many series at once: judging one day reads one column of it, a
replay reads all, a forecast asks it of a thousand futures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import evidence, periods
from .kpis import KpiSpec
from .logic import Outcome, Why
from .periods import Cadence
from .rules import Ask, Rule
from .series import Bools, Floats, Whole
from .triggers.tree import And, AtLeast, Criterion, Not, Or, Qualifiers, Trigger

Codes = NDArray[np.int8]
# Kleene's values as numbers: `and` is the least, `or` the greatest, `not` the negative.
OUTCOMES = {1: Outcome.MET, 0: Outcome.UNKNOWN, -1: Outcome.UNMET}
WHYS = (None, Why.NO_DATA, Why.TOO_EARLY)


@dataclass(frozen=True, eq=False, slots=True)
class Track:
    """Shapes (series, periods). `why` indexes WHYS; `value`, `sample` and `count` (observed periods) are those of
    the window; `held` counts the looks for which the current value has been on the right side."""

    outcome: Codes
    why: Codes
    value: Floats
    sample: Floats
    count: Floats
    held: Whole | None

    def at(self, look: int) -> tuple[Outcome, Why | None]:
        return OUTCOMES[int(self.outcome[0, look])], WHYS[int(self.why[0, look])]


def track(spec: KpiSpec, values: Floats, rule: Rule, qualifiers: Qualifiers, ask: Ask | None) -> Track:
    """Follows a rule through `values` (series, periods, numbers of the kind), which begin with the stage. `ask` is
    given where the criterion wants confidence. What is said at a look never depends on what comes later."""
    size = values.shape[1]
    seen = ~np.isnan(values[..., 0])
    window = window_of(qualifiers, spec.cadence)
    # Nothing is said of a period without a reading but what was said at the last one.
    newest = np.maximum.accumulate(np.where(seen, np.arange(size), -1), axis=1)
    value, sample, count = evidence.estimates(spec.kind, values, window)
    length = np.minimum(np.arange(1, size + 1), window or size)
    lacking = np.isnan(value) | ((2 * count < length) if window else False)
    early = np.zeros(values.shape[:2], bool)
    if ask is not None:
        met, unmet = rule.shown(values, ask)
        outcome = np.where(met, 1, np.where(unmet, -1, 0))
        early = outcome == 0
    elif qualifiers.window and qualifiers.window.mode == "for":
        outcome, early = _each(rule.holds(values, 1), seen & _sampled(spec, values), window or 1)
    else:
        outcome = np.where(rule.holds(values, window), 1, -1)
        early = np.arange(1, size + 1) < (window or 0)
        early = np.broadcast_to(early, outcome.shape)
    held = None
    if qualifiers.held:
        held = _held(rule.holds(values, smooth(spec.cadence)), seen)
        short = (outcome == 1) & ~early & (held < qualifiers.held)
        early = early | short
    outcome = np.where(early | lacking, 0, outcome)
    why = np.where(lacking, 1, np.where(early, 2, np.where(outcome == 0, 1, 0)))

    def newest_of(found: Any, none: float) -> Any:
        picked = np.take_along_axis(found, np.maximum(newest, 0), axis=1)
        return np.where(newest < 0, none, picked)

    return Track(
        newest_of(outcome, 0).astype(np.int8), newest_of(why, 1).astype(np.int8), newest_of(value, np.nan),
        newest_of(sample, 0.0), newest_of(count, 0.0), None if held is None else newest_of(held, 0).astype(np.intp),
    )  # fmt: skip


def combined(trigger: Trigger, said: Callable[[Criterion, int], Codes]) -> Codes:
    """The outcome of a trigger from those of its criteria, element by element, in Kleene's logic. `said` is asked for
    each criterion with the number of parts that share its error, as in `gates.judge`."""

    def walk(node: Trigger, share: int, denied: bool) -> Codes:
        match node:
            case And(parts):
                each = share * len(parts) if denied else share
                return reduce(np.minimum, [walk(part, each, denied) for part in parts])
            case Or(parts):
                each = share if denied else share * len(parts)
                return reduce(np.maximum, [walk(part, each, denied) for part in parts])
            case AtLeast(count, parts):
                found = np.stack(np.broadcast_arrays(*(walk(part, share * len(parts), denied) for part in parts)))
                ranked: Codes = np.sort(found, axis=0)[len(parts) - count]
                return ranked
            case Not(part):
                return -walk(part, share, not denied)
            case _:
                leaf: Criterion = node
                return said(leaf, share)

    return walk(trigger, 1, False)


def window_of(qualifiers: Qualifiers, cadence: Cadence) -> int | None:
    window = qualifiers.window
    return periods.count_in(window.count, window.unit, cadence) if window else None


def smooth(cadence: Cadence) -> int:
    """Over how many periods the current value is taken: for a daily KPI it is the 7-day value."""
    return 7 if cadence is Cadence.DAY else 1


def _sampled(spec: KpiSpec, values: Floats) -> Bools:
    value, _, _ = evidence.estimates(spec.kind, values, 1)
    return ~np.isnan(value)


def _each(right: Bools, known: Bools, window: int) -> tuple[NDArray[np.intp], Bools]:
    """True in each of the last periods. One that fails settles it, whatever is missing."""
    size = right.shape[1]

    def rolled(flags: Bools) -> Whole:
        sums: Whole = np.cumsum(flags, axis=1, dtype=np.intp)
        if window < size:
            sums[:, window:] = sums[:, window:] - sums[:, :-window]
        return sums

    wrong, whole = rolled(known & ~right) > 0, rolled(known) == window
    early = (np.arange(1, size + 1) < window) & ~wrong
    return np.where(wrong, -1, np.where(whole, 1, 0)), early


def _held(right: Bools, seen: Bools) -> Whole:
    """For how many looks the current value has stayed on the right side. One missing period freezes the count, two
    in a row end it (hold-down, as in the alerting of Prometheus)."""
    before = np.concatenate((np.ones((len(seen), 1), bool), seen[:, :-1]), axis=1)
    ended = (seen & ~right) | (~seen & ~before)
    count = np.cumsum(seen & right, axis=1)
    return count - np.maximum.accumulate(np.where(ended, count, 0), axis=1)
