"""Process behaviour (XmR): has a KPI changed, or does it do what it usually does?

The limits of a phase are its mean ± 2.66 × its mean moving range: 3 standard deviations, as 3 / 1.128 is 2.66 (Shewhart,
"Economic Control of Quality of Manufactured Product", 1931; Wheeler, "Understanding Variation", 1993). Variation and
assurance are the two icons of "Making Data Count" (NHS England).

It says whether something changed. It doesn't judge a target as met: the evidence does that."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from .kpis import Direction, Kind, KpiSpec
from .series import Floats, Series, Whole
from .signals import Signal, signals

REACH = 2.66  # mean moving ranges from the mean to a limit
LEAST = 6  # points for any limits
FIRM = 12  # points for limits that are not provisional
RARE = 2  # cases a period, on average: with fewer, chance alone is a signal too often


class Variation(StrEnum):
    COMMON_CAUSE = "common cause"
    IMPROVING = "improving"
    WORSENING = "worsening"
    HIGH = "high"  # a change where neither up nor down is better
    LOW = "low"
    TOO_LITTLE = "too little data"


class Assurance(StrEnum):
    """What the KPI would do to its target if it went on as it is: in each period, not on average. NHS England asks first
    whether it changes: the limits of a KPI that just changed say what it did, not what it will do."""

    HITS = "hits"
    MISSES = "misses"
    HIT_AND_MISS = "hit and miss"
    CHANGING = "changing"  # what it will usually do is not known yet
    NO_TARGET = "no target"
    TOO_LITTLE = "too little data"


@dataclass(frozen=True, slots=True)
class Limits:
    """In the KPI's natural number; `lower` and `upper` are the natural process limits."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Phase:
    """Periods `first` to `last`, both included, of which `points` have a value. No limits below 6 points, nor where a
    count or a proportion has so few cases (`rare`) that its values jump from one whole number to the next."""

    first: int
    last: int
    points: int
    limits: Limits | None
    rare: bool = False

    @property
    def provisional(self) -> bool:
        return self.points < FIRM


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Phases and signals in the order of time. Variation and assurance are those of the newest point and its phase."""

    phases: tuple[Phase, ...]
    signals: tuple[Signal, ...]
    variation: Variation
    assurance: Assurance
    newest: Signal | None  # what the newest point signals


def of(series: Series, resets: Collection[int] = ()) -> Behaviour:
    """How a KPI behaves, with limits worked out anew from each period in `resets` on.

    A period without a value is skipped: its neighbours are next to each other, and it is never taken for zero. No moving
    range reaches over a re-set. A limit beyond what the KPI can be (0 to 1 for a proportion, from 0 for a count) is drawn
    in to it, while the signals keep the distances of the real one: an edge of the scale is no limit of the process."""
    known = series.since(series.first)  # where the source covers a count, a period without a row is zero
    values = known.estimates()
    points = np.flatnonzero(~np.isnan(values))
    if not len(points):
        return Behaviour((), (), Variation.TOO_LITTLE, _assurance(series.spec, None, None), None)
    first, last = known.first, known.first + len(values) - 1
    starts = [first, *sorted({number for number in resets if first < number <= last}), last + 1]
    phases: list[Phase] = []
    found: list[Signal] = []
    for begin, following in pairwise(starts):
        inside = points[(points >= begin - first) & (points < following - first)]
        phase, signs = _phase(begin, following - 1, known, inside)
        phases.append(phase)
        found += signs
    here = phases[-1]
    newest = found[-1] if found and found[-1].period == points[-1] + first else None
    variation, assurance = _variation(series.spec, here, newest), _assurance(series.spec, here.limits, newest)
    return Behaviour(tuple(phases), tuple(found), variation, assurance, newest)


def _phase(first: int, last: int, series: Series, inside: Whole) -> tuple[Phase, list[Signal]]:
    """The phase of these periods; `inside` are the rows of the series that have a value in it."""
    kind, values = series.spec.kind, series.estimates()[inside]
    if len(values) < LEAST:
        return Phase(first, last, len(values), None), []
    if _rare(kind, series.values[inside]):
        return Phase(first, last, len(values), None, rare=True), []
    mean = float(values.mean())
    reach = REACH * float(np.abs(np.diff(values)).mean())
    floor = 0.0 if kind in (Kind.PROPORTION, Kind.COUNT) else -np.inf
    ceiling = 1.0 if kind is Kind.PROPORTION else np.inf
    limits = Limits(mean, max(mean - reach, floor), min(mean + reach, ceiling))
    return Phase(first, last, len(values), limits), list(signals(inside + series.first, values, mean, reach))


def _rare(kind: Kind, rows: Floats) -> bool:
    """Fewer than 2 events a period, or successes or failures of a proportion: a stable count of 0.5 a period would show a
    signal in every second chart of 24 points, one of 2 in every fourth, and a smooth one in every ninth (simulated)."""
    if kind not in (Kind.PROPORTION, Kind.COUNT):
        return False
    cases = float(rows[:, 0].mean())
    return min(cases, float(rows[:, 1].mean()) - cases if kind is Kind.PROPORTION else cases) < RARE


def _variation(spec: KpiSpec, phase: Phase, newest: Signal | None) -> Variation:
    if phase.limits is None:
        return Variation.TOO_LITTLE
    if newest is None:
        return Variation.COMMON_CAUSE
    if spec.direction is Direction.WITHIN:
        return Variation.HIGH if newest.high else Variation.LOW
    return Variation.IMPROVING if newest.high == (spec.direction is Direction.UP) else Variation.WORSENING


def _assurance(spec: KpiSpec, limits: Limits | None, newest: Signal | None) -> Assurance:
    """Whether the limit nearer the target is on its good side, the other one on its bad side, or neither."""
    if spec.target is None:
        return Assurance.NO_TARGET
    if limits is None:
        return Assurance.TOO_LITTLE
    if newest is not None:
        return Assurance.CHANGING
    room = (spec.tolerance or 0.0) if spec.direction is Direction.WITHIN else 0.0
    low = -np.inf if spec.direction is Direction.DOWN else spec.target - room
    high = np.inf if spec.direction is Direction.UP else spec.target + room
    if low <= limits.lower and limits.upper <= high:
        return Assurance.HITS
    return Assurance.MISSES if limits.upper < low or limits.lower > high else Assurance.HIT_AND_MISS
