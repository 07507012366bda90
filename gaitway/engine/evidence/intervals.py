"""What the evidence doesn't exclude: the targets at which the same process hasn't reached its threshold."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

from ..kpis import Kind, enough
from ..periods import Cadence
from ..series import Bools, Floats
from .paths import estimates
from .plans import ON_THE_START, Plan, starts
from .runs import Sums
from .sequential import WHOLE, boundary
from .weighing import Weighed, early_sample

GRID = 33  # targets tried at once
HALVINGS = 26


def interval(
    kind: Kind, cadence: Cadence, values: Floats, *, alpha: float, plan: Plan, window: int | None = None
) -> tuple[float | None, float | None]:
    """The lowest and the highest value that the evidence doesn't exclude at the newest observed period of `values`
    (periods, numbers), each side at alpha. None where a side is open, or without a sample. The KPI's value over the
    window (or over all) lies within."""
    seen = np.flatnonzero(~np.isnan(values[:, 0]))
    if not len(seen):
        return None, None
    rows = values[None, : seen[-1] + 1]
    last = rows.shape[1] - 1
    estimate = float(estimates(kind, rows, window)[0][0, -1])
    if math.isnan(estimate):
        return None, None
    sums = Sums.of(kind, cadence, rows, estimate, moving=True)
    begun = [s for s in starts(last + 1, plan, cadence, window) if last in range(*s.looks.indices(last + 1))]
    if not begun:
        return None, None
    offsets, weights = np.array([s.offset for s in begun]), np.log([s.weight for s in begun])
    threshold = -math.log(alpha)

    def excluded(targets: Floats, up: bool) -> Bools:
        run = sums.run(offsets, last, target=targets[:, None])
        first = early_sample(sums, targets[:, None])
        log_e = Weighed.of(run, first, alpha=alpha, plan=plan).log_e(up=up)
        total: Floats = np.logaddexp.reduce(log_e + weights, axis=1)
        return total >= threshold

    return _side(kind, sums, estimate, excluded, True), _side(kind, sums, estimate, excluded, False)


def bounds(
    kind: Kind, cadence: Cadence, values: Floats, *, alpha: float, plan: Plan, ends: float | None = None
) -> tuple[Floats, Floats]:
    """The interval of everything since the start at each period, for drawing how it closes in: shapes (periods,),
    infinite where a side is open. Of the test that began with the stage; with `ends`, of the group-sequential one."""
    if ends is not None:
        sampled = kind in (Kind.PROPORTION, Kind.COUNT)
        return _scored(kind, cadence, values, boundary(values.shape[0], ends, alpha * WHOLE, sampled=sampled))

    def excluded(weighed: Weighed, up: bool) -> Bools:
        return weighed.log_e(up=up) >= -math.log(alpha * ON_THE_START)

    return _bounds(kind, cadence, values, excluded, alpha, plan)


def fixed(kind: Kind, cadence: Cadence, values: Floats, *, alpha: float) -> tuple[float | None, float | None]:
    """The interval of a past that is looked at once, each side at alpha: of everything in `values` (periods,
    numbers). None where a side is open, or there is too little."""
    if np.count_nonzero(~np.isnan(values[:, 0])) < enough(kind, cadence):
        return None, None
    sides = _scored(kind, cadence, values, np.full(len(values), -ndtri(alpha)))
    low, high = (float(side[-1]) if np.isfinite(side[-1]) else None for side in sides)
    return low, high


def _scored(kind: Kind, cadence: Cadence, values: Floats, wall: Floats) -> tuple[Floats, Floats]:
    def excluded(weighed: Weighed, up: bool) -> Bools:
        return weighed.deviate(up=up) >= wall

    return _bounds(kind, cadence, values, excluded, 0.05, Plan(1))


def _bounds(
    kind: Kind, cadence: Cadence, values: Floats, excluded: Callable[[Weighed, bool], Bools], alpha: float, plan: Plan
) -> tuple[Floats, Floats]:
    """Both sides at every look, by bisection outwards from the estimate."""
    if not len(values):
        return np.zeros(0), np.zeros(0)
    rows = values[None]
    looks = slice(0, rows.shape[1])
    estimate = np.nan_to_num(estimates(kind, rows)[0])
    sums = Sums.of(kind, cadence, rows, float(estimate[0, -1]) if rows.shape[1] else 0.0, moving=True)
    sides = []
    for up in (True, False):

        def out(targets: Floats, up: bool = up) -> Bools:
            first = early_sample(sums, targets)
            return excluded(Weighed.of(sums.run(0, looks, target=targets), first, alpha=alpha, plan=plan), up)

        far, limit = _search(kind, sums, estimate, slice(1, None), up)
        inner, closed = estimate, out(far)
        for _ in range(HALVINGS):
            middle = (inner + far) / 2
            beyond = out(middle)
            far, inner = np.where(beyond, middle, far), np.where(beyond, inner, middle)
        sides.append(np.where(closed, far, limit)[0])
    return sides[0], sides[1]


def _side(kind: Kind, sums: Sums, estimate: float, excluded: Callable[[Floats, bool], Bools], up: bool) -> float | None:
    """One side by a grid of targets, refined four times."""
    outer, limit = _search(kind, sums, np.array([[estimate]]), slice(-1, None), up)
    inner, far = estimate, float(outer[0, 0])
    for turn in range(4):
        grid = np.linspace(inner, far, GRID)
        out = excluded(grid, up)
        if not out.any():
            return (float(limit) if math.isfinite(limit) else None) if turn == 0 else far
        first = int(np.argmax(out))
        inner, far = float(grid[max(first - 1, 0)]), float(grid[first])
    return far


def _search(kind: Kind, sums: Sums, estimate: Floats, looks: slice, up: bool) -> tuple[Floats, float]:
    """How far from the estimate a bound is looked for, and the value of an open side."""
    total = np.where(sums.lower[:, looks] > 0, sums.lower[:, looks], 1.0)
    # Periods may happen to be all alike: then the sample itself says how far a bound may be.
    sampled = kind in (Kind.PROPORTION, Kind.COUNT)
    counted = estimate * total + 1 if sampled else 1e-300
    spread = np.sqrt(np.maximum(sums.dd[:, looks], counted)) / total
    reach = 200 * np.maximum(spread, np.abs(estimate) * 1e-3 + 1e-9)
    floor, ceiling = (0.0 if sampled else -math.inf), (1.0 if kind is Kind.PROPORTION else math.inf)
    if up:
        return np.clip(estimate - reach, floor, None), floor
    return np.clip(estimate + reach, None, ceiling), ceiling
