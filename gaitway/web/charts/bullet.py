"""Bullet graph after Stephen Few: a bar for the value, a tick for the target, a lane for where it began."""

from __future__ import annotations

from markupsafe import Markup

from .points import finite
from .scale import Linear, place
from .svg import drawing


def bullet(
    value: float | None,
    target: float | None,
    *,
    baseline: float | None = None,
    title: str = "",
    width: int = 112,
    height: int = 14,
) -> Markup:
    """Bar of `value` on a straight scale that holds zero, tick at `target`, darker lane up to `baseline`.

    Without a value only lane and tick are drawn; without both, nothing.
    """
    now, goal, before = finite(value), finite(target), finite(baseline)
    known = [number for number in (now, goal, before) if number is not None]
    if now is None and goal is None:
        return Markup("")
    low, high = min(0.0, *known), max(0.0, *known)
    x = Linear(low, low + ((high - low) * 1.08 or 1.0), 0, width)

    def bar(kind: str, to: float, thick: float) -> str:
        start, end = sorted((x(0), x(to)))
        return (
            f'<rect class="{kind}" x="{place(start)}" y="{place((height - thick) / 2)}" '
            f'width="{place(end - start)}" height="{place(thick)}" rx="1"/>'
        )

    drawn = [f'<rect class="lane" width="{width}" height="{height - 4}" y="2" rx="2"/>']
    if before is not None:
        drawn.append(bar("base", before, height - 4))
    if now is not None:
        drawn.append(bar("value", now, 4))
    if goal is not None:
        drawn.append(f'<rect class="goal" x="{place(min(x(goal), width - 2) - 1)}" width="2" height="{height}"/>')
    return drawing("bullet", width, height, drawn, title=title)
