"""Mixture e-processes that are exact at any sample size: Beta-Bernoulli and Gamma-Poisson.

Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence
sequences". Each compares the target with a prior that is centred on it and cut to the better side."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincc, betaln, gammainc, gammaincc, gammaln

from ..series import Floats
from .sums import Plan, Sums


def sharpness(alpha: float) -> float:
    """How many prior samples fit into the sample at which a normal mixture is sharpest
    (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, appendix: -2 ln a + ln(-2 ln a) + 1 at a = 2 alpha)."""
    log = -2 * np.log(min(2 * alpha, 0.9))
    return max(1.0, float(log + np.log(log) + 1))


def proportion(sums: Sums, target: Floats | float, *, up: bool, alpha: float, plan: Plan) -> Floats:
    """log e (starts, looks) against "the proportion is not better than target"; target within 0..1."""
    m0 = np.clip(target, 1e-12, 1 - 1e-12)
    k = max(sums.first_lower * plan.sharpest / sharpness(alpha), 1e-9)
    a, b = k * m0, k * (1 - m0)
    hits, misses = sums.upper, sums.lower - sums.upper
    tail = betaincc if up else betainc
    with np.errstate(divide="ignore"):
        log_e: Floats = (
            betaln(a + hits, b + misses) + np.log(tail(a + hits, b + misses, m0))
            - betaln(a, b) - np.log(tail(a, b, m0))
            - hits * np.log(m0) - misses * np.log1p(-m0)
        )  # fmt: skip
    return log_e


def count(sums: Sums, target: Floats | float, *, up: bool, alpha: float, plan: Plan) -> Floats:
    """log e (starts, looks) against "the rate of events per exposure is not better than target"."""
    rate = np.maximum(target, 1e-12)
    b = max(sums.first_lower * plan.sharpest / sharpness(alpha), 1e-9)
    a = b * rate
    events, exposure = sums.upper, sums.lower
    tail = gammaincc if up else gammainc
    with np.errstate(divide="ignore"):
        log_e: Floats = (
            gammaln(a + events) - (a + events) * np.log(b + exposure)
            + np.log(tail(a + events, (b + exposure) * rate))
            - gammaln(a) + a * np.log(b) - np.log(tail(a, b * rate))
            + exposure * rate - events * np.log(rate)
        )  # fmt: skip
    return log_e


def overdispersed(sums: Sums) -> Floats:
    """1.0 where the periods' counts vary more than Poisson counts do, so that the exact form would promise too
    much; shape (starts, looks)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = (sums.aa - sums.a**2 / sums.n) / (sums.n - 1)
        return np.where((sums.n > 1) & (spread > sums.upper / sums.n), 1.0, 0.0)
