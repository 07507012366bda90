"""How the evidence closed in: the estimate, what wasn't excluded yet, what is wanted, and the day of the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from markupsafe import Markup, escape

from .axes import BOTTOM, TOP, days, grid
from .bands import Bounds, band_between, domain
from .labels import NARROW, Level, column, room_for
from .points import Mark, Point, finite, runs
from .scale import DateForm, Linear, dates, nice, path, place, write_date, write_number
from .svg import read_out

Spot = tuple[float, float]


class Look(Point, Protocol):
    """One look: the estimate as `value`, the interval from `low` to `high`, and what was `wanted`. None is open."""

    @property
    def wanted(self) -> float | None: ...


class Names(NamedTuple):
    """Of the levels at the right edge, in the reader's language."""

    high: str = "At most"
    estimate: str = "Estimate"
    low: str = "At least"
    wanted: str = "Wanted"


def closing(
    looks: Sequence[Look],
    *,
    title: str,
    desc: str = "",
    key: str = "closing",
    op: str = ">=",
    wanted_high: float | None = None,
    verdict: Mark | None = None,
    outcome: str = "unknown",
    names: Sequence[str] = Names(),
    write: Callable[[float], str] = write_number,
    write_day: Callable[[date, DateForm], str] = write_date,
    width: int = 720,
    height: int = 220,
) -> Markup:
    """Chart of the looks in the order of their days; without an estimate a look is a gap.

    `op` is one of `>= > <= < = between`: the side that passes is shaded, for between from wanted to `wanted_high`.
    `verdict` is drawn on its day in the class of its `outcome`, met or unmet. `names` are those of `Names`, in its
    order; the other words, `data-x` and `data-y` are as in `series`. Empty without any estimate."""
    values = [finite(look.value) for look in looks]
    if not any(value is not None for value in values):
        return Markup("")
    goals, top = [finite(look.wanted) for look in looks], finite(wanted_high)
    # An open side reaches as far as the axis does.
    bounds = [_open(look, value is not None) for look, value in zip(looks, values, strict=True)]
    closed = [(finite(low), finite(high)) for low, high in bounds]
    ticks = nice(*domain([*values, *goals, top, *_narrowest(closed)], closed))
    texts = [write(tick) for tick in ticks]
    y = Linear(ticks[0], ticks[-1], height - BOTTOM, TOP)
    levels = _levels(looks[-1], goals[-1], top, Names(*names), y)
    left, right = max(len(text) for text in texts) * 6.6 + 10, width - room_for(levels, write)
    first, last = looks[0].day, looks[-1].day
    span = Linear(0, max((last - first).days, 1), left, right)

    def x(day: date) -> float:
        return span((day - first).days)

    xs = [x(look.day) for look in looks]
    places = [None if value is None else (at, y(value)) for at, value in zip(xs, values, strict=True)]
    line = "".join(path(run if len(run) > 1 else run * 2) for run in runs(places))
    parts = [
        _passing(xs, goals, top, op, y, right),
        band_between(xs, bounds, y),
        grid(ticks, texts, y, left, right),
        # A day at the left edge would stand on the axis.
        days([(day, form) for day, form in dates(first, last, 5) if x(day) > left + 24], x, write_day, height),
        *(_goal(_corners(xs, level, y, right)) for level in (goals, [top] * len(goals))),
        f'<path class="line thin" d="{line}"/>',
        _verdict(verdict, outcome, dict(zip((look.day for look in looks), places, strict=True)), right),
        column(levels, y, right, write, height - BOTTOM),
    ]
    return read_out(width, height, parts, key=key, title=title, desc=desc, xs=xs, places=places)


def _open(look: Look, known: bool) -> tuple[float | None, float | None]:
    if not known:
        return None, None
    low, high = finite(look.low), finite(look.high)
    return (float("-inf") if low is None else low), (float("inf") if high is None else high)


def _narrowest(bounds: Bounds) -> tuple[float, ...]:
    """The most that is known: what the axis must hold, however near the estimate lies to what is wanted."""
    known = [(low, high) for low, high in bounds if low is not None and high is not None]
    return min(known, key=lambda pair: pair[1] - pair[0], default=())


def _levels(last: Look, goal: float | None, top: float | None, names: Names, y: Linear) -> list[Level]:
    """What is named at the right edge, from the top down: where it stands now."""
    estimate, low, high = finite(last.value), finite(last.low), finite(last.high)
    found = [Level("now-t", names.estimate, estimate)] if estimate is not None else []
    found += [Level("goal-t aside", names.wanted, each) for each in (goal, top) if each is not None]
    # A bound that the axis doesn't hold says nothing yet.
    sides = ((names.low, low), (names.high, high))
    found += [
        Level("bound-t aside", name, side) for name, side in sides if side is not None and y.low <= side <= y.high
    ]
    return sorted(found, key=lambda level: -level.value)


def _corners(xs: Sequence[float], level: Sequence[float | None], y: Linear, right: float) -> list[Spot]:
    """The places of a level up to the right edge; two where it never changes."""
    known = [(at, y(value)) for at, value in zip(xs, level, strict=True) if value is not None]
    if not known:
        return []
    flat = all(spot[1] == known[0][1] for spot in known)
    return [(xs[0], known[0][1]), (right, known[0][1])] if flat else known


def _goal(corners: Sequence[Spot]) -> str:
    return f'<path class="goal" d="{path(corners)}"/>' if corners else ""


def _passing(
    xs: Sequence[float], goals: Sequence[float | None], top: float | None, op: str, y: Linear, right: float
) -> str:
    """The shade of the side that passes."""
    edge = _corners(xs, goals, y, right)
    if not edge or op == "=":
        return ""
    far = y.start if op.startswith("<") else y.end if op != "between" or top is None else y(top)
    shape = path([*edge, (edge[-1][0], far), (edge[0][0], far)])
    return f'<path class="pass" d="{shape}Z"/>'


def _verdict(verdict: Mark | None, outcome: str, places: dict[date, Spot | None], right: float) -> str:
    spot = places.get(verdict.day) if verdict else None
    if verdict is None or spot is None:
        return ""
    # The words stand where there is room for them.
    before = spot[0] + len(verdict.label) * NARROW > right
    at, anchor = (spot[0] + 1, "end") if before else (spot[0] - 1, "start")
    return (
        f'<path class="moved" d="M{place(spot[0])} {TOP}V{place(spot[1])}"/>'
        f'<circle class="fell {escape(outcome)}" cx="{place(spot[0])}" cy="{place(spot[1])}" r="5"/>'
        f'<text class="fell-t" x="{place(at)}" y="14" text-anchor="{anchor}">{escape(verdict.label)}</text>'
    )
