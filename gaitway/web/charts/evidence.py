"""Evidence of one criterion: the estimate, the interval around it and what was wanted, on one line."""

from __future__ import annotations

from markupsafe import Markup

from .points import finite
from .scale import Linear, extent, place
from .svg import drawing


def evidence(
    estimate: float | None,
    low: float | None,
    high: float | None,
    wanted: float | None,
    *,
    wanted_high: float | None = None,
    op: str = ">=",
    title: str = "",
    width: int = 280,
    height: int = 18,
) -> Markup:
    """Dot at `estimate`, bar from `low` to `high`, tick at `wanted`; the side that passes is shaded.

    `op` is one of `>= > <= < = between`; between shades `wanted` to `wanted_high`. A missing or endless
    bound runs to the edge when the other is there. The scale is local: it need not hold zero. Empty without
    an estimate.
    """
    dot, bottom, top, goal, limit = (finite(each) for each in (estimate, low, high, wanted, wanted_high))
    if dot is None:
        return Markup("")
    known = [each for each in (dot, bottom, top, goal, limit) if each is not None]
    first, last = extent(known)
    # The local scale may cross zero here: room on both sides tells that the axis goes on.
    room = (last - first) * 0.14
    x = Linear(first - room, last + room, 0, width)
    mid = height / 2
    drawn = []
    if goal is not None:
        start, end = _passing(x, goal, limit, op, width)
        drawn.append(
            f'<rect class="pass" x="{place(start)}" y="1" width="{place(end - start)}" height="{height - 2}" rx="2"/>'
        )
    drawn.append(f'<path class="axis" d="M0 {place(mid)}H{width}"/>')
    if bottom is not None or top is not None:
        start = 2 if bottom is None else x(bottom)
        end = width - 2 if top is None else x(top)
        drawn.append(f'<path class="span" d="M{place(start)} {place(mid)}H{place(end)}"/>')
    drawn += [
        f'<path class="goal" d="M{place(x(tick))} 1V{height - 1}"/>' for tick in (goal, limit) if tick is not None
    ]
    drawn.append(f'<circle class="value" cx="{place(x(dot))}" cy="{place(mid)}" r="4"/>')
    return drawing("proof", width, height, drawn, title=title)


def _passing(x: Linear, goal: float, limit: float | None, op: str, width: int) -> tuple[float, float]:
    """Where the shade of the passing side starts and ends."""
    if op == "between" and limit is not None:
        return x(goal), x(limit)
    if op.startswith("<"):
        return 0, x(goal)
    if op.startswith(">"):
        return x(goal), width
    return x(goal), x(goal)
