"""The roadmap's timeline: its axis, the bars of a row, the lines of what needs what. Everything is placed in per cent of
the width, so that a drawing fits wherever it stands; heights are pixels around the middle of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from markupsafe import Markup, escape

from .svg import finished

LETTER = 1.6  # per cent of the width that a letter takes, with its air
EDGE = 0.4  # per cent by which a gate may stand beyond the window


class Scale(Protocol):
    """A window of time."""

    def share(self, day: date) -> float: ...
    def span(self, starts: date, until: date) -> tuple[float, float] | None: ...
    def steps(self) -> Iterable[tuple[date, date]]: ...


class Bar(Protocol):
    @property
    def letter(self) -> str: ...
    @property
    def tone(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def starts(self) -> date: ...
    @property
    def until(self) -> date: ...
    @property
    def over(self) -> date | None: ...


class Tail(Protocol):
    @property
    def begin(self) -> date: ...
    @property
    def middle(self) -> date: ...
    @property
    def high(self) -> date | None: ...
    @property
    def until(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A gate or a milestone: where it is, which shape it has (`kind`), what it says; `address` makes it a link, `marks`
    are further attributes."""

    at: date
    kind: str
    words: str
    address: str = ""
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """From the gate of a row to the stage of another; rows are numbered from the top, `names` are those of both."""

    gate: date
    starts: date
    above: int
    below: int
    wrong: bool
    names: str


def percent(share: float) -> str:
    """To a hundredth, and no longer than it has to be."""
    text = f"{share:.2f}".rstrip("0").rstrip(".")
    return f"{'0' if text == '-0' else text}%"


def axis(window: Scale, write: Callable[[date], str], today: date, today_words: str) -> Markup:
    """The names of the steps, each over its own; of many every second goes where there is little room."""
    steps = [(window.span(first, until), first) for first, until in window.steps()]
    shown = [(span, first) for span, first in steps if span]
    texts = "".join(
        f'<text class="{"minor" if index % 2 else "major"}" x="{percent(span[0])}" dx="6" y="18">{escape(write(first))}</text>'
        for index, (span, first) in enumerate(shown)
    )
    now = window.share(today)
    drawn = f'<text class="now" x="{percent(now)}" y="36">{escape(today_words)}</text>' if 0 <= now <= 100 else ""
    return finished(
        f'<svg class="tl-axis" width="100%" height="42" aria-hidden="true">{ticks(window, today)}{texts}{drawn}</svg>'
    )


def ticks(window: Scale, today: date) -> str:
    """Where steps begin, and today."""
    lines = "".join(
        f'<line class="tick" x1="{percent(span[0])}" x2="{percent(span[0])}" y2="100%"/>'
        for first, until in window.steps()
        if (span := window.span(first, until)) and span[0] > 0
    )
    now = window.share(today)
    if 0 <= now <= 100:
        lines += f'<line class="today" x1="{percent(now)}" x2="{percent(now)}" y2="100%"/>'
    return lines


def ground(window: Scale, today: date) -> Markup:
    """What lies behind all rows: the beginnings of steps, and today."""
    return finished(
        f'<svg class="tl-ground" width="100%" height="100%" aria-hidden="true">{ticks(window, today)}</svg>'
    )


def row(window: Scale, bars: Sequence[Bar], spots: Sequence[Spot], tail: Tail | None, title: str) -> Markup:
    """One initiative. Spots with an address are links; without any the drawing is an image of this title."""
    drawn = [_bar(bar, span) for bar in bars if (span := window.span(bar.starts, bar.until))]
    drawn += [_over(span) for bar in bars if bar.over and (span := window.span(bar.until, bar.over))]
    drawn += [
        f'<text class="on-{bar.tone} {bar.status}" x="{percent(at)}" y="50%" dy="4">{escape(bar.letter)}</text>'
        for bar, at in letters(window, bars)
    ]
    drawn += _tail(window, tail) if tail else []
    drawn += [_spot(spot, window.share(spot.at)) for spot in spots if -EDGE <= window.share(spot.at) <= 100 + EDGE]
    said = f'role="group" aria-label="{escape(title)}"'
    return finished(f'<svg class="tl-bars" width="100%" height="100%" {said}>{"".join(drawn)}</svg>')


def letters(window: Scale, bars: Sequence[Bar]) -> list[tuple[Bar, float]]:
    """Where the letters of stages stand: in the middle of each bar that has room, none over another."""
    found: list[tuple[Bar, float]] = []
    for bar in bars:
        span = window.span(bar.starts, bar.until)
        if span is None or span[1] - span[0] < 1.5 * LETTER:
            continue
        at = (span[0] + span[1]) / 2
        if all(abs(at - other) >= LETTER for _bar, other in found):
            found.append((bar, at))
    return found


def links(window: Scale, lines: Sequence[Line], count: int) -> Markup:
    """What needs what, over `count` rows of one height: along the row of what is needed, then down or up to what waits."""
    drawn = []
    for line in lines:
        x1, x2 = (min(max(window.share(day), 0.0), 100.0) for day in (line.gate, line.starts))
        y1, y2 = ((index + 0.5) / count * 100 for index in (line.above, line.below))
        kind = ' class="wrong"' if line.wrong else ""
        drawn.append(
            f'<g{kind} data-ends="{escape(line.names)}">'
            f'<line x1="{percent(x1)}" x2="{percent(x1)}" y1="{percent(y1)}" y2="{percent(y2)}"/>'
            f'<line x1="{percent(x1)}" x2="{percent(x2)}" y1="{percent(y2)}" y2="{percent(y2)}"/>'
            f'<circle cx="{percent(x2)}" cy="{percent(y2)}" r="3"/></g>'
        )
    return finished(f'<svg class="tl-links" width="100%" height="100%" aria-hidden="true">{"".join(drawn)}</svg>')


def columns(window: Scale, cells: Sequence[tuple[date, date, float, str, bool]], *, most: float) -> Markup:
    """Small columns under the axis: from, up to, how much, how it is written, whether it stands out. Long texts of many
    that don't stand out go where there is little room."""
    drawn = []
    many = " many" if len(cells) > 8 and any(len(cell[3]) > 2 for cell in cells) else ""
    for first, until, value, words, loud in cells:
        span = window.span(first, until)
        if span is None or not value:
            continue
        height = max(2.0, value / most * 22) if most else 0.0
        kind = "loud" if loud else f"calm{many}"
        middle = (span[0] + span[1]) / 2
        drawn.append(
            f'<rect class="{kind}" x="{percent(span[0] + 0.15)}" width="{percent(max(span[1] - span[0] - 0.3, 0.1))}"'
            f' y="{40 - height:.1f}" height="{height:.1f}" rx="2"/>'
            f'<text class="{kind}" x="{percent(middle)}" y="{35 - height:.1f}">{escape(words)}</text>'
        )
    return finished(f'<svg class="tl-columns" width="100%" height="41" aria-hidden="true">{"".join(drawn)}</svg>')


def _bar(bar: Bar, span: tuple[float, float]) -> str:
    return (
        f'<rect class="b{bar.tone} {bar.status}" x="{percent(span[0])}" width="{percent(span[1] - span[0])}"'
        f' y="50%" height="16" rx="3" transform="translate(0 -8)"/>'
    )


def _over(span: tuple[float, float]) -> str:
    size = f'x="{percent(span[0])}" width="{percent(span[1] - span[0])}"'
    return f'<rect class="over" {size} y="50%" height="4" transform="translate(0 -2)"/>'


def _tail(window: Scale, tail: Tail) -> list[str]:
    """Dashes up to the median, then fading up to the day of four of five futures."""
    drawn = []
    dashes = window.span(tail.begin, tail.middle)
    if dashes:
        ends = f'x1="{percent(dashes[0])}" x2="{percent(dashes[1])}" y1="50%" y2="50%"'
        drawn.append(f'<line class="tail" {ends} transform="translate(0 13)"/>')
    fade = window.span(tail.middle, tail.high or tail.until)
    if fade:
        size = f'x="{percent(fade[0])}" width="{percent(fade[1] - fade[0])}"'
        drawn.append(
            f'<rect class="fade" {size} y="50%" height="5" transform="translate(0 10.5)" fill="url(#tl-fade)"/>'
        )
    return drawn


def _spot(spot: Spot, share: float) -> str:
    marks = "".join(f' {name}="{escape(value)}"' for name, value in spot.marks)
    use = f'<use href="#tl-{spot.kind}" class="{spot.kind}" x="{percent(share)}" y="50%"/>'
    if not spot.address:
        return use
    return f'<a href="{escape(spot.address)}" aria-label="{escape(spot.words)}"{marks}>{use}</a>'
