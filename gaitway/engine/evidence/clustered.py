"""Day-to-day spread counts as what it is: how much less a sample says than its size, and standard scores on one
residual per period.

Peeking is not the worst enemy of a pilot: real days differ more than the sampling of customers explains, and good
days come in runs. A sampled KPI (proportion, count, mean) is therefore judged on its effective sample (quasi-
likelihood: Wedderburn 1974; design effect: Kish 1965), a ratio and a level on the residuals themselves."""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr

from ..kpis import Kind
from ..series import Floats
from .runs import Run

FARTHEST = 37.0  # standard scores beyond this are as good as infinite, and stay within floating point
STRONG = 0.6  # a lag-1 autocorrelation above this asks for more periods
SHORT = 7.0  # periods: the spread of a few periods is known badly, so it counts as 1 + (SHORT / n)² of itself


def autocorrelation(run: Run) -> Floats:
    """Lag-1 autocorrelation of the residuals with Kendall's (1954) correction."""
    n = np.maximum(run.n, 1)
    mean = run.d / n
    squares = np.maximum(run.dd - n * mean**2, 0)
    products = run.lagged - mean * (2 * run.d - run.edge) + (n - 1) * mean**2
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(squares > 1e-12 * run.dd, products / squares, 0.0)
    return raw + (1 + 3 * raw) / n


def spread(run: Run) -> Floats:
    """The design effect of a run, at least 1. The sample divided by it is the effective sample."""
    return design_effect(dispersion(run), autocorrelation(run), np.maximum(run.n, 2))


def dispersion(run: Run) -> Floats:
    """How many times more the periods' totals vary than independent customers would make them."""
    n = np.maximum(run.n, 2)
    between = np.maximum(run.dd - run.d**2 / n, 0) * n / (n - 1)
    lower = np.maximum(run.lower, 1e-300)
    match run.kind:
        case Kind.PROPORTION:
            share = np.clip(run.upper / lower, 0, 1)
            expected = lower * share * (1 - share)
        case Kind.COUNT:
            expected = np.maximum(run.upper, 0)
        case _:
            expected = np.maximum(run.within - run.d**2 / lower, 0) * lower / np.maximum(lower - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(expected > 0, between / expected, np.where(between > 0, np.inf, 1.0))
    return found


def design_effect(dispersion: Floats, phi: Floats, n: Floats) -> Floats:
    """1 + (dispersion - 1) (1 + rho) / (1 - rho) over n periods, and a little more while they are few, where the
    dispersion stands out; else 1.

    `phi` is the autocorrelation of the residuals, rho that of their excess over sampling, with one standard error
    more. How far the dispersion must stand out grows with n, as in every consistent choice between two models: at
    first any excess counts, since good days in a row can't be told from a better KPI yet."""
    excess = np.clip(dispersion - 1, 0, 1e12)
    rho = np.clip((phi + n**-0.5) * (1 + excess) / np.maximum(excess, 1e-9), 0, 0.9)
    stands_out = dispersion > 1 + np.maximum(0, (n - 24) / 40) * np.sqrt(2 / n)
    unsure = 1 + (SHORT / n) ** 2
    effect: Floats = np.where(stands_out, unsure * (1 + excess * (1 + rho) / (1 - rho)), 1.0)
    return effect


def score(run: Run) -> tuple[Floats, Floats, Floats]:
    """(z, effective periods, autocorrelation) of the mean residual of a ratio or a level: Student's t matched to the
    normal by its tail. The variance is inflated by (1 + phi) / (1 - phi): a level's with one standard error more on
    phi, a ratio's where phi stands out (Bartlett 1946)."""
    n = np.maximum(run.n, 2)
    squares = np.maximum(run.dd - run.d**2 / n, run.dd * 1e-14 + 1e-300)
    phi = np.clip(autocorrelation(run), 0, 0.99)
    if run.kind is Kind.LEVEL:
        used = np.where(phi > 0, np.clip(phi + np.sqrt((1 - phi**2) / n), 0, 0.99), 0)
    else:
        used = np.where(phi > n**-0.5, np.minimum(phi, 0.9), 0)
    effective = np.maximum(n * (1 - used) / (1 + used), 2)
    t = (run.d / n) / np.sqrt(squares / (n - 1) / effective)
    return normal_score(t, effective - 1), effective, phi


def normal_score(t: Floats, freedom: Floats) -> Floats:
    """The standard score with the same tail as Student's t (Hill 1970, Algorithm 395; error below 0.001 up to a
    score of 5.8 from 6 degrees of freedom, below 2 % beyond)."""
    t, a = np.clip(t, -1e150, 1e150), np.maximum(freedom, 0.6) - 0.5
    y = a * np.log1p(t * t / np.maximum(freedom, 0.6))
    b = 48 * a * a
    z = ((((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b) + y + 3) / b + 1
    found: Floats = np.copysign(np.clip(z * np.sqrt(y), 0, FARTHEST), t)
    return found


def log_normal_mixture(z: Floats, r: Floats) -> Floats:
    """log e of the one-sided normal mixture at standard score z and information ratio r = rho² n (Waudby-Smith,
    Arbour, Sinha, Kennedy and Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence
    sequences")."""
    log_e: Floats = np.log(2) - 0.5 * np.log1p(r) + z**2 * r / (2 * (1 + r)) + log_ndtr(z * np.sqrt(r / (1 + r)))
    return log_e
