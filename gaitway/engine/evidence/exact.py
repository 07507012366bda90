"""Mixture e-processes that are exact at any sample size: Beta-Bernoulli and Gamma-Poisson.

Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence
sequences". Each compares the target with a prior that is centred on it and cut to the better side; `k` is the sample
that the prior weighs. All arrays broadcast; each function returns log e against "it is not above (up) the target"."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincc, betaln, gammainc, gammaincc, gammaln, xlogy

from ..series import Floats

SMALLEST = 1e-12


def proportion(hits: Floats, trials: Floats, target: Floats, k: Floats, *, up: bool) -> Floats:
    """log e = betaln(a + S, b + N - S) + log tail(a + S, b + N - S; m0) - betaln(a, b) - log tail(a, b; m0)
    - S log m0 - (N - S) log(1 - m0), with a = k m0 and b = k (1 - m0)."""
    m0 = np.clip(target, SMALLEST, 1 - SMALLEST)
    a, b = k * m0, k * (1 - m0)
    misses = np.maximum(trials - hits, 0.0)
    tail = betaincc if up else betainc
    with np.errstate(divide="ignore"):
        log_e: Floats = (
            betaln(a + hits, b + misses) + np.log(tail(a + hits, b + misses, m0))
            - betaln(a, b) - np.log(tail(a, b, m0))
            - hits * np.log(m0) - misses * np.log1p(-m0)
        )  # fmt: skip
    return log_e


def count(events: Floats, exposure: Floats, target: Floats, k: Floats, *, up: bool) -> Floats:
    """log e = gammaln(a + N) - (a + N) log(b + T) + log tail(a + N; (b + T) m0) - [the same of the prior]
    + T m0 - N log m0, with a = k m0 and b = k."""
    rate = np.maximum(target, SMALLEST)
    a = k * rate
    tail = gammaincc if up else gammainc
    with np.errstate(divide="ignore"):
        log_e: Floats = (
            gammaln(a + events) - (a + events) * np.log(k + exposure)
            + np.log(tail(a + events, (k + exposure) * rate))
            - gammaln(a) + a * np.log(k) - np.log(tail(a, k * rate))
            + exposure * rate - events * np.log(rate)
        )  # fmt: skip
    return log_e


def deviance_of_proportion(hits: Floats, trials: Floats, target: Floats) -> Floats:
    """The log likelihood ratio of the best value against the target (Wilks 1938): no mixture gives more."""
    m0 = np.clip(target, SMALLEST, 1 - SMALLEST)
    misses = np.maximum(trials - hits, 0.0)
    size = np.maximum(trials, SMALLEST)
    ratio: Floats = xlogy(hits, hits / (size * m0)) + xlogy(misses, misses / (size * (1 - m0)))
    return np.maximum(ratio, 0.0)


def deviance_of_count(events: Floats, exposure: Floats, target: Floats) -> Floats:
    """The same of a Poisson rate."""
    wanted = np.maximum(exposure * np.maximum(target, SMALLEST), SMALLEST)
    ratio: Floats = xlogy(events, events / wanted) - (events - wanted)
    return np.maximum(ratio, 0.0)
