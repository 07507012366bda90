"""What a run weighs against its target: log e, and a cheap bound that it can't exceed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kpis import Kind, enough
from ..series import Bools, Floats
from . import clustered, exact
from .plans import Plan, first_sample, prior_sample, sharpness
from .runs import Run, Sums

ENOUGH_FOR_A_MEAN = 200  # values


def early_sample(sums: Sums, target: Floats | None = None) -> Floats:
    """The effective sample of an early period, shape (series, 1), or that of `target` where the sums are moving."""
    first, need = first_sample(sums.lowers), enough(sums.kind, sums.cadence)
    if sums.kind in (Kind.RATIO, Kind.LEVEL) or sums.lowers.shape[1] < need:
        return first
    return thinned(first, sums.run(0, slice(need - 1, need), target))


def thinned(first: Floats, early: Run) -> Floats:
    """An early sample by the dispersion of the periods before which nothing is judged: where days differ much, ten
    times the traffic says hardly more, and a test tuned to the traffic would find nothing."""
    sample: Floats = first / np.clip(clustered.dispersion(early), 1, 1e6)
    return sample


@dataclass(frozen=True, eq=False, slots=True)
class Weighed:
    """Effective sums of a proportion or a count (`x` events, `y` sample, `k` prior sample), or the standard score
    and the information ratio of the other kinds. Shapes (series, looks)."""

    kind: Kind
    ready: Bools
    x: Floats
    y: Floats
    target: Floats
    k: Floats

    @classmethod
    def of(cls, run: Run, first: Floats, *, alpha: float, plan: Plan) -> Weighed:
        """`first` (series, 1): the effective sample of an early period, by which a test is tuned."""
        ready: Bools = (run.n >= enough(run.kind, run.cadence)) & (run.lower > 0)
        sharp = sharpness(alpha)
        if run.kind in (Kind.RATIO, Kind.LEVEL):
            z, effective, phi = clustered.score(run)
            if run.kind is Kind.LEVEL:
                ready = ready & ((phi <= clustered.STRONG) | (run.n >= 28))
            r = sharp / max(plan.sharpest, enough(run.kind, run.cadence)) * effective
            return cls(run.kind, ready, z, r, run.target, first)
        effect = clustered.spread(run)
        if run.kind is Kind.MEAN:
            ready = ready & (run.lower >= ENOUGH_FOR_A_MEAN)
            n = np.maximum(run.lower, 2)
            variance = np.maximum(run.within - run.d**2 / n, 1e-14 * run.within + 1e-300) / (n - 1)
            z = run.d / np.sqrt(n * variance * effect)
            r = sharp / np.maximum(first * plan.sharpest, ENOUGH_FOR_A_MEAN) * n / effect
            return cls(run.kind, ready, np.clip(z, -clustered.FARTHEST, clustered.FARTHEST), r, run.target, first)
        k = prior_sample(first, alpha, plan)
        return cls(run.kind, ready, np.maximum(run.upper, 0) / effect, run.lower / effect, run.target, k)

    def log_e(self, *, up: bool) -> Floats:
        """Against "the KPI is not above (up) or below (not up) the target"; 0 where it is too early."""
        match self.kind:
            case Kind.PROPORTION:
                found = exact.proportion(self.x, self.y, self.target, self.k, up=up)
            case Kind.COUNT:
                found = exact.count(self.x, self.y, self.target, self.k, up=up)
            case _:
                found = clustered.log_normal_mixture(self.x if up else -self.x, self.y)
        return np.where(self.ready, found, 0.0)

    def reaches(self, threshold: float, *, up: bool) -> Bools:
        """Where `log_e` is at least so much: the expensive tails only where the cheap bounds don't tell."""
        found: Bools = self.bound(up=up) >= threshold
        where = np.nonzero(found)
        some = self.at(where)
        unsure = np.flatnonzero(some.least(up=up) < threshold)
        reached = np.ones(len(some.x), bool)
        reached[unsure] = some.at((unsure,)).log_e(up=up) >= threshold
        found[where] = reached
        return found

    def least(self, *, up: bool) -> Floats:
        """What `log_e` of a proportion or a count is at the least, minus infinity where that isn't known: with a whole
        event more than expected at least half of the distribution is on the better side, since its median is between
        mode and mean (Payton, Young and Young 1989) or less than one from either (Chen and Rubin 1986)."""
        if self.kind not in (Kind.PROPORTION, Kind.COUNT):
            return np.full(self.ready.shape, -np.inf)
        above = (self.x - self.y * self.target) * (1 if up else -1)
        if self.kind is Kind.PROPORTION:
            known = (np.minimum(self.x, self.y - self.x) >= 1) & (above >= 1)
            found = exact.whole_proportion(self.x, self.y, self.target, self.k)
        else:
            known = above >= 1
            found = exact.whole_count(self.x, self.y, self.target, self.k)
        return np.where(self.ready & known, found - np.log(2), -np.inf)

    def bound(self, *, up: bool) -> Floats:
        """What `log_e` can't exceed: the log likelihood ratio of the best value, with the mass of the better side."""
        match self.kind:
            case Kind.PROPORTION | Kind.COUNT:
                right = (self.x >= self.y * self.target) == up
                best = exact.deviance_of_proportion if self.kind is Kind.PROPORTION else exact.deviance_of_count
                top = np.where(right, best(self.x, self.y, self.target), 0.0)
            case _:
                top = np.log(2) + np.maximum(self.x if up else -self.x, 0) ** 2 / 2
        return np.where(self.ready, top, 0.0)

    def deviate(self, *, up: bool) -> Floats:
        """The standard score in the good direction: for a proportion and a count the signed root of the deviance,
        which is closer to normal than the score itself (McCullagh and Nelder 1989). Minus infinity where it is too early."""
        match self.kind:
            case Kind.PROPORTION | Kind.COUNT:
                best = exact.deviance_of_proportion if self.kind is Kind.PROPORTION else exact.deviance_of_count
                above = self.x - self.y * self.target
                root = np.copysign(np.sqrt(2 * best(self.x, self.y, self.target)), above if up else -above)
            case _:
                root = self.x if up else -self.x
        return np.where(self.ready, root, -np.inf)

    def at(self, where: tuple[np.ndarray[tuple[int, ...], np.dtype[np.intp]], ...]) -> Weighed:
        """Only some of the elements, flat."""

        def pick(values: Floats) -> Floats:
            return np.broadcast_to(values, self.ready.shape)[where]

        return Weighed(self.kind, self.ready[where], pick(self.x), pick(self.y), pick(self.target), pick(self.k))
