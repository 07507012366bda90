"""Sparkline: the path of a KPI in a table row, with its target as a dotted line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup

from .points import Point, finite, runs
from .scale import Linear, extent, path, place
from .svg import drawing


def spark(
    points: Sequence[Point],
    *,
    target: float | None = None,
    title: str = "",
    width: int = 112,
    height: int = 28,
) -> Markup:
    """Line with gaps where data is missing, a dot on the last value, the target dotted.

    Points stand at equal distances. `title` is the sentence for who can't see it. Empty without any value.
    """
    return _drawn(tuple([point.value for point in points]), target, title, width, height)


@lru_cache(maxsize=2048)  # lists show the same lines again and again
def _drawn(points: tuple[float | None, ...], target: float | None, title: str, width: int, height: int) -> Markup:
    values = [finite(value) for value in points]
    known = [value for value in values if value is not None]
    if not known:
        return Markup("")
    goal = finite(target)
    low, high = extent(known if goal is None else [*known, goal])
    x = Linear(0, max(len(values) - 1, 1), 2, width - 4)
    y = Linear(low, high, height - 4, 4)
    places = [None if value is None else (x(index), y(value)) for index, value in enumerate(values)]
    drawn = []
    if goal is not None:
        level = place(y(goal))
        drawn.append(f'<path class="goal" d="M0 {level}H{width}"/>')
    # A value between two gaps is drawn as a line of no length, which round caps show as a dot.
    line = "".join(path(run if len(run) > 1 else run * 2) for run in runs(places))
    last_x, last_y = next(spot for spot in reversed(places) if spot)
    drawn.append(f'<path d="{line}"/><circle cx="{place(last_x)}" cy="{place(last_y)}" r="2.25"/>')
    return drawing("spark", width, height, drawn, title=title)
