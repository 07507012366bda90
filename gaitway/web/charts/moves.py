"""The days on which something moved: a dashed line each, with its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import escape

from .axes import BOTTOM
from .points import Mark
from .scale import place


def moves(marks: Sequence[Mark], x: Callable[[date], float], width: int, height: int) -> str:
    drawn = []
    for mark in marks:
        at = x(mark.day)
        near_end = at > width * 0.88
        drawn.append(
            f'<path class="moved" d="M{place(at)} 6V{height - BOTTOM}"/>'
            f'<text class="moved-t" x="{place(at + (-5 if near_end else 5))}" y="14"'
            f' text-anchor="{"end" if near_end else "start"}">{escape(mark.label)}</text>'
        )
    return "".join(drawn)
