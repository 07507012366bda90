"""Against a running control: the difference of two series over the same periods."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..kpis import Kind, enough
from ..periods import Cadence
from ..series import Bools, Floats, parts
from .clustered import FARTHEST, design_effect, log_normal_mixture, normal_score
from .plans import ON_THE_START, Plan, first_sample, sharpness, starts
from .sequential import boundary

ENOUGH_SUCCESSES = 20  # in each arm
ENOUGH_VALUES = 200


def crossings(
    kind: Kind,
    cadence: Cadence,
    values: Floats,
    control: Floats,
    factor: float,
    *,
    up: bool,
    alpha: float,
    plan: Plan,
    window: int | None = None,
    ends: float | None = None,
) -> Bools:
    """At which looks the evidence excludes "the KPI is not above (up) or below (not up) `factor` × its control".
    `values` and `control` have shape (series, periods, numbers of the kind); the result (series, periods)."""
    if ends is not None:
        z = difference(kind, cadence, values, control, factor).z
        return (z if up else -z) >= boundary(values.shape[1], ends, alpha, sampled=False)
    found = log_e(kind, cadence, values, control, factor, up=up, alpha=alpha, plan=plan, window=window)
    return found >= -math.log(alpha)


def log_e(
    kind: Kind,
    cadence: Cadence,
    values: Floats,
    control: Floats,
    factor: float,
    *,
    up: bool,
    alpha: float,
    plan: Plan,
    window: int | None = None,
) -> Floats:
    """log e at each look, shape (series, periods): the normal mixture on the score of the difference, over the same
    starts as for a fixed target (Waudby-Smith et al. 2024, in the two-sample form)."""
    size = values.shape[:2]
    found = np.full(size, -np.inf)
    for start in starts(size[1], plan, cadence, window):
        gap = difference(kind, cadence, values[:, start.offset :], control[:, start.offset :], factor)
        z = np.nan_to_num(gap.z) * (1 if up else -1)
        e = np.where(np.isnan(gap.z), 0.0, log_normal_mixture(z, gap.information(alpha, plan)))
        begin, end, step = start.looks.indices(size[1])
        part = e[:, begin - start.offset : end - start.offset : step]
        found[:, start.looks] = np.logaddexp(found[:, start.looks], math.log(start.weight) + part)
    return found


def interval(
    kind: Kind, cadence: Cadence, values: Floats, control: Floats, factor: float, *, alpha: float, plan: Plan
) -> tuple[float | None, float | None]:
    """What KPI - factor × control may be at the newest look, each side at alpha; None where it is too early. Of the
    test that began with the series: `values` and `control` have shape (periods, numbers)."""
    gap = difference(kind, cadence, values[None], control[None], factor)
    z = float(gap.z[0, -1])
    if math.isnan(z) or z == 0:
        return None, None
    r = gap.information(alpha, plan)[0, -1]
    scores = np.linspace(0, 40, 4001)
    beyond = int(np.searchsorted(log_normal_mixture(scores, r), -math.log(alpha * ON_THE_START)))
    if beyond == len(scores):
        return None, None
    wide = float(scores[beyond])
    value = float(gap.value[0, -1])
    return value - wide * value / z, value + wide * value / z


@dataclass(frozen=True, eq=False, slots=True)
class Difference:
    """`value` = KPI - factor × control, its score `z` (NaN where it is too early), the effective sample, and the
    sample of an early period. Shapes (series, periods), `first` (series, 1)."""

    value: Floats
    z: Floats
    sample: Floats
    first: Floats

    def information(self, alpha: float, plan: Plan) -> Floats:
        """The ratio r = rho² n of the normal mixture, sharpest where the plan says."""
        ratio: Floats = sharpness(alpha) / np.maximum(self.first * plan.sharpest, 1e-300) * self.sample
        return ratio


def difference(kind: Kind, cadence: Cadence, values: Floats, control: Floats, factor: float) -> Difference:
    """The two-sample score at each look.

    The variance is that of the sampling (proportion, count, mean), inflated by the design effect of the paired
    residuals: what moves both on the same day cancels. A ratio and a level have the paired residuals alone. These are
    recursive residuals (Brown, Durbin and Evans 1975): each period against the estimates before it."""
    both = ~(np.isnan(values[..., 0]) | np.isnan(control[..., 0]))
    arms = [_Arm(kind, np.where(both[..., None], each, np.nan)) for each in (values, control)]
    x, y = arms
    n = np.cumsum(both, axis=1).astype(float)
    residual = np.where(both, x.residual - factor * y.residual, 0.0) * np.sqrt(np.maximum(n - 1, 0) / np.maximum(n, 1))
    squares = np.cumsum(residual**2, axis=1)
    before = np.concatenate((np.zeros((len(residual), 1)), residual[:, :-1]), axis=1)
    few = np.maximum(n, 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        phi = np.where(squares > 0, np.cumsum(residual * before, axis=1) / squares, 0.0)
        phi = phi + (1 + 3 * phi) / few
        paired = np.maximum(squares, 1e-300) / (few - 1) / few
        sample = 1 / (1 / x.sample + factor**2 / y.sample)
        if kind in (Kind.RATIO, Kind.LEVEL):
            rough = np.clip(phi + np.sqrt(np.maximum(1 - phi**2, 0) / few), 0, 0.95) if kind is Kind.LEVEL else phi
            used = np.where(phi > (0 if kind is Kind.LEVEL else few**-0.5), np.clip(rough, 0, 0.95), 0.0)
            effective = np.maximum(few * (1 - used) / (1 + used), 2)
            t = (x.value - factor * y.value) / np.sqrt(paired * few / effective)
            z, information, first = normal_score(t, effective - 1), effective, np.ones((1, 1))
            ready = np.isfinite(t)
        else:
            variance = x.variance + factor**2 * y.variance
            dispersion = np.where(variance > 0, paired / variance, 1.0)
            effect = design_effect(dispersion, phi, few)
            z = (x.value - factor * y.value) / np.sqrt(variance * effect)
            information, first = sample / effect, first_sample(np.diff(np.nan_to_num(sample), axis=1, prepend=0.0))
            early = min(enough(kind, cadence), values.shape[1]) - 1
            first = first / np.clip(np.nan_to_num(dispersion[:, early : early + 1], nan=1.0), 1, 1e6)
            ready = x.ready & y.ready & np.isfinite(z)
    ready &= n >= enough(kind, cadence)
    score = np.where(ready, np.clip(z, -FARTHEST, FARTHEST), np.nan)
    return Difference(x.value - factor * y.value, score, np.nan_to_num(information), first)


class _Arm:
    """One side of the comparison, up to each look. Shapes (series, periods)."""

    def __init__(self, kind: Kind, values: Floats) -> None:
        upper, lower = (np.nan_to_num(part) for part in parts(kind, values))
        above, below = np.cumsum(upper, axis=1), np.cumsum(lower, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.value = np.where(below > 0, above / below, np.nan)
            earlier = np.nan_to_num(np.concatenate((self.value[:, :1], self.value[:, :-1]), axis=1))
            periods = np.maximum(np.cumsum(~np.isnan(values[..., 0]), axis=1), 1)
            self.residual = np.where(below > 0, (upper - earlier * lower) / (below / periods), 0.0)
        self.sample = below
        match kind:
            case Kind.PROPORTION:
                self.variance = self.value * (1 - self.value) / below
                self.ready = above >= ENOUGH_SUCCESSES
            case Kind.COUNT:
                self.variance = self.value / below
                self.ready = above >= ENOUGH_SUCCESSES
            case Kind.MEAN:
                n, mean, spread = np.moveaxis(np.nan_to_num(values), -1, 0)
                squares = np.cumsum(np.maximum(n - 1, 0) * spread + n * mean**2, axis=1) - below * self.value**2
                self.variance = np.maximum(squares, 0) / np.maximum(below - 1, 1) / below
                self.ready = below >= ENOUGH_VALUES
            case _:
                self.variance = np.zeros_like(below)
                self.ready = below > 0
