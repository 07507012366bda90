"""KPI over time: line, interval band, target, baseline and the days on which the stage changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup, escape

from .axes import BOTTOM, TOP, days, grid
from .bands import band_between, domain
from .labels import Label, label
from .moves import moves
from .points import Mark, Point, finite, runs
from .scale import DateForm, Linear, dates, nice, path, place, write_date, write_number
from .svg import read_out

_RIGHT = 10


def series(
    points: Sequence[Point],
    *,
    title: str,
    desc: str = "",
    key: str = "series",
    target: float | None = None,
    baseline: float | None = None,
    target_label: str = "Target",
    baseline_label: str = "Baseline",
    band: bool = True,
    marks: Sequence[Mark] = (),
    write: Callable[[float], str] = write_number,
    write_day: Callable[[date, DateForm], str] = write_date,
    width: int = 720,
    height: int = 260,
) -> Markup:
    """Chart of the points in the order of their days; a period without a value is a gap, never a bridge.

    `title` names it and `desc` says what it shows, for who can't see it. `key` makes the ids unique on a
    page. `write` and `write_day` put numbers and ticks into words. `data-x` and `data-y` hold the place of
    every point ("-" without a value), in their order, for the read-out. Empty without any point.
    """
    if not points:
        return Markup("")
    values = [finite(point.value) for point in points]
    bounds = [(finite(point.low), finite(point.high)) if band else (None, None) for point in points]
    goal, before = finite(target), finite(baseline)
    ticks = nice(*domain([*values, goal, before], bounds))
    labels = [write(tick) for tick in ticks]
    left = max(len(label) for label in labels) * 6.6 + 10
    y = Linear(ticks[0], ticks[-1], height - BOTTOM, TOP)
    first, last = points[0].day, points[-1].day
    x_days = Linear(0, max((last - first).days, 1), left, width - _RIGHT)

    def x(day: date) -> float:
        return x_days((day - first).days)

    xs = [x(point.day) for point in points]
    places = [None if value is None else (at, y(value)) for at, value in zip(xs, values, strict=True)]
    frame = (left, float(TOP), float(width - _RIGHT), float(height - BOTTOM))
    parts = [
        grid(ticks, labels, y, left, width - _RIGHT),
        days(dates(first, last), x, write_day, height),
        band_between(xs, bounds, y),
        moves([mark for mark in marks if first <= mark.day <= last], x, width, height),
    ]
    named: list[Label] = []
    if before is not None:
        words = f"{baseline_label} {write(before)}"
        named.append(label(words, y(before), places, frame, end_first=True))
        parts.append(_level("base", y(before), frame, words, named[-1]))
    parts.append(_line(places))
    if goal is not None:
        words = f"{target_label} {write(goal)}"
        parts.append(_level("goal", y(goal), frame, words, label(words, y(goal), places, frame, named)))
    return read_out(width, height, parts, key=key, title=title, desc=desc, xs=xs, places=places)


def _line(places: Sequence[tuple[float, float] | None]) -> str:
    stretches = list(runs(places))
    line = "".join(path(run) for run in stretches if len(run) > 1)
    # A value between two gaps has no line to stand on; the last value is what people look for.
    alone = [run[0] for run in stretches if len(run) == 1]
    ends = stretches[-1][-1:] if stretches else []
    dots = "".join(
        f'<circle class="dot" cx="{place(x)}" cy="{place(y)}" r="{3.5 if (x, y) in ends else 2.5}"/>'
        for x, y in dict.fromkeys([*alone, *ends])
    )
    return (f'<path class="line" d="{line}"/>' if line else "") + dots


def _level(kind: str, level: float, frame: tuple[float, float, float, float], words: str, at: Label) -> str:
    return (
        f'<path class="{kind}" d="M{place(frame[0])} {place(level)}H{place(frame[2])}"/>'
        f'<text class="{kind}-t" x="{place(at.x)}" y="{place(at.y)}"'
        f' text-anchor="{at.anchor}">{escape(words)}</text>'
    )
