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
        self.n, self.edge = np.full(len(values), float(self.size)), self.residual[0] + self.residual[-1]
        self.lagged = _products(self.residual[1:], self.residual[:-1])
        self.gaps = bool(np.isnan(self.lagged).any())
        need = enough(self.kind, self.cadence)
        early = self._close(need) if self.gaps else np.full(len(values), float(min(self.size, need)))
        first = first_sample(np.broadcast_to(self.lower, self.residual.shape).T)
        self.first = first if self.kind in (Kind.RATIO, Kind.LEVEL) else thinned(first, self._early(early, need))

    def _close(self, need: int) -> Floats:
        """Absent periods add nothing, and the neighbour of a period is the one observed before it. Returns how many
        of the first `need` periods are observed."""
        absent = np.isnan(self.residual)
        for each in (self.residual, self.lower, self.within):
            if each.shape == absent.shape:
                each[absent] = 0
        self.n = self.size - np.sum(absent, axis=0, dtype=float)
        newest = np.maximum.accumulate(np.where(absent, 0, np.arange(self.size)[:, None]), axis=0)
        earlier = np.take_along_axis(self.residual, newest, axis=0)
        self.edge = earlier[-1] + np.take_along_axis(self.residual, absent.argmin(axis=0)[None], axis=0)[0]
        self.lagged = _products(self.residual[1:], earlier[:-1])
        early: Floats = np.sum(~absent[:need], axis=0, dtype=float)
        return early

    def whole(self) -> Run:
        """Everything up to the last look."""
        return self._run(self.n, self.size, self.lagged, self.edge)

    def _early(self, n: Floats, need: int) -> Run:
        """The periods before which nothing is judged, for their dispersion alone."""
        none = np.zeros_like(n)
        return self._run(n, need, none, none)

    def _run(self, n: Floats, periods: int, lagged: Floats, edge: Floats) -> Run:
        d = self.residual[:periods]
        lower = n if self.kind is Kind.LEVEL else self.lower[:periods].sum(axis=0)
        sums = d.sum(axis=0), _products(d, d), lagged, edge, self.within[:periods].sum(axis=0)
        n, lower, target, *rest = (each[:, None] for each in (n, lower, self.target, *sums))
        return Run(self.kind, self.cadence, n, lower, target, *rest)


def _products(left: Floats, right: Floats) -> Floats:
    found: Floats = np.einsum("ts,ts->s", left, right)
    return found
