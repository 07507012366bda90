"""What the same phase of earlier seasons says: the same weekday, the same week of the year.

Arrays run over periods, oldest first, without gaps; `season` is the number of periods in one."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..series import Floats

CYCLES = 8  # seasons looked at for a profile; a habit of years ago says little


def before(values: Floats, lag: int) -> Floats:
    """The value `lag` periods before each; NaN where none is known. Shape (periods,)."""
    return np.concatenate([np.full(lag, np.nan), values[:-lag]])


def trailing(values: Floats, width: int) -> Floats:
    """The mean of the last `width` periods at each; the first value stands for those before it. Shape (periods,)."""
    return np.convolve(np.pad(values, (width - 1, 0), "edge"), np.full(width, 1 / width), "valid")


def remembered(values: Floats, season: int, count: int, fade: float = 1.0) -> Floats:
    """The mean of each period and the same phase of up to `count - 1` seasons before, a season further back weighing
    `fade` times as much. Shape (periods,)."""
    total, weight = values.copy(), np.ones(len(values))
    for back in range(1, count):
        if season * back >= len(values):
            break
        total[season * back :] += fade**back * values[: -season * back]
        weight[season * back :] += fade**back
    mean: Floats = total / weight
    return mean


def rises(phases: Floats, base: Floats, season: int, horizon: int) -> Floats:
    """What the phases ahead did a season ago: `phases` at each step less `base` at the origin, both one season back; a
    horizon beyond one season repeats it. A column for each period from the `season`-th on, (horizon, periods - season).
    """
    latest = sliding_window_view(phases, season)[1:, :horizon].T
    changes: Floats = np.subtract(latest, base[:-season], order="C")
    return np.tile(changes, (-(-horizon // season), 1))[:horizon]


def profile(values: Floats, season: int, horizon: int) -> tuple[Floats, Floats]:
    """Each phase's distance from a straight line through the last seasons, for the periods known and for those ahead;
    shapes (periods,) and (horizon,).

    Shrunk by the share of the spread between phases that chance would give too (James, Stein 1961), so a series
    without a season gets next to none. Needs two seasons, gives zeros below."""
    size = len(values)
    if size < 2 * season:
        return np.zeros(size), np.zeros(horizon)
    recent = values[-CYCLES * season :]
    at = np.arange(size - len(recent), size)
    centred = at - at.mean()
    rest = recent - recent.mean() - centred * ((centred @ recent) / (centred @ centred))
    phase = at % season
    cycles = np.bincount(phase, minlength=season)
    means = np.bincount(phase, rest, minlength=season) / cycles
    within = float(np.sum((rest - means[phase]) ** 2)) / max(1, len(recent) - season)
    between = float(means.var()) * season / (season - 1)
    kept = max(0.0, 1 - within / float(cycles.mean()) / between) if between > 0 else 0.0
    return kept * means[np.arange(size) % season], kept * means[np.arange(size, size + horizon) % season]
