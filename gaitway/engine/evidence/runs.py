"""Sums of many series at once, from any start to any look: everything that the evidence methods need.

A "look" is a period at whose end somebody may look; a "run" is what was observed from a start to a look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kpis import Kind
from ..periods import Cadence
from ..series import Floats, Whole, parts

Places = int | slice | Whole


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """Shapes (series, looks). The residual of a period is D = numerator - target × denominator."""

    kind: Kind
    cadence: Cadence
    n: Floats  # observed periods
    lower: Floats  # the sample: sum of the denominators
    target: Floats
    d: Floats  # sum of the residuals
    dd: Floats  # and of their squares
    lagged: Floats  # of the products of neighbours
    edge: Floats  # first plus last residual
    within: Floats  # squares of the values about the target, within the periods of a mean

    @property
    def upper(self) -> Floats:
        return self.d + self.target * self.lower


@dataclass(frozen=True, eq=False, slots=True)
class Sums:
    """Cumulative sums, shape (series, periods + 1), of the residuals at `centre`; where other targets are asked
    for too, also of what they need to be moved there."""

    kind: Kind
    cadence: Cadence
    centre: Floats  # (series, 1)
    lowers: Floats  # (series, periods)
    residuals: Floats  # (series, periods)
    newest: Whole | None  # (series, periods): the period last observed; None where none is absent
    nearest: Whole | None  # and the one observed next
    n: Floats
    lower: Floats
    d: Floats
    dd: Floats
    lagged: Floats
    within: Floats
    cross: tuple[Floats, Floats, Floats, Floats] | None = None

    @classmethod
    def of(cls, kind: Kind, cadence: Cadence, values: Floats, centre: Floats | float, moving: bool = False) -> Sums:
        """`values` has shape (series, periods, numbers of the kind), NaN where absent; `centre` (series,) or one
        number. An absent period adds nothing."""
        upper, lower = parts(kind, values)
        middle = np.reshape(np.asarray(centre, dtype=float), (-1, 1))
        seen = ~np.isnan(upper)
        newest = nearest = None
        if seen.all():
            before = slice(None, -1)
            residuals = upper - middle * lower
            earlier, sample = residuals[:, before], lower
        else:
            residuals, sample = np.where(seen, upper - middle * lower, 0.0), np.where(seen, lower, 0.0)
            # The neighbour of a period is the one observed before it.
            order = np.arange(seen.shape[1])
            newest = np.maximum.accumulate(np.where(seen, order, 0), axis=1)
            nearest = np.minimum.accumulate(np.where(seen, order, len(order) - 1)[:, ::-1], axis=1)[:, ::-1]
            earlier = np.take_along_axis(residuals, newest, axis=1)[:, :-1]
        within = np.zeros((1, 1))
        if kind is Kind.MEAN:
            n, mean, variance = np.moveaxis(values, -1, 0)
            squares = np.maximum(n - 1, 0) * variance + n * (mean - middle) ** 2
            within = _summed(np.where(seen, squares, 0.0))
        cross = None
        if moving:
            newest_lower = sample[:, :-1] if newest is None else np.take_along_axis(sample, newest, axis=1)[:, :-1]
            cross = (
                _summed(residuals * sample), _summed(sample * sample),
                _summed(_after(residuals[:, 1:] * newest_lower + sample[:, 1:] * earlier)),
                _summed(_after(sample[:, 1:] * newest_lower)),
            )  # fmt: skip
        return cls(
            kind, cadence, middle, sample, residuals, newest, nearest, _summed(seen.astype(float)), _summed(sample),
            _summed(residuals), _summed(residuals * residuals), _summed(_after(residuals[:, 1:] * earlier)),
            within, cross,
        )  # fmt: skip

    def run(self, start: Places, look: Places, target: Floats | None = None) -> Run:
        """From the periods `start` to the periods `look`, both included: one start with many looks, or the other way
        round. `target` (series, looks) is allowed where the sums are `moving`."""
        size = self.residuals.shape[1]
        at = np.arange(size)[look] + 1 if isinstance(look, slice) else np.asarray(look) + 1

        def between(sums: Floats) -> Floats:
            found: Floats = sums[:, at] - sums[:, np.atleast_1d(np.asarray(start))]
            return found

        n, lower, d, dd = between(self.n), between(self.lower), between(self.d), between(self.dd)
        first = np.minimum(np.atleast_1d(np.asarray(start)), size - 1)
        # The first residual of a run has no neighbour before it.
        lagged = self.lagged[:, at] - self._before(self.lagged, first)
        edge = self._edge(self.residuals, at - 1, first)
        within = between(self.within) if self.kind is Kind.MEAN else np.zeros((1, 1))
        if target is None or self.cross is None:
            return Run(self.kind, self.cadence, n, lower, self.centre, d, dd, lagged, edge, within)
        shift = target - self.centre
        ab, bb, lag_ab = between(self.cross[0]), between(self.cross[1]), self.cross[2]
        lag_bb = self.cross[3]
        lagged = (
            lagged - shift * (lag_ab[:, at] - self._before(lag_ab, first))
            + shift**2 * (lag_bb[:, at] - self._before(lag_bb, first))
        )  # fmt: skip
        edge = edge - shift * self._edge(self.lowers, at - 1, first)
        within = within - 2 * shift * d + shift**2 * lower
        moved, squares = d - shift * lower, dd - 2 * shift * ab + shift**2 * bb
        return Run(self.kind, self.cadence, n, lower, target, moved, squares, lagged, edge, within)

    def _edge(self, values: Floats, look: Whole, start: Whole) -> Floats:
        """The first plus the last value observed in a run."""
        if self.newest is None or self.nearest is None:
            found: Floats = values[:, look] + values[:, start]
        else:
            last = np.take_along_axis(values, self.newest[:, np.atleast_1d(look)], axis=1)
            found = last + np.take_along_axis(values, self.nearest[:, start], axis=1)
        return found

    def _before(self, sums: Floats, start: Whole) -> Floats:
        """The sum up to the first period observed from a start on, with it."""
        if self.nearest is None:
            return sums[:, start + 1]
        return np.take_along_axis(sums, self.nearest[:, start] + 1, axis=1)

    def pick(self, rows: Whole, start: Whole, look: Whole) -> Run:
        """One run each of the series `rows`: shapes (runs, 1)."""
        at = look + 1

        def between(sums: Floats, begin: Whole = start) -> Floats:
            found: Floats = (sums[rows, at] - sums[rows, begin])[:, None]
            return found

        last = look if self.newest is None else self.newest[rows, look]
        begun = start if self.nearest is None else self.nearest[rows, start]
        return Run(
            self.kind, self.cadence, between(self.n), between(self.lower), self.centre[rows], between(self.d),
            between(self.dd), between(self.lagged, begun + 1), (self.residuals[rows, last] + self.residuals[rows, begun])[:, None],
            between(self.within) if self.kind is Kind.MEAN else np.zeros((1, 1)),
        )  # fmt: skip


def _summed(values: Floats) -> Floats:
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums


def _after(products: Floats) -> Floats:
    """With a first period, which has no neighbour before it."""
    return np.concatenate((np.zeros((len(products), 1)), products), axis=1)
