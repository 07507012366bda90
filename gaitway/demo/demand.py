"""How a path becomes days: season, weekdays and the spread from day to day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .markets import Path

DAYS = 730
Floats = NDArray[np.float64]

# Monday to Sunday; the mean is 1.
WEEKDAYS = np.array([1.16, 1.06, 1.00, 0.98, 0.94, 0.86, 1.00])
# A busy day is often followed by another one.
MEMORY = 0.4


@dataclass(frozen=True, slots=True)
class Calendar:
    """The last `DAYS` days up to and with `today`; every array has shape (DAYS,), oldest day first."""

    today: date

    @property
    def days(self) -> NDArray[np.datetime64]:
        return np.datetime64(self.today, "D") - np.arange(DAYS)[::-1]

    @property
    def rhythm(self) -> Floats:
        """Season times weekday, about 1: people clean in spring (6 % more in late March)."""
        since_thursday = self.days.astype("datetime64[D]").astype(int)  # day 0 of NumPy, 1970-01-01
        weekday = (since_thursday + 3) % 7
        of_year = (self.days - self.days.astype("datetime64[Y]")).astype(int)
        season = 1 + 0.06 * np.cos(2 * np.pi * (of_year - 85) / 365.25)
        return season * WEEKDAYS[weekday]


def along(path: Path) -> Floats:
    """The path's value on each day; 0 before its first point. Shape (DAYS,)."""
    ago = np.arange(DAYS)[::-1]
    points = np.array(path[::-1], dtype=float)
    values = np.interp(ago, points[:, 0], points[:, 1])
    return np.where(ago <= path[0][0], values, 0.0)


def spread(rng: np.random.Generator, share: float) -> Floats:
    """Factors around 1 with standard deviation `share` and a memory of one day. Shape (DAYS,)."""
    shocks = rng.normal(0, share * np.sqrt(1 - MEMORY**2), DAYS)
    logs = np.empty(DAYS)
    logs[0] = rng.normal(0, share)
    for day in range(1, DAYS):
        logs[day] = MEMORY * logs[day - 1] + shocks[day]
    return np.exp(logs - share**2 / 2)
