"""Where very many KPIs stand at their last look: the same judgement as one at a time, without working out every look."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..kpis import Kind, enough
from ..periods import Cadence
from ..series import Bools, Floats
from .paths import log_e
from .plans import ON_THE_START, Plan, first_sample, starts
from .runs import Sums
from .weighing import Weighed

CHUNK = 512  # series at a time, so that the arrays stay near the processor


def standings(
    kind: Kind, cadence: Cadence, values: Floats, target: Floats, *, up: bool, alpha: float, plan: Plan
) -> NDArray[np.int8]:
    """1 where the evidence has ever excluded the wrong side (met is latched), -1 where it now excludes the right one,
    else 0; shape (series,). `values` (series, periods, numbers of the kind) begins with the stage, NaN where absent;
    `target` (series,). What `crossings` says of the same series, looked at in every period.

    Most series need one look: what the test from the start says at the last one. Of the others, a cheap bound of the
    likelihood ratio over all starts and looks leaves a few, and only these are followed through."""
    found = np.zeros(len(values), np.int8)
    for begin in range(0, len(values), CHUNK):
        rows = slice(begin, begin + CHUNK)
        found[rows] = _chunk(kind, cadence, values[rows], target[rows], up=up, alpha=alpha, plan=plan)
    return found


def _chunk(
    kind: Kind, cadence: Cadence, values: Floats, target: Floats, *, up: bool, alpha: float, plan: Plan
) -> NDArray[np.int8]:
    sums = Sums.of(kind, cadence, values, target)
    size = values.shape[1]
    first = first_sample(sums.lowers)
    last = Weighed.of(sums.run(0, slice(size - 1, size)), first, alpha=alpha, plan=plan)
    alone = -math.log(alpha * ON_THE_START)
    met = _reaches(last, up, alone)
    unmet = _reaches(last, not up, alone)
    left = np.flatnonzero(~met)
    left = left[_may_cross(_only(sums, left), up, alpha, plan)]
    options = {"alpha": alpha, "plan": plan, "floor": -math.log(alpha)}
    if len(left):
        crossed = log_e(kind, cadence, values[left], target[left], up=up, **options) >= -math.log(alpha)
        met[left] = crossed.any(axis=1)
    # Later starts are looked at once a week, and only what they say on the last day would count here.
    doubtful = np.flatnonzero(~met & ~unmet)
    doubtful = doubtful[_may_cross(_only(sums, doubtful), not up, alpha, plan, last_only=True)]
    if len(doubtful):
        crossed = log_e(kind, cadence, values[doubtful], target[doubtful], up=not up, **options) >= -math.log(alpha)
        unmet[doubtful] = crossed[:, -1]
    return np.where(met, 1, np.where(unmet, -1, 0)).astype(np.int8)


def _reaches(weighed: Weighed, up: bool, threshold: float) -> Bools:
    """Where one look reaches the threshold; the expensive form only where the bound allows it."""
    found = weighed.bound(up=up) >= threshold
    where = np.nonzero(found)
    found[where] = weighed.at(where).log_e(up=up) >= threshold
    return found[:, 0]


def _only(sums: Sums, rows: NDArray[np.intp]) -> Sums:
    from dataclasses import replace

    picked = {
        name: getattr(sums, name)[rows]
        for name in ("centre", "lowers", "residuals", "n", "lower", "d", "dd", "lagged")
    }
    return replace(sums, **picked, within=sums.within[rows] if len(sums.within) > 1 else sums.within)


def _may_cross(sums: Sums, up: bool, alpha: float, plan: Plan, last_only: bool = False) -> Bools:
    """Where some test at some look may be large enough. With weight 0.9 on the start and 0.1 on all the rest, a mean
    of 1 / alpha needs 0.9 e >= 0.75 / alpha of the start, or 0.1 e >= 0.25 / alpha of one of the rest. Shape (series,)."""
    size = sums.residuals.shape[1]
    need = enough(sums.kind, sums.cadence)
    found = np.zeros(len(sums.residuals), bool)
    for start in starts(size, plan, sums.cadence):
        share = 0.75 / ON_THE_START if start.offset == 0 else 0.25 / (1 - ON_THE_START)
        threshold = math.log(share / alpha)
        looks = np.arange(size)[start.looks]
        looks = looks[looks >= start.offset + need - 1]
        if last_only:
            looks = looks[looks == size - 1]
        if len(looks):
            found |= _bound_reaches(sums, start.offset, looks, up, threshold)
    return found


def _bound_reaches(sums: Sums, offset: int, looks: NDArray[np.intp], up: bool, threshold: float) -> Bools:
    """Whether the log likelihood ratio reaches the threshold at any look, by bounds that cost a few operations: a
    quadratic one for a proportion and a count, t² / 2 for the others. Spread only ever makes it smaller."""
    at = slice(looks[0] + 1, looks[-1] + 2, looks[1] - looks[0] if len(looks) > 1 else 1)
    before = slice(offset, offset + 1)
    d = sums.d[:, at] - sums.d[:, before]
    right = d > 0 if up else d < 0
    lower = sums.lower[:, at] - sums.lower[:, before]
    match sums.kind:
        case Kind.PROPORTION | Kind.COUNT:
            # The curvature of the likelihood is greatest at one of the two ends.
            m = sums.centre
            with np.errstate(divide="ignore", invalid="ignore"):
                value = m + d / lower
            if sums.kind is Kind.PROPORTION:
                least = np.minimum(value * (1 - value), m * (1 - m))
            else:
                least = np.minimum(value, m)
            return np.any(right & (d * d >= 2 * threshold * lower * least), axis=1)
        case Kind.MEAN:
            squares = sums.within[:, at] - sums.within[:, before]
        case _:
            squares = sums.dd[:, at] - sums.dd[:, before]
    # t² = (n - 1) u / (1 - u) with u = d² / (n squares); the mixture gives at most log 2 + t² / 2.
    n = lower if sums.kind is Kind.MEAN else sums.n[:, at] - sums.n[:, before]
    wanted = 2 * max(threshold - math.log(2), 0.0)
    share = wanted / (np.maximum(n - 1, 1) + wanted)
    return np.any(right & (d * d >= share * n * squares), axis=1)
