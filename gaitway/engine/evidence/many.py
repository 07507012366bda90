"""Where very many KPIs stand at their last look: the same judgement as one at a time, without working out every look."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..kpis import Kind, enough
from ..periods import Cadence
from ..series import Bools, Floats, Whole, parts
from .paths import log_e
from .plans import ON_THE_START, Plan, first_sample, starts
from .runs import Run, Sums
from .weighing import ENOUGH_FOR_A_MEAN, Weighed

CHUNK = 512  # series at a time, so that the arrays stay near the processor


def standings(
    kind: Kind, cadence: Cadence, values: Floats, target: Floats, *, up: bool, alpha: float, plan: Plan
) -> NDArray[np.int8]:
    """1 where the evidence has ever excluded the wrong side (met is latched), -1 where it now excludes the right one,
    else 0; shape (series,). `values` (series, periods, numbers of the kind) begins with the stage, NaN where absent;
    `target` (series,). What `crossings` says of the same series, looked at in every period.

    Most series need one look: what the test from the start says at the last one. Of the others, a cheap bound of the
    likelihood ratio over all starts and looks leaves a few, and only these are followed through."""
    found = np.zeros(len(values), np.int8)
    for begin in range(0, len(values), CHUNK):
        rows = slice(begin, begin + CHUNK)
        found[rows] = _chunk(kind, cadence, values[rows], target[rows], up=up, alpha=alpha, plan=plan)
    return found


def _chunk(
    kind: Kind, cadence: Cadence, values: Floats, target: Floats, *, up: bool, alpha: float, plan: Plan
) -> NDArray[np.int8]:
    periods = _Periods(kind, cadence, values, target)
    last = Weighed.of(periods.whole(), first_sample(periods.lower), alpha=alpha, plan=plan)
    threshold = -math.log(alpha)
    met = _reaches(last, up, threshold - math.log(ON_THE_START))
    unmet = _reaches(last, not up, threshold - math.log(ON_THE_START))
    left = np.flatnonzero(~met)
    left = left[periods.may_cross(left, up, alpha, plan)]
    if len(left):
        path = log_e(
            kind, cadence, values[left], target[left], up=up, alpha=alpha, plan=plan, floor=threshold
        )  # fmt: skip
        met[left] = (path >= threshold).any(axis=1)
    left = np.flatnonzero(~met & ~unmet)
    if len(left):
        unmet[left] = _now(kind, cadence, values[left], target[left], not up, alpha, plan)
    return np.where(met, 1, np.where(unmet, -1, 0)).astype(np.int8)


def _reaches(weighed: Weighed, up: bool, threshold: float) -> Bools:
    """Where one look reaches the threshold; the expensive form only where the bound allows it."""
    found = weighed.bound(up=up) >= threshold
    where = np.nonzero(found)
    found[where] = weighed.at(where).log_e(up=up) >= threshold
    return found[:, 0]


def _now(kind: Kind, cadence: Cadence, values: Floats, target: Floats, up: bool, alpha: float, plan: Plan) -> Bools:
    """Whether all starts together reach the threshold at the last look."""
    last = values.shape[1] - 1
    begun = [s for s in starts(last + 1, plan, cadence) if last in range(*s.looks.indices(last + 1))]
    sums = Sums.of(kind, cadence, values, target)
    run = sums.run(np.array([s.offset for s in begun]), last)
    weighed = Weighed.of(run, first_sample(sums.lowers), alpha=alpha, plan=plan)
    weights = np.log([s.weight for s in begun])
    found = np.logaddexp.reduce(weights + weighed.bound(up=up), axis=1) >= -math.log(alpha)
    rows = np.flatnonzero(found)
    if len(rows):
        some = weighed.at(np.ix_(rows, np.arange(len(begun)))).log_e(up=up)
        found[rows] = np.logaddexp.reduce(weights + some, axis=1) >= -math.log(alpha)
    reached: Bools = found
    return reached


class _Periods:
    """The periods of a chunk of series, shape (series, periods), 0 where absent."""

    def __init__(self, kind: Kind, cadence: Cadence, values: Floats, target: Floats) -> None:
        upper, lower = parts(kind, values)
        self.kind, self.cadence, self.target = kind, cadence, target[:, None]
        self.residual = upper - self.target * lower
        self.lower = np.ones_like(upper) if kind is Kind.LEVEL else np.ascontiguousarray(lower)
        self.seen: Bools | None = None
        self.within = np.zeros((1, 1))
        if kind is Kind.MEAN:
            n, mean, variance = np.moveaxis(values, -1, 0)
            self.within = np.maximum(n - 1, 0) * variance + n * (mean - self.target) ** 2
        if np.isnan(self.residual).any():
            self.seen = ~np.isnan(self.residual)
            for each in (self.residual, self.lower, self.within):
                if each.shape == self.seen.shape:
                    each[~self.seen] = 0.0

    def whole(self) -> Run:
        """Everything up to the last look, by sums instead of cumulative ones."""
        d = self.residual
        if self.seen is None:
            count, before = np.full(len(d), float(d.shape[1])), d[:, :-1]
        else:
            count = self.seen.sum(axis=1).astype(float)
            newest = np.maximum.accumulate(np.where(self.seen, np.arange(d.shape[1]), 0), axis=1)
            before = np.take_along_axis(d, newest, axis=1)[:, :-1]

        def column(values: Floats) -> Floats:
            return values[:, None]

        return Run(
            self.kind, self.cadence, column(count), column(self.lower.sum(axis=1)), self.target, column(d.sum(axis=1)),
            column(np.einsum("ij,ij->i", d, d)), column(np.einsum("ij,ij->i", d[:, 1:], before)),
            column(d[:, 0] + d[:, -1]), self.within.sum(axis=1, keepdims=True),
        )  # fmt: skip

    def may_cross(self, rows: Whole, up: bool, alpha: float, plan: Plan) -> Bools:
        """Whether some test may be large enough at some look, for the series `rows`. With 0.9 of the weight on the
        start and 0.1 on all the rest, a mean of 1 / alpha needs 0.9 e >= 0.75 / alpha of the start or 0.1 e >= 0.25 /
        alpha of one of the rest."""
        size, need = self.residual.shape[1], enough(self.kind, self.cadence)
        found = np.zeros(len(rows), bool)
        d = np.cumsum(self.residual[rows] if up else -self.residual[rows], axis=1)
        weight = self._weight(rows)
        target, thin = self.target[rows], {}
        for start in starts(size, plan, self.cadence):
            first = start.offset == 0
            looks = np.arange(size)[start.looks]
            looks = looks[looks >= start.offset + need - 1]
            if not len(looks):
                continue
            # Later starts are looked at once a week: these columns are taken out once.
            if first:
                ends = d[:, looks], weight[:, looks]
            else:
                step = start.looks.step
                if step not in thin:
                    every = np.arange(step - 1, size, step)
                    thin[step] = np.ascontiguousarray(d[:, every]), np.ascontiguousarray(weight[:, every])
                ends = tuple(each[:, looks[0] // step :] for each in thin[step])
            begin = start.offset - 1
            gain = ends[0] if first else ends[0] - d[:, begin : begin + 1]
            sample = ends[1] if first else ends[1] - weight[:, begin : begin + 1]
            share = 0.75 / ON_THE_START if first else 0.25 / (1 - ON_THE_START)
            found |= self._large(gain, sample, looks - start.offset + 1, target, up, math.log(share / alpha))
        return found

    def _weight(self, rows: Whole) -> Floats:
        """The cumulative sum that a gain is measured by: sample, or squares."""
        if self.kind is Kind.MEAN:
            return np.cumsum(self.within[rows], axis=1)
        if self.kind in (Kind.PROPORTION, Kind.COUNT):
            return np.cumsum(self.lower[rows], axis=1)
        return np.cumsum(self.residual[rows] ** 2, axis=1)

    def _large(self, gain: Floats, sample: Floats, n: Whole, target: Floats, up: bool, threshold: float) -> Bools:
        """Whether the log likelihood ratio reaches the threshold at any look, by bounds that cost few operations:
        spread, and absent periods, only ever make it smaller."""
        if self.kind in (Kind.PROPORTION, Kind.COUNT):
            # The likelihood is most curved at one of the two ends.
            with np.errstate(divide="ignore", invalid="ignore"):
                value = target + (gain if up else -gain) / sample
            if self.kind is Kind.PROPORTION:
                least = np.minimum(value * (1 - value), target * (1 - target))
            else:
                least = np.minimum(value, target)
            return np.any((gain > 0) & (gain * gain >= 2 * threshold * sample * least), axis=1)
        # t² = (n - 1) u / (1 - u) with u = d² / (n squares); a normal mixture gives at most log 2 + t² / 2.
        wanted = 2 * max(threshold - math.log(2), 0.0)
        if self.kind is Kind.MEAN:
            n = np.array([ENOUGH_FOR_A_MEAN])
        elif self.seen is not None:
            n = np.array([enough(self.kind, self.cadence)])
        share = n * wanted / (n - 1 + wanted)  # grows with n, so the least n errs on the safe side
        return np.any((gain > 0) & (gain * gain >= share * sample), axis=1)
