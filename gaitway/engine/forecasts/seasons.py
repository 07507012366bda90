"""What the same phase of earlier seasons says: the same weekday, the same week of the year."""

from __future__ import annotations

import numpy as np

from ..series import Floats


def lagged(values: Floats, lag: int) -> Floats:
    """`values` of `lag` periods before; NaN where nothing is known. Shape (periods,)."""
    return np.concatenate([np.full(lag, np.nan), values[:-lag]])


def trailing(values: Floats, width: int) -> Floats:
    """The mean of the last `width` periods at each period; the first value stands for those before it."""
    return np.convolve(np.pad(values, (width - 1, 0), "edge"), np.full(width, 1 / width), "valid")


def same_phase(values: Floats, season: int, count: int, fade: float = 1.0) -> Floats:
    """The mean of this period and the same phase of up to `count - 1` seasons before, each season back weighing
    `fade` times the one after it. Shape (periods,)."""
    total, weight = values.copy(), np.ones(len(values))
    for back in range(1, count):
        if season * back >= len(values):
            break
        total[season * back :] += fade**back * values[: -season * back]
        weight[season * back :] += fade**back
    mean: Floats = total / weight
    return mean


def coming(phases: Floats, base: Floats, season: int, horizon: int) -> tuple[int, Floats]:
    """By how much the same phases rose last season: `phases` at step s of last season less `base` one season ago.

    Gives the first period at which all steps are known, and the changes from there on, (periods - first, horizon)."""
    step = np.arange(1, horizon + 1)
    offset = step - season * -(-step // season)
    first = max(season, -int(offset.min()))
    at = np.arange(first, len(phases))
    return first, phases[at[:, None] + offset] - base[at - season][:, None]
