"""The history of one KPI as an array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import kpis
from .kpis import NUMBERS, Kind, KpiSpec

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Whole = NDArray[np.intp]


class BadObservation(ValueError):
    """An observation that can't be; the message names the KPI and the period's number."""


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """`values` has shape (periods, numbers of the kind); row i is period `first + i`; an absent period is all NaN.

    For a count, periods without a row are zero up to `reach`, the newest period that its source is known to cover."""

    spec: KpiSpec
    first: int
    values: Floats
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)  # what was worked out from these very values

    def since(self, first: int) -> Series:
        """From period `first` to the newest one known; the same object each time."""
        if ("since", first) not in self.memo:
            self.memo["since", first] = self.between(first, self.last if self.last is not None else first - 1)
        found: Series = self.memo["since", first]
        return found

    @classmethod
    def of(cls, spec: KpiSpec, rows: Mapping[int, tuple[float, ...]], *, reach: int | None = None) -> Series:
        """From period numbers to numbers, in any order. Raises BadObservation."""
        for period, numbers in rows.items():
            if why := kpis.fault(spec.kind, numbers):
                raise BadObservation(f"{spec.key}, period {period}: {why}")
        width = len(NUMBERS[spec.kind])
        if not rows:
            return cls(spec, 0, np.empty((0, width)))
        first, last = min(rows), max(rows)
        if spec.kind is Kind.COUNT and reach is not None:
            last = max(last, reach)
        values = np.full((last - first + 1, width), np.nan)
        values[np.fromiter(rows, dtype=np.intp, count=len(rows)) - first] = list(rows.values())
        return cls(spec, first, values)

    @property
    def last(self) -> int | None:
        """The newest period known, or None where there is none."""
        return self.first + len(self.values) - 1 if len(self.values) else None

    def between(self, first: int, last: int) -> Series:
        """Periods `first` to `last`, both included, padded with absent ones; a count's absent periods that
        its source covers are zero."""
        width = self.values.shape[1]
        size = max(0, last - first + 1)
        values = np.full((size, width), np.nan)
        low, high = max(first, self.first), min(last, self.first + len(self.values) - 1)
        if low <= high:
            values[low - first : high - first + 1] = self.values[low - self.first : high - self.first + 1]
        if self.spec.kind is Kind.COUNT and self.last is not None:
            exposure = self.values[self.present, 1]
            # Where the exposure varies, nobody knows what it was in a period without a row.
            if len(exposure) and np.all(exposure == exposure[0]):
                covered = np.arange(first, first + size) <= self.last
                values[covered & np.isnan(values[:, 0])] = (0.0, exposure[0])
        return Series(self.spec, first, values)

    @property
    def present(self) -> Bools:
        return ~np.isnan(self.values[:, 0])

    def estimates(self) -> Floats:
        """The KPI's value in each period; NaN where absent or without a sample. Shape (periods,)."""
        return ratio_of(*parts(self.spec.kind, self.values))

    def pooled(self) -> tuple[float | None, float]:
        """The KPI over all periods together, and its sample: trials, n, exposure, or the number of periods
        for a ratio and a level. (None, 0) where nothing was observed."""
        rows = self.values[self.present]
        if not len(rows):
            return None, 0.0
        upper, lower = parts(self.spec.kind, rows)
        total = float(lower.sum())
        sample = float(len(rows)) if self.spec.kind in (Kind.RATIO, Kind.LEVEL) else total
        return (float(upper.sum()) / total if total > 0 else None), sample


def parts(kind: Kind, values: Floats) -> tuple[Floats, Floats]:
    """Every kind as a quotient: what is summed above and below the line. From shape (…, periods, numbers of the
    kind) to (…, periods)."""
    match kind:
        case Kind.MEAN:
            return values[..., 0] * values[..., 1], values[..., 0]
        case Kind.LEVEL:
            return values[..., 0], np.where(np.isnan(values[..., 0]), np.nan, 1.0)
        case _:
            return values[..., 0], values[..., 1]


def ratio_of(upper: Floats, lower: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lower > 0, upper / lower, np.nan)
