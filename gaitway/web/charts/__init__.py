"""Drawings of numbers as SVG: pure functions from plain values to `Markup`, one module per form.

No drawing holds a colour or a style: classes do, so one drawing serves light, dark, print and mail. Words
come from the caller, already translated. None, NaN and infinity are never drawn as a number.
"""

from . import timeline
from .behaviour import behaviour
from .bullet import bullet
from .closing import closing
from .evidence import evidence
from .fan import fan
from .horizon import horizon
from .points import Mark, Point
from .series import series
from .spark import spark

__all__ = [
    "Mark",
    "Point",
    "behaviour",
    "bullet",
    "closing",
    "evidence",
    "fan",
    "horizon",
    "series",
    "spark",
    "timeline",
]
