"""Evidence by a fixed end: more powerful, because the looks stop there."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from ..series import Floats

WHOLE = 0.95  # of alpha is for everything since the start
SIEGMUND = 0.5826  # the mean overshoot of a Gaussian walk over a boundary, in standard deviations of a step


def boundary(looks: int, ends: float, alpha: float, *, sampled: bool) -> Floats:
    """The standard score that must be reached at each look, shape (looks,); infinite after the end.

    Spending after Lan and DeMets (1983) in the O'Brien and Fleming (1979) form, 2 - 2 Phi(z / t^½): under continuous
    watching that is a Brownian path crossing the constant z of alpha / 2. Looking once a period leaves out the
    crossings between, so for a proportion and a count (`sampled`), whose scores are nearly normal, the constant falls
    by 0.5826 of a period's standard deviation (Siegmund 1985). The share t of the information is the share of the
    stage's periods, as if traffic went on as so far. The scores of the
    other kinds may be skewed: a tenth more."""
    look = np.arange(1.0, looks + 1)
    share = look / max(ends, 1.0)
    constant = -ndtri(alpha / 2)
    constant = constant - SIEGMUND / np.sqrt(max(ends, 1.0)) if sampled else constant * 1.1
    return np.where(share <= 1 + 1e-9, constant / np.sqrt(share), np.inf)
