"""Where very many KPIs stand at their last look: the same judgement as one at a time, without working out every look."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..kpis import Kind, enough
from ..periods import Cadence
from ..series import Bools, Floats, Whole
from .blocks import Block
from .plans import ON_THE_START, Plan, starts
from .runs import Sums
from .screening import Screen
from .weighing import Weighed, early_sample

CHUNK = 1000  # series at a time, so that the arrays stay near the processor; powers of two collide in its caches


def standings(
    kind: Kind, cadence: Cadence, values: Floats, target: Floats, *, up: bool, alpha: float, plan: Plan
) -> NDArray[np.int8]:
    """1 where the evidence has ever excluded the wrong side (met is latched), -1 where it now excludes the right one,
    else 0; shape (series,). What `crossings` says of the same series, looked at in every period.

    `values` (series, periods, numbers of the kind) begins with the stage, NaN where absent; `target` (series,); alpha
    at most 0.5. Any order in memory will do; fastest is one in which the series lie side by side.

    Most series need one look: what the test from the start says at the last one. Of the others a bound of the
    evidence leaves a few, and only these are followed through."""
    if not 0 < alpha <= 0.5:
        raise ValueError(f"alpha is {alpha}, it must be above 0 and at most 0.5")
    found = np.zeros(len(values), np.int8)
    if values.shape[1] < enough(kind, cadence):
        return found
    block = Block(kind, cadence, values.shape[1], min(CHUNK, len(values)))
    screen = Screen(block, alpha, plan)
    hopeful, doubtful = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    for begin in range(0, len(values), CHUNK):
        rows = slice(begin, begin + CHUNK)
        block.load(values[rows], target[rows])
        last = Weighed.of(block.whole(), block.first, alpha=alpha, plan=plan)
        met, unmet = (last.reaches(-math.log(alpha * ON_THE_START), up=side)[:, 0] for side in (up, not up))
        found[rows] = np.where(met, 1, np.where(unmet, -1, 0))
        hopeful.append(begin + screen.hopeful(np.flatnonzero(~met), up=up))
        doubtful.append(begin + screen.newest(np.flatnonzero(~met & ~unmet), up=not up))
    for some in _parts(np.concatenate(doubtful)):
        tests = _Tests(kind, cadence, values[some], target[some], up=not up, alpha=alpha, plan=plan)
        found[some[tests.reached(np.arange(len(some)), np.full(len(some), values.shape[1] - 1))]] = -1
    for some in _parts(np.concatenate(hopeful)):
        block.load(values[some], target[some])
        looks = screen.looks(up=up)
        there = looks.any(axis=1)
        tests = _Tests(kind, cadence, values[some[there]], target[some[there]], up=up, alpha=alpha, plan=plan)
        found[some[there][tests.ever(looks[there])]] = 1
    return found


def _parts(rows: Whole) -> list[Whole]:
    return [rows[begin : begin + CHUNK] for begin in range(0, len(rows), CHUNK)]


class _Tests:
    """All the tests of some series, each evaluated only where it is asked for."""

    def __init__(
        self, kind: Kind, cadence: Cadence, values: Floats, target: Floats, *, up: bool, alpha: float, plan: Plan
    ) -> None:
        self.sums = Sums.of(kind, cadence, values, target)
        self.first = early_sample(self.sums)
        self.starts = list(starts(values.shape[1], plan, cadence))
        self.size, self.up, self.alpha, self.plan = values.shape[1], up, alpha, plan

    def ever(self, asked: Bools) -> Bools:
        """Whether the threshold is reached at any of the looks that are `asked` for, shape (series, periods): first
        at the most promising one."""
        promise = self.sums.d[:, 1:] * (1 if self.up else -1) / np.sqrt(np.arange(1, self.size + 1))
        found = self.reached(np.arange(len(asked)), np.where(asked, promise, -np.inf).argmax(axis=1))
        rows, looks = np.nonzero(asked & ~found[:, None])
        found[rows[self.reached(rows, looks)]] = True
        return found

    def reached(self, rows: Whole, looks: Whole) -> Bools:
        """Whether all tests together reach the threshold at one look each of the series `rows`."""
        tests, at = np.nonzero([start.seen(looks) for start in self.starts])
        offsets, weights = np.array([(start.offset, start.weight) for start in self.starts])[tests].T
        run = self.sums.pick(rows[at], offsets.astype(np.intp), looks[at])
        weighed = Weighed.of(run, self.first[rows[at]], alpha=self.alpha, plan=self.plan)

        def mixed(those: Whole, log_e: Floats) -> Floats:
            with np.errstate(over="ignore"):
                total: Floats = np.bincount(at[those], weights[those] * np.exp(log_e), len(rows)).astype(float)
            return total

        found = mixed(np.arange(len(at)), weighed.bound(up=self.up)[:, 0]) >= 1 / self.alpha
        some = np.flatnonzero(found[at])
        log_e = weighed.at((some, np.zeros_like(some))).log_e(up=self.up)
        return found & (mixed(some, log_e) >= 1 / self.alpha)
