"""Judgements that stay right however often people look.

An e-process starts at 1 and, while the target is not truly reached, exceeds 1/alpha at any time with probability at
most alpha (Ville 1939). `path` follows its logarithm from look to look; `bounds` are the targets it doesn't exclude.
Sampled KPIs (proportion, count, mean) ask for two tests at one look: the exact one and the one clustered by period."""

from __future__ import annotations

import numpy as np

from ..kpis import Kind
from ..series import Floats, Series
from . import clustered, exact
from .sums import Plan, Sums, mixed

__all__ = ["Plan", "bounds", "interval", "path", "path_to", "wait"]


def path(series: Series, target: float, *, up: bool, alpha: float, plan: Plan, window: int | None = None) -> Floats:
    """log e at each look against "the KPI is not above (up) or below (not up) the target".

    `series` begins where the stage began; `window` keeps the tests that began in the last so many periods.
    Returns one value per observed period; alpha within 0..1; target in the KPI's natural number."""
    if not series.present.any():
        return np.zeros(0)
    return _log_e(Sums.of(series, plan, window=window), target, up=up, alpha=alpha, plan=plan)


def path_to(
    whole: Series, last: int, target: float, *, up: bool, alpha: float, plan: Plan, window: int | None = None
) -> Floats:
    """`path` of the periods up to `last`, from the path of the whole, which is remembered with the series: what is
    seen at a look doesn't depend on what comes later."""
    key = (target, up, alpha, plan, window)
    if key not in whole.memo:
        whole.memo[key] = path(whole, target, up=up, alpha=alpha, plan=plan, window=window)
    count = int(np.count_nonzero(whole.present[: last - whole.first + 1]))
    seen: Floats = whole.memo[key][:count]
    return seen


def interval(
    series: Series, *, alpha: float, plan: Plan, window: int | None = None
) -> tuple[float | None, float | None]:
    """The lowest and the highest value that the evidence doesn't exclude at the last look, each side at alpha.
    None where a side is open, or without a sample. The KPI's value over the window (or over all) lies within."""
    rows = np.flatnonzero(series.present)
    if not len(rows):
        return None, None
    begin = 0 if window is None else max(0, int(rows[-1]) + 1 - window)
    estimate, _ = Series(series.spec, series.first + begin, series.values[begin:]).pooled()
    if estimate is None:
        return None, None
    sums = Sums.of(series, plan, window=window, last_only=True)
    low, high = (_bound(sums, estimate, up=up, alpha=alpha, plan=plan) for up in (True, False))
    return low, high


def bounds(series: Series, *, alpha: float, plan: Plan) -> tuple[Floats, Floats]:
    """The interval at each observed period, of the one test that began with the series; infinite where open."""
    if not series.present.any():
        return np.zeros(0), np.zeros(0)
    return _bounds(Sums.of(series, plan, single=True), alpha, plan)


def wait(series: Series) -> int:
    """How many more observed periods a judgement needs at the least; 0 where there are enough."""
    return max(0, clustered.enough(series.spec.kind, series.spec.cadence) - int(series.present.sum()))


def _log_e(sums: Sums, target: Floats | float, *, up: bool, alpha: float, plan: Plan) -> Floats:
    by_period = mixed(clustered.by_period(sums, target, up=up, alpha=alpha, plan=plan), sums)
    match sums.kind:
        case Kind.PROPORTION:
            alone = mixed(exact.proportion(sums, target, up=up, alpha=alpha, plan=plan), sums)
        case Kind.COUNT:
            poisson = exact.count(sums, target, up=up, alpha=alpha, plan=plan)
            # More spread than Poisson: the exact form would promise too much, the clustered one decides alone.
            alone = np.where(exact.overdispersed(sums)[0] > 0, np.inf, mixed(poisson, sums))
        case Kind.MEAN:
            alone = mixed(clustered.by_value(sums, target, up=up, alpha=alpha, plan=plan), sums)
        case Kind.RATIO | Kind.LEVEL:
            return by_period
    return np.minimum(alone, by_period)


GRID = 33  # targets tried at once


def _bound(sums: Sums, estimate: float, *, up: bool, alpha: float, plan: Plan) -> float | None:
    """One side of the interval at the one look of `sums`: a grid of targets, refined four times."""
    outer, limit = _search(sums, np.array([estimate]), up)
    inner, far = estimate, float(outer[0])
    for turn in range(4):
        grid = np.linspace(inner, far, GRID)
        out = _log_e(sums, grid, up=up, alpha=alpha, plan=plan) >= -np.log(alpha)
        first = int(np.argmax(out)) if out.any() else None
        if first is None:
            return _closed(limit) if turn == 0 else far
        inner, far = float(grid[max(first - 1, 0)]), float(grid[first])
    return far


def _bounds(sums: Sums, alpha: float, plan: Plan) -> tuple[Floats, Floats]:
    """Both sides at every look, by bisection outwards from the estimate: e falls as the target moves towards it."""
    threshold = -np.log(alpha)
    estimate = sums.upper[0] / np.where(sums.lower[0] > 0, sums.lower[0], 1.0)
    sides = []
    for up in (True, False):
        inner, (far, limit) = estimate, _search(sums, estimate, up)
        excluded = _log_e(sums, far, up=up, alpha=alpha, plan=plan) >= threshold
        for _ in range(28):
            middle = (inner + far) / 2
            out = _log_e(sums, middle, up=up, alpha=alpha, plan=plan) >= threshold
            far, inner = np.where(out, middle, far), np.where(out, inner, middle)
        sides.append(np.where(excluded, far, limit))
    return sides[0], sides[1]


def _search(sums: Sums, estimate: Floats, up: bool) -> tuple[Floats, Floats]:
    """How far from the estimate a bound is looked for, and the value of an open side. Shapes (looks,)."""
    total = np.where(sums.lower[0] > 0, sums.lower[0], 1.0)
    # Periods may happen to be all alike: then the sample itself says how far a bound may be.
    counted = sums.upper[0] + 1 if sums.kind in (Kind.PROPORTION, Kind.COUNT) else 1e-300
    spread = np.sqrt(np.maximum(sums.aa[0], counted)) / total
    reach = 200 * np.maximum(spread, np.abs(estimate) * 1e-3 + 1e-9)
    floor = 0.0 if sums.kind in (Kind.PROPORTION, Kind.COUNT) else -np.inf
    ceiling = 1.0 if sums.kind is Kind.PROPORTION else np.inf
    outer = np.clip(estimate - reach, floor, None) if up else np.clip(estimate + reach, None, ceiling)
    return outer, np.full_like(outer, floor if up else ceiling)


def _closed(limit: Floats) -> float | None:
    return float(limit[0]) if np.isfinite(limit[0]) else None
