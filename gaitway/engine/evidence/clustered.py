"""Asymptotic confidence sequences on one residual per period, so that day-to-day spread counts as what it is.

Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence
sequences", in the one-sided form (half-normal mixture); Student-t statistics are matched to the normal by
their tail."""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr, ndtri, stdtr

from ..kpis import Kind
from ..periods import Cadence
from ..series import Bools, Floats
from .exact import sharpness
from .sums import Plan, Sums

ENOUGH_FOR_A_MEAN = 200
FARTHEST = 37.0  # standard scores beyond this are as good as infinite, and stay within floating point
STRONG = 0.6  # a lag-1 autocorrelation above this asks for more periods and one more standard error


def enough(kind: Kind, cadence: Cadence) -> int:
    """The fewest periods on which the clustered form says anything."""
    if kind is Kind.LEVEL:
        return 14
    return 14 if cadence is Cadence.DAY and kind is not Kind.RATIO else 7


def autocorrelation(sums: Sums) -> Floats:
    """Lag-1 autocorrelation of the periods' values with Kendall's (1954) correction, not below 0; above STRONG
    with one standard error more. Shape (starts, looks)."""
    n = np.maximum(sums.n, 1)
    mean = sums.a / n
    squares = np.maximum(sums.aa - n * mean**2, 0)
    products = sums.lagged - mean * (2 * sums.a - sums.edge) + (n - 1) * mean**2
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(squares > 0, products / squares, 0.0)
    phi = np.clip(raw + (1 + 3 * raw) / n, 0.0, 0.99)
    strong = np.clip(phi + np.sqrt((1 - phi**2) / n), 0.0, 0.99)
    return np.where(phi > STRONG, strong, phi)


def log_normal_mixture(z: Floats, r: Floats) -> Floats:
    """log e of the one-sided normal mixture at standard score z and information ratio r = rho² n."""
    log_e: Floats = np.log(2) - 0.5 * np.log1p(r) + z**2 * r / (2 * (1 + r)) + log_ndtr(z * np.sqrt(r / (1 + r)))
    return log_e


def by_period(sums: Sums, target: Floats | float, *, up: bool, alpha: float, plan: Plan) -> Floats:
    """log e (starts, looks) on the residuals D = a - target × b; 0 before there are enough periods."""
    shift = target - sums.centre
    n = np.maximum(sums.n, 2)
    mean = (sums.a - shift * sums.lower) / n
    squares = sums.aa - 2 * shift * sums.ab + shift**2 * sums.bb - n * mean**2
    scale = np.maximum(sums.aa, shift**2 * sums.bb) * 1e-14 + 1e-300
    variance = np.maximum(squares, scale) / (n - 1)
    need: Bools = sums.n >= enough(sums.kind, sums.cadence)
    effective = n
    if sums.kind is Kind.LEVEL:
        phi = autocorrelation(sums)
        effective = np.maximum(n * (1 - phi) / (1 + phi), 2)
        need &= (phi <= STRONG) | (sums.n >= 28)
    t = mean / np.sqrt(variance / effective)
    z = np.clip(-ndtri(stdtr(effective - 1, -t if up else t)), -FARTHEST, FARTHEST)
    sharp = max(plan.sharpest, enough(sums.kind, sums.cadence))
    log_e = log_normal_mixture(z, sharpness(alpha) / sharp * effective)
    return np.where(need, log_e, 0.0)


def by_value(sums: Sums, target: Floats | float, *, up: bool, alpha: float, plan: Plan) -> Floats:
    """log e (starts, looks) of a mean from n, mean and variance, as if each value stood alone; 0 before 200."""
    n = np.maximum(sums.lower, 2)
    mean = sums.upper / n
    variance = np.maximum(sums.within - n * (mean - sums.centre) ** 2, 1e-300) / (n - 1)
    z = (mean - target) / np.sqrt(variance / n) * (1 if up else -1)
    sharp = max(sums.first_lower * plan.sharpest, ENOUGH_FOR_A_MEAN)
    log_e = log_normal_mixture(np.clip(z, -FARTHEST, FARTHEST), sharpness(alpha) / sharp * n)
    return np.where(sums.lower >= ENOUGH_FOR_A_MEAN, log_e, 0.0)
