"""Mixture e-processes that are exact at any sample size: Beta-Bernoulli and Gamma-Poisson.

Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021, "Time-uniform, nonparametric, nonasymptotic confidence
sequences". Each compares the target with a prior that is centred on it and cut to the better side; `k` is the sample
that the prior weighs. All arrays broadcast; `proportion` and `count` return log e against "it is not above (up) the
target", the `whole` ones that of the prior which isn't cut, without the two tails."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaln, gammainc, gammaincc, gammaln, xlogy

from ..series import Floats

SMALLEST = 1e-12


def proportion(hits: Floats, trials: Floats, target: Floats, k: Floats, *, up: bool) -> Floats:
    """log e = betaln(a + S, b + N - S) + log tail(a + S, b + N - S; m0) - betaln(a, b) - log tail(a, b; m0)
    - S log m0 - (N - S) log(1 - m0), with a = k m0 and b = k (1 - m0)."""
    m0 = np.clip(target, SMALLEST, 1 - SMALLEST)
    a, b = k * m0, k * (1 - m0)
    before, after = (a, b), (a + hits, b + np.maximum(trials - hits, 0.0))
    tails = log_mass_of_proportion(*after, m0, up) - log_mass_of_proportion(*before, m0, up)
    return whole_proportion(hits, trials, target, k) + tails


def whole_proportion(hits: Floats, trials: Floats, target: Floats, k: Floats) -> Floats:
    m0 = np.clip(target, SMALLEST, 1 - SMALLEST)
    a, b = k * m0, k * (1 - m0)
    misses = np.maximum(trials - hits, 0.0)
    ratio: Floats = betaln(a + hits, b + misses) - betaln(a, b) - hits * np.log(m0) - misses * np.log1p(-m0)
    return ratio


def log_mass_of_proportion(a: Floats, b: Floats, m0: Floats, up: bool) -> Floats:
    """The log tail of Beta(a, b) on the better side of m0."""
    with np.errstate(divide="ignore"):
        # The complement, betaincc(a, b, m0), takes five times as long.
        found: Floats = np.log(betainc(b, a, 1 - m0) if up else betainc(a, b, m0))
    return found


def count(events: Floats, exposure: Floats, target: Floats, k: Floats, *, up: bool) -> Floats:
    """log e = gammaln(a + N) - (a + N) log(b + T) + log tail(a + N; (b + T) m0) - [the same of the prior]
    + T m0 - N log m0, with a = k m0 and b = k."""
    rate = np.maximum(target, SMALLEST)
    a = k * rate
    tails = log_mass_of_count(a + events, (k + exposure) * rate, up) - log_mass_of_count(a, a, up)
    return whole_count(events, exposure, target, k) + tails


def whole_count(events: Floats, exposure: Floats, target: Floats, k: Floats) -> Floats:
    rate = np.maximum(target, SMALLEST)
    a = k * rate
    ratio: Floats = (
        gammaln(a + events) - (a + events) * np.log(k + exposure)
        - gammaln(a) + a * np.log(k)
        + exposure * rate - events * np.log(rate)
    )  # fmt: skip
    return ratio


def log_mass_of_count(a: Floats, mean: Floats, up: bool) -> Floats:
    """The log tail of Gamma(a) on the better side of `mean`."""
    with np.errstate(divide="ignore"):
        found: Floats = np.log(gammaincc(a, mean) if up else gammainc(a, mean))
    return found


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
