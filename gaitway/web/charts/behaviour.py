"""Process behaviour over time: the values, and what the KPI usually does, with a step where its limits were re-set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple, Protocol

from markupsafe import Markup, escape

from .axes import BOTTOM, TOP, days, grid
from .labels import NARROW, Level, column, room_for
from .points import Mark, Point, finite, runs
from .scale import DateForm, Linear, dates, extent, nice, path, place, write_date, write_number
from .svg import read_out

Cells = Mapping[date, tuple[float, float]]  # by the day of a point: where its part of the drawing begins and ends


class Usual(Protocol):
    """What the KPI usually does in the periods from `first` to `last`, both of them days of points."""

    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...
    @property
    def mean(self) -> float: ...
    @property
    def lower(self) -> float: ...
    @property
    def upper(self) -> float: ...
    @property
    def provisional(self) -> bool: ...


class Names(NamedTuple):
    """Of the levels, in the reader's language."""

    upper: str = "Upper limit"
    mean: str = "Mean"
    lower: str = "Lower limit"
    target: str = "Target"


def behaviour(
    points: Sequence[Point],
    usual: Sequence[Usual],
    *,
    title: str,
    desc: str = "",
    key: str = "behaviour",
    signals: Mapping[date, str] | None = None,
    target: float | None = None,
    resets: Sequence[Mark] = (),
    names: Sequence[str] = Names(),
    write: Callable[[float], str] = write_number,
    write_day: Callable[[date, DateForm], str] = write_date,
    width: int = 720,
    height: int = 260,
) -> Markup:
    """Chart of the points in the order of their days; a period without a value is a gap, never a bridge.

    `signals` holds the days that get a dot, and its class: good, bad or plain. `resets` lie on days of points. `names` are
    those of `Names`, in its order; the other words, `data-x` and `data-y` are as in `series`. Empty without any point."""
    if not points:
        return Markup("")
    values = [finite(point.value) for point in points]
    goal = finite(target)
    edges = [edge for each in usual for edge in (each.lower, each.upper)]
    ticks = nice(*extent([value for value in (*values, goal, *edges) if value is not None], 0.04))
    texts = [write(tick) for tick in ticks]
    first, last = points[0].day, points[-1].day
    levels = _levels([each for each in usual if each.last == last], goal, Names(*names))
    left = max(len(text) for text in texts) * 6.6 + 10
    right = width - room_for(levels, write)
    y = Linear(ticks[0], ticks[-1], height - BOTTOM, TOP)
    span = Linear(0, max((last - first).days, 1), left, right)

    def x(day: date) -> float:
        return span((day - first).days)

    xs = [x(point.day) for point in points]
    places = [None if value is None else (at, y(value)) for at, value in zip(xs, values, strict=True)]
    cells = _cells([point.day for point in points], xs, left, right)
    # A value between two gaps is drawn as a line of no length, which round caps show as a dot.
    line = "".join(path(run if len(run) > 1 else run * 2) for run in runs(places))
    parts = [
        *(_band(each, cells, y) for each in usual),
        grid(ticks, texts, y, left, right),
        days(dates(first, last), x, write_day, height),
        *(_lines(each, cells, y) for each in usual),
        _resets([mark for mark in resets if first < mark.day <= last], cells, right, height),
        "" if goal is None else f'<path class="goal" d="M{place(left)} {place(y(goal))}H{place(right)}"/>',
        f'<path class="line" d="{line}"/>' if line else "",
        _dots(points, places, signals or {}),
        column(levels, y, right, write, height - BOTTOM),
    ]
    return read_out(width, height, parts, key=key, title=title, desc=desc, xs=xs, places=places)


def _levels(usual: Sequence[Usual], goal: float | None, names: Names) -> list[Level]:
    """What is named at the right edge, from the top down: the limits that hold now, and the target."""
    found = [Level("goal-t", names.target, goal)] if goal is not None else []
    for now in usual:
        found += [Level("limit-t", names.upper, now.upper), Level("limit-t", names.lower, now.lower)]
        found += [Level("mean-t", names.mean, now.mean)]
    return sorted(found, key=lambda level: -level.value)


def _cells(on: Sequence[date], xs: Sequence[float], left: float, right: float) -> Cells:
    """A limit changes between two points, so that each point stands on its own limits."""
    edges = [left, *((one + other) / 2 for one, other in pairwise(xs)), right]
    return dict(zip(on, pairwise(edges), strict=True))


def _band(usual: Usual, cells: Cells, y: Linear) -> str:
    start, end = cells[usual.first][0], cells[usual.last][1]
    top, bottom = place(y(usual.upper)), place(y(usual.lower))
    return f'<path class="usual" d="M{place(start)} {top}H{place(end)}V{bottom}H{place(start)}Z"/>'


def _lines(usual: Usual, cells: Cells, y: Linear) -> str:
    start, end = place(cells[usual.first][0]), place(cells[usual.last][1])
    kind = "limit provisional" if usual.provisional else "limit"
    return (
        f'<path class="{kind}" d="M{start} {place(y(usual.upper))}H{end}M{start} {place(y(usual.lower))}H{end}"/>'
        f'<path class="mean" d="M{start} {place(y(usual.mean))}H{end}"/>'
    )


def _resets(marks: Sequence[Mark], cells: Cells, right: float, height: int) -> str:
    """Each with as many of its words as there is room for on one side, up to the next one."""
    places = [cells[mark.day][0] for mark in marks]
    drawn, free = [], next(iter(cells.values()))[0]
    for mark, (at, until) in zip(marks, pairwise([*places, right]), strict=True):
        after, before = until - at - 8, at - free - 8
        to_right = after >= min(before, len(mark.label) * NARROW)
        words = _fit(mark.label, after if to_right else before)
        drawn.append(f'<path class="moved" d="M{place(at)} 6V{height - BOTTOM}"/>')
        if words:  # the list beside the chart has them all
            drawn.append(
                f'<text class="moved-t" x="{place(at + (5 if to_right else -5))}" y="14"'
                f' text-anchor="{"start" if to_right else "end"}">{escape(words)}</text>'
            )
        free = at + (len(words) * NARROW if to_right else 0)
    return "".join(drawn)


def _fit(words: str, room: float) -> str:
    letters = int(room / NARROW)
    if len(words) <= letters:
        return words
    return f"{words[: letters - 1].rstrip()}…" if letters >= 8 else ""


def _dots(points: Sequence[Point], places: Sequence[tuple[float, float] | None], signals: Mapping[date, str]) -> str:
    return "".join(
        f'<circle class="signal {escape(signals[point.day])}" cx="{place(spot[0])}" cy="{place(spot[1])}" r="3.5"/>'
        for point, spot in zip(points, places, strict=True)
        if spot and point.day in signals
    )
