"""What a cloud of paths says: a fan of intervals, and the chance of reaching a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..series import Floats


@dataclass(frozen=True, eq=False, slots=True)
class Fan:
    """`median`: (..., horizon). `low` and `high`: the ends of the central interval of each level,
    (levels, ..., horizon), in the KPI's unit."""

    levels: tuple[float, ...]
    median: Floats
    low: Floats
    high: Floats


def fan(paths: Floats, levels: Sequence[float] = (0.5, 0.8)) -> Fan:
    """The central intervals of paths of shape (..., count, horizon). Raises ValueError for a level not in (0, 1)."""
    if not all(0 < level < 1 for level in levels):
        raise ValueError(f"levels must lie between 0 and 1, got {tuple(levels)}; write 80 % as 0.8")
    tails = [(1 - level) / 2 for level in levels]
    found = np.quantile(paths, [0.5, *tails, *(1 - tail for tail in tails)], axis=-2)
    return Fan(tuple(levels), found[0], found[1 : len(tails) + 1], found[len(tails) + 1 :])


def chance_of(paths: Floats, threshold: float, up: bool) -> Floats:
    """The chance of having reached `threshold` (from below where `up`, else from above) by each step: the share of
    paths, never falling. Paths (..., count, horizon) give (..., horizon)."""
    reached = paths >= threshold if up else paths <= threshold
    chance: Floats = np.maximum.accumulate(reached, axis=-1).mean(axis=-2)
    return chance
