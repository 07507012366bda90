"""The points of a process behaviour chart that chance hardly explains: three rules, after Wheeler, "Understanding
Variation" (1993)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .series import Bools, Floats, Whole

RUN = 8  # points in a row on one side of the mean
ROUNDING = 1e-9  # of the largest value: a constant series has no sides


class Rule(StrEnum):
    """What makes a point a signal."""

    OUTSIDE = "outside"  # beyond a limit
    RUN = "run"  # one of eight or more in a row on one side of the mean
    NEAR = "near"  # one of three of four neighbours that are nearer the same limit than the mean


@dataclass(frozen=True, slots=True)
class Signal:
    """A period that isn't what the KPI usually does. `since` is where its pattern begins, that of the run before that of the
    three of four; `run` is how many points in a row are on its side of the mean where there are eight or more, else 0."""

    period: int
    high: bool
    rules: tuple[Rule, ...]
    since: int
    run: int = 0


def signals(numbers: Whole, values: Floats, mean: float, reach: float) -> Iterator[Signal]:
    """Those of one phase, whose limits are `mean` ± `reach`. `numbers` are the periods of the values, shape (points,)."""
    slack = ROUNDING * float(np.abs(values).max())
    away = values - mean
    side = np.where(np.abs(away) <= slack, 0.0, np.sign(away))
    outside = np.abs(away) > reach + slack
    begins, lengths = _stretches(side)
    running = (lengths >= RUN) & (side != 0)
    far = np.abs(away) > reach / 2 + slack
    near = np.zeros(len(values), dtype=bool)
    since = np.arange(len(values))
    for sign in (1.0, -1.0):
        flagged, begun = _three_of_four(far & (side == sign))
        near |= flagged
        since = np.where(flagged, begun, since)
    since = np.where(running, begins, since)
    for i in np.flatnonzero(outside | running | near).tolist():
        held = {Rule.OUTSIDE: outside[i], Rule.RUN: running[i], Rule.NEAR: near[i]}
        rules = tuple(rule for rule, holds in held.items() if holds)
        run = int(lengths[i]) if running[i] else 0
        yield Signal(int(numbers[i]), bool(side[i] > 0), rules, int(numbers[since[i]]), run)


def _stretches(side: Floats) -> tuple[Whole, Whole]:
    """Of each point: where the stretch of equal sides that it is in begins, and how long that is."""
    edges = np.flatnonzero(np.diff(side) != 0) + 1
    starts = np.concatenate(([0], edges))
    lengths = np.diff(np.concatenate((starts, [len(side)])))
    return np.repeat(starts, lengths), np.repeat(lengths, lengths)


def _three_of_four(far: Bools) -> tuple[Bools, Whole]:
    """The points that are far from the mean in four neighbours of which three are, and where their pattern begins."""
    full = np.convolve(far, np.ones(4), "valid") >= 3
    covered = np.convolve(full, np.ones(4)) > 0
    flagged = far & covered
    begins, _ = _stretches(covered.astype(float))
    firsts = np.flatnonzero(flagged)
    return flagged, np.append(firsts, len(far))[np.searchsorted(firsts, begins)]
