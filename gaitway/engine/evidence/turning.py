"""Has a KPI that was good enough turned? A change detector that restarts in every period."""

from __future__ import annotations

import math

import numpy as np

from ..kpis import Kind, enough
from ..periods import Cadence
from ..series import Floats, parts
from . import clustered
from .runs import Run, Sums

WORSE = 0.15  # by this share of the target: what the detector is sharpest for
PATIENCE = 1000.0  # days: the mean time to a false alarm is at least this long
CLEAR = 0.5  # of the threshold


def turning(
    kind: Kind, cadence: Cadence, values: Floats, target: Floats | float, *, up: bool, start: int = 0
) -> Floats:
    """How much of an alarm there is at each look, 1 is one: the logarithm of the Shiryaev-Roberts e-detector over that
    of its threshold, shape (series, periods). NaN before there are enough periods, and where nothing was observed.

    R_t = (R_{t-1} + 1) L_t, with L_t the likelihood ratio of "0.85 × target" against "target" (1.15 × where lower is
    better): under any value at least as good as the target R_t - t is a supermartingale, so that the mean time to a
    false alarm is no shorter than the threshold, 1,000 days (Shin, Ramdas and Rinaldo 2024). The likelihood of a
    proportion and a count is divided by the design effect, that of the others has the variance of the periods before;
    the newest periods have no say in it. R stops at the threshold and an alarm
    clears at half of it, so that it clears when the KPI recovers and doesn't flicker.

    `values` (series, periods, numbers of the kind), `target` (series,) or one number; the detector starts with
    period `start`, what lies before tells the spread."""
    sums = Sums.of(kind, cadence, values, target)
    size = values.shape[1]
    seen = ~np.isnan(values[..., 0])
    ratios = _log_ratios(kind, values, sums, up=up)
    threshold = math.log(max(2.0, PATIENCE / cadence.days))
    found = np.full(values.shape[:2], np.nan)
    log_r, alarmed = np.full(values.shape[0], -np.inf), np.zeros(values.shape[0], bool)
    for look in range(start, size):
        log_r = np.minimum(np.logaddexp(log_r, 0.0) + ratios[:, look], threshold)
        level = np.maximum(log_r, 0.0) / threshold
        alarmed = (level >= 1) | (alarmed & (level >= CLEAR))
        found[:, look] = np.where(alarmed, 1.0, np.minimum(level, 1 - 1e-6))
    ready = np.cumsum(seen, axis=1) > enough(kind, cadence)
    return np.where(ready & (np.arange(size) >= start), found, np.nan)


def _log_ratios(kind: Kind, values: Floats, sums: Sums, *, up: bool) -> Floats:
    """The log likelihood ratio of each period, 0 where absent or where its spread isn't known yet."""
    size = values.shape[1]
    if size < 2:
        return np.zeros(values.shape[:2])
    # The newest periods would take the turn itself for spread, as soon as there are enough others.
    look, least = np.arange(1, size), enough(kind, sums.cadence)
    before = sums.run(0, np.maximum(look - least, np.minimum(look - 1, least - 1)))
    upper, lower = (np.nan_to_num(part) for part in parts(kind, values))
    m = sums.centre
    known = before.n >= least
    match kind:
        case Kind.PROPORTION:
            m = np.clip(m, 1e-9, 1 - 1e-9)
            worse = np.clip(m * (1 - WORSE if up else 1 + WORSE), 1e-9, 1 - 1e-9)
            ratio = upper * np.log(worse / m) + (lower - upper) * np.log((1 - worse) / (1 - m))
            scaled = ratio[:, 1:] / clustered.spread(before)
        case Kind.COUNT:
            m = np.maximum(m, 1e-12)
            worse = m * (1 - WORSE if up else 1 + WORSE)
            ratio = upper * np.log(worse / m) - lower * (worse - m)
            scaled = ratio[:, 1:] / clustered.spread(before)
        case _:
            fall = WORSE * np.abs(m) * lower * (-1 if up else 1)
            gain = fall * sums.residuals - fall**2 / 2
            with np.errstate(divide="ignore", invalid="ignore"):
                scaled = gain[:, 1:] / (_variance(before) * lower[:, 1:])
    scaled = np.where(known & (lower[:, 1:] > 0) & np.isfinite(scaled), scaled, 0.0)
    return np.concatenate((np.zeros((len(scaled), 1)), scaled), axis=1)


def _variance(run: Run) -> Floats:
    """Of a period's residual, a unit of its sample; for periods that lean on one another as much more as their mean
    varies more."""
    n = np.maximum(run.n, 2)
    phi = np.clip(clustered.autocorrelation(run), 0, 0.95)
    if run.kind is Kind.LEVEL:
        phi = np.where(phi > 0, np.clip(phi + n**-0.5, 0, 0.95), 0.0)
    else:
        phi = np.where(phi > n**-0.5, phi, 0.0)
    squares = np.maximum(run.dd - run.d**2 / n, run.dd * 1e-14 + 1e-300)
    variance: Floats = squares / (n - 1) / np.maximum(run.lower / n, 1e-300) * (1 + phi) / (1 - phi)
    return variance
