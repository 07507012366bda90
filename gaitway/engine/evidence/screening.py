"""Which of very many series may have evidence at all, and at which looks."""

from __future__ import annotations

import numpy as np

from ..kpis import Kind, enough
from ..series import Bools, Floats, Whole
from .blocks import Block
from .needs import Need
from .plans import STRIDE, Plan, starts

NEARLY = 1.1  # times as many series as are asked for are as quick, since gathering some costs a tenth


class Screen:
    """For one block after the other. A week is the stride of the later starts."""

    def __init__(self, block: Block, alpha: float, plan: Plan) -> None:
        self.block, self.alpha, self.plan = block, alpha, plan
        self.size, self.stride, self.least = block.size, STRIDE[block.cadence.unit], enough(block.kind, block.cadence)
        self._space = np.empty(2 * block.size * block.capacity)
        later = [start for start in starts(block.size, plan, block.cadence) if start.offset]
        self.alone = not any(start.seen(np.array(block.size - 1)) for start in later)
        # From which week to which the tests of the later starts reach, ordered by start.
        pairs = [
            (start.offset // self.stride, (look + 1) // self.stride)
            for start in later
            for look in range(*start.looks.indices(block.size))
            if look >= start.offset + self.least - 1
        ]
        self.begin, self.end = np.array(pairs, dtype=np.intp).reshape(-1, 2).T

    def hopeful(self, rows: Whole, *, up: bool) -> Whole:
        """Those of the series `rows` that are worth more than a coarse look: nobody gains more in a week than until
        its best day, or after a start more than until its best look, and neither is measured by less than at the
        first look."""
        asked, rows = rows, self._together(rows)
        taken, need = self._taken(rows, up), self._need(rows, up)
        weekly = self._weekly(taken)
        weeks, first = -(-self.size // self.stride), (self.least - 1) // self.stride
        sums = weekly[:, :weeks].copy()
        most = np.full_like(sums[0], -np.inf)
        for day in range(self.stride):
            new = taken[0][day :: self.stride]
            sums[0, : len(new)] += new
            np.maximum(most[: len(new)], sums[0, : len(new)], out=most[: len(new)])
        sums[0] = most
        sums[1, first] = taken[1][: self.least].sum(axis=0)
        found = need.met(sums[:, first:], np.arange(first, weeks) * self.stride, need.of_the_start).any(axis=0)
        if len(self.begin):
            firsts = np.flatnonzero(np.diff(self.begin, prepend=-1))
            begin, end = self.begin[firsts], self.end[firsts]
            later = weekly[:, end] - weekly[:, begin]
            most = np.maximum.reduceat(weekly[0], end, axis=0)
            for i in range(len(most) - 2, -1, -1):
                np.maximum(most[i], most[i + 1], out=most[i])
            later[0] = most - weekly[0, begin]
            found |= need.met(later, (end - begin) * self.stride, need.of_the_rest).any(axis=0)
        return rows[found] if asked is rows else np.intersect1d(rows[found], asked, assume_unique=True)

    def looks(self, *, up: bool) -> Bools:
        """At which looks the evidence may reach its threshold: shape (series, periods)."""
        rows = np.arange(len(self.block.target))
        taken, need = self._taken(rows, up), self._need(rows, up)
        weekly = self._weekly(taken)
        found = np.empty(taken[0].shape, bool)
        sums = weekly[:, : -(-self.size // self.stride)].copy()
        # All weeks at once, a day after the other: a cumulative sum is many times as slow.
        for day in range(self.stride):
            n = np.arange(day + 1, self.size + 1, self.stride)
            for sum_, part in zip(sums, taken, strict=True):
                sum_[: len(n)] += part[day :: self.stride]
            found[day :: self.stride] = need.met(sums[:, : len(n)], n, need.of_the_start)
        found[: self.least - 1] = False
        later, n = weekly[:, self.end] - weekly[:, self.begin], (self.end - self.begin) * self.stride
        pairs, those = np.nonzero(need.met(later, n, need.of_the_rest))
        found[self.end[pairs] * self.stride - 1, those] = True
        return found.T

    def newest(self, rows: Whole, *, up: bool) -> Whole:
        """Those of the series `rows` that may reach it at the last look, but only together with the later starts."""
        if self.alone or not len(rows):
            return rows[:0]
        begin = self.begin[self.end * self.stride == self.size]
        need, weekly = self._need(rows, up), self._weekly(self._taken(rows, up))
        later = weekly[:, -1:] - weekly[:, begin]
        found = need.met(later, self.size - begin * self.stride, need.of_the_rest).any(axis=0)
        found |= need.met(weekly[:, -1:], np.array([self.size]), need.of_the_start)[0]
        some: Whole = rows[found]
        return some

    def _need(self, rows: Whole, up: bool) -> Need:
        return Need.of(self.block, rows, up=up, alpha=self.alpha, plan=self.plan)

    def _together(self, rows: Whole) -> Whole:
        """All series, where nearly all are asked for: where they lie, they needn't be gathered."""
        size = len(self.block.target)
        return np.arange(size) if len(rows) < size <= NEARLY * len(rows) else rows

    def _taken(self, rows: Whole, up: bool) -> tuple[Floats, Floats]:
        """What is gained in each period, and what that is measured by: sample, or squares. (periods, rows) each."""
        space = self._space[: 2 * self.size * len(rows)].reshape(2, self.size, len(rows))
        whole = len(rows) == len(self.block.target)

        def pick(values: Floats, out: Floats) -> Floats:
            return values if whole else np.take(values, rows, axis=1, out=out, mode="clip")

        gained = pick(self.block.residual, space[0])
        if not up:
            gained = np.negative(gained, out=space[0])
        match self.block.kind:
            case Kind.PROPORTION | Kind.COUNT:
                return gained, pick(self.block.lower, space[1])
            case Kind.MEAN:
                return gained, pick(self.block.within, space[1])
            case _:
                return gained, np.multiply(gained, gained, out=space[1])

    def _weekly(self, taken: tuple[Floats, Floats]) -> Floats:
        """The sums of everything before each week, shape (2, weeks + 1, rows)."""
        weeks, rows = self.size // self.stride, taken[0].shape[1]
        sums = np.zeros((2, weeks + 1, rows))
        for part, out in zip(taken, sums, strict=True):
            np.sum(part[: weeks * self.stride].reshape(weeks, self.stride, rows), axis=1, out=out[1:])
        for week in range(weeks):
            sums[:, week + 1] += sums[:, week]
        return sums
