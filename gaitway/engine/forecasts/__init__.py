"""The forecast of a plain series: simulated futures, without Django, without a clock.

`paths` is the door; `fan` and `chance_of` read what it gives. Accuracy: docs/benchmarks.md."""

from __future__ import annotations

import numpy as np

from ..series import Floats
from .fans import Fan, chance_of, fan
from .mixture import simulate
from .scales import Scale

__all__ = ["NEEDED", "PROVISIONAL", "Fan", "TooShort", "chance_of", "fan", "is_provisional", "paths"]

NEEDED = 8  # known periods; below, there is no forecast
PROVISIONAL = 20  # known periods; below, a forecast is provisional and must be shown as such
LONGEST = 1040  # periods looked at: twenty years of weeks


class TooShort(ValueError):
    """The series has `known` periods with a value and needs `needed`."""

    def __init__(self, known: int, needed: int = NEEDED) -> None:
        super().__init__(f"{known} periods are known, a forecast needs {needed}: wait for {needed - known} more")
        self.known, self.needed = known, needed


def is_provisional(values: Floats) -> bool:
    """Whether a forecast of `values` (periods,), NaN where absent, rests on too little to be more than provisional."""
    return int(np.isfinite(values).sum()) < PROVISIONAL


def paths(
    values: Floats,
    horizon: int,
    count: int,
    seed: int,
    *,
    season: int | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Floats:
    """Futures of a series of estimates, (count, horizon), in its unit; each row as likely as any other.

    `values`: one for each period, oldest first, NaN where absent, shape (periods,); the futures begin with the period
    after the last. `season`: periods in one, such as 7 for days and 52 for weeks; it counts from about two of them on. `low`
    and `high` bound the KPI: 0 and 1 for a proportion, 0 for a count. The same arguments give the same paths; without
    bounds, values in another unit give the same paths in that unit.

    Raises TooShort below NEEDED known periods, ValueError for arguments that can't be."""
    _check(values, horizon, count, season, low, high)
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < NEEDED:
        raise TooShort(len(known))
    ahead = horizon + len(values) - 1 - int(known[-1])  # from the last known period on
    scale = Scale.of(values[known], low, high)
    at = np.arange(max(known[0], known[-1] + 1 - LONGEST), known[-1] + 1)
    whole = np.interp(at, known, scale.to(values[known]))
    unit = np.abs(np.diff(whole)).mean()
    if unit == 0:
        constant: Floats = np.clip(np.full((count, horizon), float(values[known[-1]])), low, high)
        return constant
    last = whole[-1]
    changes = simulate((whole - last) / unit, ahead, count, np.random.default_rng(seed), season)
    return scale.back(last + unit * changes[:, ahead - horizon :])


def _check(values: Floats, horizon: int, count: int, season: int | None, low: float | None, high: float | None) -> None:
    if values.ndim != 1:
        raise ValueError(f"values must be one series, got an array of shape {values.shape}")
    if horizon < 1 or count < 1:
        raise ValueError(f"horizon and count must be at least 1, got {horizon} and {count}")
    if season is not None and season < 2:
        raise ValueError(f"a season has at least 2 periods, got {season}; give None where there is none")
    if low is not None and high is not None and not low < high:
        raise ValueError(f"low must be below high, got {low} and {high}")
