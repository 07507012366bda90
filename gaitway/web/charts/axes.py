"""What stands around a curve: the ticks of its values and of its days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import escape

from .scale import DateForm, Linear, place

TOP, BOTTOM = 20, 26  # pixels above and below the frame


def grid(ticks: Sequence[float], labels: Sequence[str], y: Linear, left: float, right: float) -> str:
    lines = "".join(f"M{place(left)} {place(y(tick))}H{place(right)}" for tick in ticks)
    texts = "".join(
        f'<text x="{place(left - 8)}" y="{place(y(tick) + 4)}">{escape(label)}</text>'
        for tick, label in zip(ticks, labels, strict=True)
    )
    return f'<path class="grid" d="{lines}"/><g text-anchor="end">{texts}</g>'


def days(
    ticks: Sequence[tuple[date, DateForm]],
    x: Callable[[date], float],
    write_day: Callable[[date, DateForm], str],
    height: int,
) -> str:
    # Every second one of many goes where the chart is shown small.
    kinds = ("major", "minor") if len(ticks) > 5 else ("major", "major")
    texts = "".join(
        f'<text class="{kinds[index % 2]}" x="{place(x(day))}" y="{height - 6}">{escape(write_day(day, form))}</text>'
        for index, (day, form) in enumerate(ticks)
    )
    return f'<g text-anchor="middle">{texts}</g>'
