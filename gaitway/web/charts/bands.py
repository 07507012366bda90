"""Bands: from a lowest to a highest value over time, and how much of them an axis holds."""

from __future__ import annotations

from collections.abc import Sequence

from .points import runs
from .scale import Linear, extent, path

Bounds = Sequence[tuple[float | None, float | None]]  # of each point; None where it has no band


def domain(values: Sequence[float | None], bounds: Bounds, room: float = 0.5) -> tuple[float, float]:
    """What the axis holds: every value, and of the bands as much as leaves the values readable, `room` times their
    extent on each side. An interval of the first days can reach from nothing to everything."""
    low, high = extent([value for value in values if value is not None], 0.04)
    more = (high - low) * room
    edges = [edge for pair in bounds for edge in pair if edge is not None]
    return min([low, *(max(edge, low - more) for edge in edges)]), max(
        [high, *(min(edge, high + more) for edge in edges)]
    )


def band_between(xs: Sequence[float], bounds: Bounds, y: Linear, kind: str = "band") -> str:
    """The shape of a band, cut off where the axis ends; of each stretch of two points or more."""
    spots = [
        None if low is None or high is None else (at, y(min(max(low, y.low), y.high)), y(min(max(high, y.low), y.high)))
        for at, (low, high) in zip(xs, bounds, strict=True)
    ]
    shapes = "".join(
        path([(at, high) for at, _, high in run] + [(at, low) for at, low, _ in reversed(run)]) + "Z"
        for run in runs(spots)
        if len(run) > 1
    )
    return f'<path class="{kind}" d="{shapes}"/>' if shapes else ""
