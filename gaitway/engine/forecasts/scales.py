"""The scale on which a series is worked: plain, or one on which its range has no end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from ..series import Floats

CLEAR = 0.1  # of the usual distance from a bound: a series that came nearer is worked plainly and cut at the bound
FURTHEST = 700.0  # exp of more is no number


@dataclass(frozen=True, slots=True)
class Scale:
    """Changes of a KPI with a floor are shares of its height above it: logarithms; with a ceiling too: log-odds."""

    low: float | None
    high: float | None
    bent: bool

    @classmethod
    def of(cls, values: Floats, low: float | None, high: float | None) -> Scale:
        bent = low is not None and _clear(values - low) and (high is None or _clear(high - values))
        return cls(low, high, bent)

    def to(self, values: Floats) -> Floats:
        if not self.bent or self.low is None:
            return values
        if self.high is None:
            return np.log(values - self.low)
        odds: Floats = logit((values - self.low) / (self.high - self.low))
        return odds

    def back(self, values: Floats) -> Floats:
        """Never outside the bounds."""
        if self.bent and self.low is not None:
            span = 1.0 if self.high is None else self.high - self.low
            rise = np.exp(np.minimum(values, FURTHEST)) if self.high is None else expit(values)
            values = self.low + span * rise
        return np.clip(values, self.low, self.high)


def _clear(distance: Floats) -> bool:
    return bool(distance.min() > CLEAR * np.median(distance))
