"""When something will be: the days that half and four of five futures name, on a line that begins today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup, escape

from .axes import days
from .labels import NARROW
from .scale import DateForm, Linear, dates, place, write_date
from .svg import drawing

_MIDDLE = 42  # pixels from the top to the line


def horizon(
    start: date,
    until: date,
    quantiles: Sequence[date | None],
    *,
    ends: date | None = None,
    ends_label: str = "",
    middle_label: str = "",
    write_day: Callable[[date, DateForm], str] = write_date,
    width: int = 340,
    height: int = 72,
) -> Markup:
    """`quantiles` are the days of 10, 25, 50, 75 and 90 % of the futures, None beyond `until`. The days up to `ends` are
    shaded. It is decoration: the sentence beside it says the same. Empty without a first day."""
    low, lower, middle, upper, high = quantiles
    if low is None:
        return Markup("")
    last = max(day for day in (high or until, ends, low) if day is not None)
    span = Linear(0, max((last - start).days, 1), 4, width - 4)

    def x(day: date | None) -> float:
        return span((min(day or last, last) - start).days)

    drawn = []
    if ends is not None and ends > start:
        drawn.append(f'<rect class="pass" x="4" y="{_MIDDLE - 8}" width="{place(x(ends) - 4)}" height="16"/>')
    drawn.append(f'<path class="axis" d="M4 {_MIDDLE}H{width - 4}"/>{_bar("band", x(low), x(high))}')
    if lower is not None:
        drawn.append(_bar("band inner", x(lower), x(upper)))
    if ends is not None:
        drawn.append(f'<path class="goal" d="M{place(x(ends))} 16V{_MIDDLE + 8}"/>')
        drawn.append(_label("goal-t", ends_label, x(ends), 11, width))
    if middle is not None:
        drawn.append(f'<circle class="value" cx="{place(x(middle))}" cy="{_MIDDLE}" r="4.5"/>')
        drawn.append(_label("now-t", middle_label, x(middle), 29, width))
    drawn.append(days(dates(start, last, 4), x, write_day, height))
    return drawing("horizon", width, height, drawn)


def _bar(kind: str, begin: float, end: float) -> str:
    size = f'width="{place(max(end - begin, 2))}" height="8"'
    return f'<rect class="{kind}" x="{place(begin)}" y="{_MIDDLE - 4}" {size} rx="1"/>'


def _label(kind: str, words: str, at: float, y: float, width: int) -> str:
    half = len(words) * NARROW / 2
    at = min(max(at, half), width - half)
    return f'<text class="{kind}" x="{place(at)}" y="{place(y)}" text-anchor="middle">{escape(words)}</text>'
