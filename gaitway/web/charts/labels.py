"""Where the name of a level stands: on its line, at the end where the curve leaves room for it, or beside the frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import escape

from .scale import Linear, place

ENOUGH = 13.0  # pixels between a name and the curve
LETTER = 6.8  # pixels, about, at 12 px
NARROW = 6.3  # pixels, at most, on the average of a whole name at 12 px
APART = 15.0  # pixels between two names beside the frame


class Level(NamedTuple):
    """A value that is named beside the frame; `kind` is the class of its text, with `aside` where it may be left out of
    a small chart."""

    kind: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Label:
    """A text at (x, y) with its anchor, `start` or `end`; `box` is what it covers: left, top, right, bottom."""

    x: float
    y: float
    anchor: str
    box: tuple[float, float, float, float]


def label(
    text: str,
    level: float,
    curve: Sequence[tuple[float, ...] | None],
    frame: tuple[float, float, float, float],
    taken: Sequence[Label] = (),
    *,
    end_first: bool = False,
) -> Label:
    """The first of four places beside `level` with room enough around it, else the one with the most.

    `curve` holds the places (x, y) of the points, None for a gap; `frame` is left, top, right, bottom.
    """
    left, top, right, bottom = frame
    width = len(text) * LETTER

    def at(end: bool, below: bool) -> Label:
        x, y = (right if end else left + 4), level + (15 if below else -6)
        start = x - width if end else x
        return Label(x, y, "end" if end else "start", (start, y - 11, start + width, y + 3))

    def room(place: Label) -> float:
        x0, y0, x1, y1 = place.box
        if y0 < top - 10 or y1 > bottom:
            return -1.0
        if any(x0 < b[2] and b[0] < x1 and y0 < b[3] and b[1] < y1 for b in (other.box for other in taken)):
            return -1.0
        middle = (y0 + y1) / 2
        near = [abs(spot[1] - middle) for spot in curve if spot is not None and x0 - 8 <= spot[0] <= x1 + 8]
        return min(near, default=100.0)

    places = [at(end, below) for below in (False, True) for end in (end_first, not end_first)]
    return next((place for place in places if room(place) >= ENOUGH), max(places, key=room))


def room_for(levels: Sequence[Level], write: Callable[[float], str]) -> float:
    """Pixels that the names take to the right of the frame."""
    return max((len(f"{each.name} {write(each.value)}") * NARROW + 12 for each in levels), default=10.0)


def column(levels: Sequence[Level], y: Linear, right: float, write: Callable[[float], str], bottom: float) -> str:
    """The names of `levels`, the highest value first, each at its level or as near below the one above it as can be
    read; `bottom` is that of the frame. Where a chart is shown small, the numbers alone are left."""
    at = [y(min(max(level.value, y.low), y.high)) for level in levels]
    for index in range(1, len(at)):
        at[index] = max(at[index], at[index - 1] + APART)
    # What was pushed below the frame pushes the others up again.
    for index in reversed(range(len(at))):
        at[index] = min(at[index], bottom - APART * (len(at) - 1 - index))
    return "".join(
        f'<text class="{level.kind}" x="{place(right + 8)}" y="{place(spot + 4)}">'
        f"<tspan>{escape(level.name)} </tspan>{escape(write(level.value))}</text>"
        for level, spot in zip(levels, at, strict=True)
    )
