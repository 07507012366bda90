"""Very many series at a time, laid out for speed."""

from __future__ import annotations

import numpy as np

from ..kpis import Kind, enough
from ..periods import Cadence
from ..series import Floats
from .plans import first_sample
from .runs import Run
from .weighing import thinned


class Block:
    """Some series with the periods as rows, so that every operation runs along the series: arrays (periods, series),
    0 where absent. One block after the other takes the same memory: fresh memory costs more than the arithmetic."""

    def __init__(self, kind: Kind, cadence: Cadence, periods: int, series: int) -> None:
        self.kind, self.cadence, self.size, self.capacity = kind, cadence, periods, series
        self._space = np.empty((4, periods, series))

    def load(self, values: Floats, target: Floats) -> None:
        """`values` (series, periods, numbers of the kind), `target` (series,)."""
        self.target = target
        numbers, spare = self._space[: values.shape[2], :, : len(values)], self._space[3, :, : len(values)]
        for number, place in enumerate(numbers):
            np.copyto(place, values[..., number].T)
        self.residual, self.lower = numbers[0], np.ones((1, 1))  # numerator - target × denominator
        self.within = np.zeros((1, 1))  # squares of the values about the target, within the periods of a mean
        if self.kind is Kind.MEAN:
            self.lower, away, self.within = numbers
            away -= target
            self.residual = np.multiply(self.lower, away, out=spare)
            self.within *= np.maximum(self.lower - 1, 0)
            self.within += np.multiply(self.residual, away, out=away)
        elif self.kind is Kind.LEVEL:
            self.residual -= target
        else:
            self.lower = numbers[1]
            self.residual -= np.multiply(self.lower, target, out=spare)
        self.n, self.lagged = np.full(len(values), float(self.size)), _products(self.residual[1:], self.residual[:-1])
        self.gaps = bool(np.isnan(self.lagged).any())
        if self.gaps:
            self._close()
        first = first_sample(np.broadcast_to(self.lower, self.residual.shape).T)
        need = enough(self.kind, self.cadence)
        sampled = self.kind not in (Kind.RATIO, Kind.LEVEL) and self.size >= need
        self.first = thinned(first, self._early(need)) if sampled else first

    def _close(self) -> None:
        """Absent periods add nothing, and the neighbour of a period is the one observed before it."""
        absent = np.isnan(self.residual)
        for each in (self.residual, self.lower, self.within):
            if each.shape == absent.shape:
                each[absent] = 0
        self.n = self.size - np.sum(absent, axis=0, dtype=float)
        order = np.arange(self.size)[:, None]
        newest = np.maximum.accumulate(np.where(absent, 0, order), axis=0)
        oldest = np.argmin(absent, axis=0)[None]
        self.edge = (np.take_along_axis(self.residual, newest[-1:], 0) + np.take_along_axis(self.residual, oldest, 0))[
            0
        ]
        self.seen = ~absent
        self.lagged = _products(self.residual[1:], np.take_along_axis(self.residual, newest, axis=0)[:-1])

    def whole(self) -> Run:
        """Everything up to the last look."""
        n, d = self.n[:, None], self.residual.sum(axis=0)[:, None]
        lower = n if self.kind is Kind.LEVEL else self.lower.sum(axis=0)[:, None]
        squares = _products(self.residual, self.residual)[:, None]
        edge = (self.edge if self.gaps else self.residual[0] + self.residual[-1])[:, None]
        within = self.within.sum(axis=0)[:, None]
        return Run(
            self.kind, self.cadence, n, lower, self.target[:, None], d, squares, self.lagged[:, None], edge, within
        )  # fmt: skip

    def _early(self, need: int) -> Run:
        """The first periods, for their dispersion alone."""
        d, lower = self.residual[:need], self.lower[:need]
        n = self.seen[:need].sum(axis=0, dtype=float) if self.gaps else np.full(d.shape[1], float(need))
        within = self.within[:need].sum(axis=0)[:, None]
        none = np.zeros((1, 1))
        return Run(
            self.kind, self.cadence, n[:, None], lower.sum(axis=0)[:, None], self.target[:, None],
            d.sum(axis=0)[:, None], _products(d, d)[:, None], none, none, within,
        )  # fmt: skip


def _products(left: Floats, right: Floats) -> Floats:
    found: Floats = np.einsum("ts,ts->s", left, right)
    return found
