"""How sure the value of one period is, from its own sample alone: for drawing a series, not for judging one."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, gammaincinv, stdtrit

from ..kpis import Kind
from ..series import Floats, Series


def each_period(series: Series, alpha: float = 0.05) -> tuple[Floats, Floats]:
    """The two-sided 1 - alpha interval of each period, shape (periods,): Clopper and Pearson (1934) for a proportion,
    Garwood (1936) for a count, Student's t for a mean. NaN where the kind or the period has no sample of its own."""
    nothing = np.full(len(series.values), np.nan)
    tail = alpha / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        match series.spec.kind:
            case Kind.PROPORTION:
                hits, trials = series.values.T
                low = np.where(hits > 0, betaincinv(hits, trials - hits + 1, tail), 0.0)
                high = np.where(hits < trials, betaincinv(hits + 1, trials - hits, 1 - tail), 1.0)
                known = trials > 0
            case Kind.COUNT:
                events, exposure = series.values.T
                low = np.where(events > 0, gammaincinv(events, tail), 0.0) / exposure
                high = gammaincinv(events + 1, 1 - tail) / exposure
                known = exposure > 0
            case Kind.MEAN:
                n, mean, variance = series.values.T
                half = -stdtrit(n - 1, tail) * np.sqrt(variance / n)
                low, high = mean - half, mean + half
                known = n > 1
            case _:
                return nothing, nothing
        return np.where(known, low, np.nan), np.where(known, high, np.nan)
