"""How large a standard score must be at the least for evidence: a bound that costs a few operations a look.

However a test is tuned, its log e is at most C + z² r / (2 (1 + r)) - log(1 + r) / 2, the normal mixture at the
standard score z before any design effect, at the sharpest r. So it reaches a threshold only where z² >= 1 + r with
r = 2 (threshold - C) + log(1 + r). C is log 2 for a score; for the exact mixtures it is minus the log of the prior's
mass on the better side, and a remainder of Stirling's series. A design effect only makes a score smaller."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..kpis import Kind, enough
from ..series import Bools, Floats, Whole
from . import exact
from .blocks import Block
from .plans import ON_THE_START, Plan, prior_sample
from .weighing import ENOUGH_FOR_A_MEAN

ROUNDING = 1 - 1e-6  # sums in another order differ a little
SAMPLED = (Kind.PROPORTION, Kind.COUNT)


@dataclass(frozen=True, eq=False, slots=True)
class Need:
    """The least z² of some series, shapes (series,)."""

    kind: Kind
    up: bool
    target: Floats
    of_the_start: Floats
    of_the_rest: Floats
    least: int  # periods with which anything is judged; values, of a mean
    every: bool  # whether every period is observed

    @classmethod
    def of(cls, block: Block, rows: Whole, *, up: bool, alpha: float, plan: Plan) -> Need:
        """With 0.9 of the weight on the start and 0.1 on all the rest, a mean of 1 / alpha needs 0.9 e >= 0.75 / alpha
        of the start, or 0.1 e >= 0.25 / alpha of one of the rest."""
        kind, target = block.kind, block.target[rows]
        allowance = _allowance(kind, target, prior_sample(block.first[rows, 0], alpha, plan), up)
        start, rest = (
            _needed(math.log(share / alpha), allowance, kind in SAMPLED)
            for share in (0.75 / ON_THE_START, 0.25 / (1 - ON_THE_START))
        )
        if kind is Kind.MEAN:
            return cls(kind, up, target, start, rest, ENOUGH_FOR_A_MEAN, every=False)
        return cls(kind, up, target, start, rest, enough(kind, block.cadence), every=not block.gaps)

    def met(self, sums: Floats, n: Whole, needed: Floats) -> Bools:
        """`sums` (2, looks, series): what is gained, and the sample or the squares that this is measured by; `n`
        (looks,) periods."""
        gain, amount = sums
        if self.kind in SAMPLED:
            # The likelihood is most curved at one of the two ends.
            wanted = self.target * amount
            found = wanted + gain if self.up else wanted - gain
            if self.kind is Kind.PROPORTION:
                with np.errstate(divide="ignore", invalid="ignore"):
                    found *= 1 - found / amount
                wanted *= 1 - self.target
            unit = np.minimum(wanted, found, out=found)
            unit *= needed
        else:
            # t² = (n - 1) u / (1 - u) with u = d² / (n squares), so the fewest n err on the safe side.
            n = np.maximum(n[:, None], self.least) if self.every else np.array([[self.least]])
            unit = amount * (n * needed / (n - 1 + needed))
        large: Bools = (gain > 0) & (gain * gain >= unit)
        return large


def _needed(threshold: float, allowance: Floats, sampled: bool) -> Floats:
    """The least z² at which log e may reach the threshold.

    z² is taken at the smaller of the variances at both ends. Where the posterior's z² is below 1.5, that needn't bound
    the mixture's remainder too, but log e is at most C + 1.5, for the likelihood ratio doesn't exceed chi-square."""
    spare = np.maximum(threshold - allowance, 0)
    r = 2 * spare
    for _ in range(3):  # from below, so that it never exceeds the solution
        r = 2 * spare + np.log1p(r)
    # No mixture of likelihoods exceeds the largest of them.
    least = np.full_like(spare, 2 * threshold) if sampled else 2 * spare
    return ROUNDING * np.where(spare > 1.5, np.maximum(1 + r, least), least)


def _allowance(kind: Kind, target: Floats, k: Floats, up: bool) -> Floats:
    """C of the module's docstring."""
    match kind:
        case Kind.PROPORTION:
            m0 = np.clip(target, exact.SMALLEST, 1 - exact.SMALLEST)
            a, b = k * m0, k * (1 - m0)
            return 1 / (12 * k) + (a**-3 + b**-3 + k**-3) / 360 - exact.log_mass_of_proportion(a, b, m0, up)
        case Kind.COUNT:
            a = k * np.maximum(target, exact.SMALLEST)
            return a**-3 / 360 - exact.log_mass_of_count(a, a, up)
        case _:
            return np.full(target.shape, math.log(2))
