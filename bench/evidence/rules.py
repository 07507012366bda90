"""The rules that are compared. Each says of many pilots at which daily looks it would promote: (pilots, days)."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.special import ndtri, stdtrit

from gaitway.engine import evidence
from gaitway.engine.evidence import Plan, exact, paths
from gaitway.engine.evidence.plans import sharpness
from gaitway.engine.evidence.runs import Sums
from gaitway.engine.evidence.weighing import Weighed, early_sample
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Bools, Floats, parts

from . import spending
from .pilots import DAYS, Pilots

ALPHA = 0.05
PLAN = Plan(100)
Rule = Callable[[Pilots], Bools]


def rolled(amounts: Floats, window: int | None = None) -> Floats:
    """Sums over the last `window` days, or over all: shape (pilots, days); NaN until there are so many."""
    sums = np.cumsum(amounts, axis=1)
    if window is not None:
        sums[:, window:] -= sums[:, :-window].copy()
        sums[:, : window - 1] = np.nan
    return sums


def estimate(kind: Kind, values: Floats, window: int | None = None) -> tuple[Floats, Floats]:
    """The KPI and its squared textbook standard error at each look, shapes (pilots, days): of a proportion, a count
    and a mean from the sample, of a ratio and a level from the days (linearised)."""
    upper, lower = parts(kind, values)
    total, size = rolled(upper, window), rolled(lower, window)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / size
        match kind:
            case Kind.PROPORTION:
                return value, value * (1 - value) / size
            case Kind.COUNT:
                return value, value / size
            case Kind.MEAN:
                n, mean, variance = np.moveaxis(values, -1, 0)
                squares = rolled((n - 1) * variance + n * mean**2, window) - size * value**2
                return value, squares / (size - 1) / size
        days = rolled(np.ones_like(upper), window)
        squares = rolled(upper**2, window) - 2 * value * rolled(upper * lower, window)
        squares = squares + value**2 * rolled(lower**2, window)
        return value, np.where(days >= 7, squares * days / (days - 1) / size**2, np.inf)


def gap(pilots: Pilots, window: int | None = None) -> tuple[Floats, Floats]:
    """How far the KPI is on the good side of its target or its control, with the standard error."""
    value, error = estimate(pilots.kind, pilots.values, window)
    if pilots.control is None:
        against, other = np.reshape(np.asarray(pilots.target), (-1, 1)), np.zeros(1)
    else:
        against, other = estimate(pilots.kind, pilots.control, window)
    return (value - against) * (1 if pilots.up else -1), np.sqrt(error + other)


def naive(pilots: Pilots) -> Bools:
    """Everything since the start lies on the good side."""
    return gap(pilots)[0] > 0


def sustained(pilots: Pilots) -> Bools:
    """The value of 7 days has been on the good side for 14 days."""
    good = gap(pilots, 7)[0] > 0
    return rolled(good.astype(float), 14) == 14


def fixed_n(pilots: Pilots, window: int | None = None) -> Bools:
    """The one-sided 95 % bound that is right for one look, at every look."""
    excess, error = gap(pilots, window)
    freedom = np.arange(DAYS) if window is None else np.full(DAYS, window - 1)
    by_day = pilots.kind in (Kind.RATIO, Kind.LEVEL)
    wide = -stdtrit(np.maximum(freedom, 1), ALPHA) if by_day else -ndtri(ALPHA)
    return excess > wide * error


def moving(pilots: Pilots) -> Bools:
    """The same over the last 14 days."""
    return fixed_n(pilots, 14)


def exact_alone(pilots: Pilots) -> Bools:
    """The exact mixture e-process of a proportion from the start, as if every visitor were independent."""
    hits, trials = (np.cumsum(part, axis=1) for part in np.moveaxis(pilots.values, -1, 0))
    k = trials[:, 6:7] / 7 * Plan(100, sharp=0.3).sharpest / sharpness(ALPHA)
    return exact.proportion(hits, trials, np.asarray(pilots.target), k, up=pilots.up) >= -math.log(ALPHA)


@cache
def _walls() -> Floats:
    return spending.boundary(DAYS, ALPHA)


def obrien_fleming(pilots: Pilots) -> Bools:
    """The group-sequential score test of a proportion, looked at on every day up to the last."""
    hits, trials = (np.cumsum(part, axis=1) for part in np.moveaxis(pilots.values, -1, 0))
    target = np.asarray(pilots.target)
    return (hits - target * trials) / np.sqrt(trials * target * (1 - target)) >= _walls()


def gaitway(pilots: Pilots, window: int | None = None, ends: float | None = None) -> Bools:
    """`with 95% confidence`: as the product judges."""
    if pilots.control is not None:
        return evidence.control.crossings(
            pilots.kind,
            Cadence.DAY,
            pilots.values,
            pilots.control,
            1.0,
            up=pilots.up,
            alpha=ALPHA,
            plan=PLAN,
            ends=ends,
        )
    target, alpha = pilots.target, ALPHA
    if pilots.past is not None:
        target, alpha = np.maximum(target, highest(pilots, ALPHA / 2)), ALPHA / 2
    return _judged(pilots, target, alpha, window, ends)


def by_stage_end(pilots: Pilots) -> Bools:
    """`with 95% confidence by stage end`."""
    return gaitway(pilots, ends=DAYS)


def over_14_days(pilots: Pilots) -> Bools:
    """`over 14 days with 95% confidence`."""
    return gaitway(pilots, window=14)


def baseline_as_exact(pilots: Pilots) -> Bools:
    """What Gaitway does not do: to judge against a measured past as if it were known."""
    return _judged(pilots, pilots.target, ALPHA)


def single_start(pilots: Pilots) -> Bools:
    """Gaitway's evidence without the later starts."""
    sums = Sums.of(pilots.kind, Cadence.DAY, pilots.values, pilots.target)
    run = sums.run(0, slice(0, pilots.values.shape[1]))
    log_e = Weighed.of(run, early_sample(sums), alpha=ALPHA, plan=PLAN).log_e(up=pilots.up)
    return log_e >= -math.log(ALPHA)


def highest(pilots: Pilots, alpha: float) -> Floats:
    """The upper bound of what was measured before, shape (pilots,): `evidence.fixed` for many at once."""
    assert pilots.past is not None
    inner = np.asarray(pilots.target, dtype=float)
    outer = inner * 2
    for _ in range(26):
        middle = (inner + outer) / 2
        out = paths.deviates(pilots.kind, Cadence.DAY, pilots.past, middle, up=False)[:, -1] >= -ndtri(alpha)
        inner, outer = np.where(out, inner, middle), np.where(out, middle, outer)
    return outer


def _judged(
    pilots: Pilots, target: Floats | float, alpha: float, window: int | None = None, ends: float | None = None
) -> Bools:
    return evidence.crossings(
        pilots.kind, Cadence.DAY, pilots.values, target,
        up=pilots.up, alpha=alpha, plan=PLAN, window=window, ends=ends,
    )  # fmt: skip
