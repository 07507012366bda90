"""Which of very many series may have evidence at all, and at which looks."""

from __future__ import annotations

import numpy as np

from ..kpis import Kind, enough
from ..series import Bools, Floats, Whole
from .blocks import Block
from .needs import Need
from .plans import STRIDE, Plan, starts


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
        taken, need = self._taken(rows, up), self._need(rows, up)
        weekly = self._weekly(taken)
        weeks, first = -(-self.size // self.stride), (self.least - 1) // self.stride
        sums = weekly[:, :weeks].copy()
        most = np.full_like(sums[0], -np.inf)
        for day in range(self.stride):
            new = taken[0, day :: self.stride]
            sums[0, : len(new)] += new
            np.maximum(most[: len(new)], sums[0, : len(new)], out=most[: len(new)])
        sums[0] = most
        sums[1, first] = taken[1, : self.least].sum(axis=0)
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
        return rows[found]

    def looks(self, *, up: bool) -> Bools:
        """At which looks the evidence may reach its threshold: shape (series, periods)."""
        rows = np.arange(len(self.block.target))
        taken, need = self._taken(rows, up), self._need(rows, up)
        weekly = self._weekly(taken)
        found = np.empty(taken.shape[1:], bool)
        sums = weekly[:, : -(-self.size // self.stride)].copy()
        # All weeks at once, a day after the other: a cumulative sum is many times as slow.
        for day in range(self.stride):
            n = np.arange(day + 1, self.size + 1, self.stride)
            sums[:, : len(n)] += taken[:, day :: self.stride]
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

    def _taken(self, rows: Whole, up: bool) -> Floats:
        """What is gained in each period, and what that is measured by: sample, or squares. (2, periods, rows)."""
        taken = self._space[: 2 * self.size * len(rows)].reshape(2, self.size, len(rows))
        np.take(self.block.residual, rows, axis=1, out=taken[0], mode="clip")
        if not up:
            np.negative(taken[0], out=taken[0])
        match self.block.kind:
            case Kind.PROPORTION | Kind.COUNT:
                np.take(self.block.lower, rows, axis=1, out=taken[1], mode="clip")
            case Kind.MEAN:
                np.take(self.block.within, rows, axis=1, out=taken[1], mode="clip")
            case _:
                np.multiply(taken[0], taken[0], out=taken[1])
        return taken

    def _weekly(self, taken: Floats) -> Floats:
        """The sums of everything before each week, shape (2, weeks + 1, rows)."""
        weeks, rows = self.size // self.stride, taken.shape[2]
        sums = np.zeros((2, weeks + 1, rows))
        np.sum(taken[:, : weeks * self.stride].reshape(2, weeks, self.stride, rows), axis=2, out=sums[:, 1:])
        for week in range(weeks):
            sums[:, week + 1] += sums[:, week]
        return sums
