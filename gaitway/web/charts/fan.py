"""What is to come: the past as a thin line, then the bands that half and four of five futures stay in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from markupsafe import Markup

from .axes import BOTTOM, TOP, days, grid
from .bands import band_between, domain
from .labels import APART, Level, column, room_for
from .moves import moves
from .points import Mark, Point, finite, runs
from .scale import DateForm, Linear, dates, nice, path, place, write_date, write_number
from .svg import read_out


class Step(Protocol):
    """One period to come, by its first day, with its 50 % and 80 % intervals."""

    @property
    def day(self) -> date: ...
    @property
    def median(self) -> float: ...
    @property
    def low50(self) -> float: ...
    @property
    def high50(self) -> float: ...
    @property
    def low80(self) -> float: ...
    @property
    def high80(self) -> float: ...


class Names(NamedTuple):
    """Of the levels at the right edge, in the reader's language."""

    wide: str = "80%"
    narrow: str = "50%"
    median: str = "Median"
    target: str = "Target"
    baseline: str = "Baseline"


def fan(
    points: Sequence[Point],
    steps: Sequence[Step],
    *,
    title: str,
    desc: str = "",
    key: str = "fan",
    target: float | None = None,
    baseline: float | None = None,
    marks: Sequence[Mark] = (),
    names: Sequence[str] = Names(),
    write: Callable[[float], str] = write_number,
    write_day: Callable[[date, DateForm], str] = write_date,
    width: int = 720,
    height: int = 260,
) -> Markup:
    """Chart of the points up to now and the steps after them, both in the order of their days; a period without a value
    is a gap, and a step with a number that can't be drawn is left out.

    `names` are those of `Names`, in its order; `marks` are days on which the stage changed. The other words, `data-x` and
    `data-y` are as in `series`: points first,
    then steps by their median. Empty without any step."""
    ahead = [step for step in steps if None not in map(finite, _numbers(step))]
    if not ahead:
        return Markup("")
    values, goal, before = [finite(point.value) for point in points], finite(target), finite(baseline)
    wide = [(step.low80, step.high80) for step in ahead]
    narrow = [(step.low50, step.high50) for step in ahead]
    medians = [step.median for step in ahead]
    ticks = nice(*domain([*values, goal, before, *medians], [*wide, *narrow], room=0.75))
    texts = [write(tick) for tick in ticks]
    bottom = height - BOTTOM
    y = Linear(ticks[0], ticks[-1], bottom, TOP)
    levels, cut = _levels(ahead[-1], goal, before, Names(*names), y), _cut(write, y)
    left, right = max(len(text) for text in texts) * 6.6 + 10, width - room_for(levels, cut)
    on = [point.day for point in points] + [step.day for step in ahead]
    span = Linear(0, max((on[-1] - on[0]).days, 1), left, right)
    xs = [span((day - on[0]).days) for day in on]
    places = [None if v is None else (at, y(v)) for at, v in zip(xs, [*values, *medians], strict=True)]
    # The bands open from the newest value, which is known.
    now = next((i for i in reversed(range(len(points))) if values[i] is not None), None)
    opened = [] if now is None else [now]
    future = [xs[i] for i in opened] + xs[len(points) :]
    start = [(values[i], values[i]) for i in opened]
    middle = [spot for spot in [*(places[i] for i in opened), *places[len(points) :]] if spot]
    # A value between two gaps is drawn as a line of no length, which round caps show as a dot.
    past = "".join(path(run if len(run) > 1 else run * 2) for run in runs(places[: len(points)]))
    parts = [
        band_between(future, [*start, *wide], y),
        band_between(future, [*start, *narrow], y, "band inner"),
        grid(ticks, texts, y, left, right),
        days(dates(on[0], on[-1]), lambda day: span((day - on[0]).days), write_day, height),
        moves(
            [mark for mark in marks if on[0] <= mark.day <= on[-1]], lambda day: span((day - on[0]).days), width, height
        ),
        "" if before is None else f'<path class="base" d="M{place(left)} {place(y(before))}H{place(right)}"/>',
        "" if goal is None else f'<path class="goal" d="M{place(left)} {place(y(goal))}H{place(right)}"/>',
        f'<path class="line thin" d="{past}"/>' if past else "",
        f'<path class="median" d="{path(middle if len(middle) > 1 else middle * 2)}"/>',
        column(levels, y, right, cut, bottom),
    ]
    return read_out(width, height, parts, key=key, title=title, desc=desc, xs=xs, places=places)


def _numbers(step: Step) -> tuple[float, ...]:
    return step.median, step.low50, step.high50, step.low80, step.high80


def _levels(last: Step, goal: float | None, before: float | None, names: Names, y: Linear) -> list[Level]:
    """What is named at the right edge, from the top down; the narrow band only where the wide one leaves it room."""
    found = [Level("band-t", names.wide, last.high80), Level("band-t", names.wide, last.low80)]
    if min(y(last.median) - y(last.high50), y(last.low50) - y(last.median)) >= APART:
        found += [Level("band-t aside", names.narrow, each) for each in (last.high50, last.low50)]
    found.append(Level("median-t", names.median, last.median))
    if goal is not None:
        found.append(Level("goal-t aside", names.target, goal))
    if before is not None:
        found.append(Level("base-t aside", names.baseline, before))
    return sorted(found, key=lambda level: -level.value)


def _cut(write: Callable[[float], str], y: Linear) -> Callable[[float], str]:
    """An arrow tells that a band goes on beyond the axis."""

    def written(value: float) -> str:
        arrow = " ↑" if value > y.high else " ↓" if value < y.low else ""
        return f"{write(value)}{arrow}"

    return written
