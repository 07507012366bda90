"""Judgements that stay right however often people look, for one series or for a hundred thousand.

An e-process starts at 1 and, while the target is not truly reached, exceeds 1/alpha at any time with probability at
most alpha (Ville 1939). `crossings` says at which looks it has, `interval` is what the same process doesn't exclude.
Every function takes many series of one kind as an array; one series is an array of one."""

from . import control
from .intervals import bounds, fixed, interval
from .many import standings
from .paths import crossings, estimates, log_e
from .plans import Plan
from .turning import turning
from .waiting import expected, missing

__all__ = [
    "Plan", "bounds", "control", "crossings", "estimates", "expected", "fixed", "interval", "log_e", "missing", "standings",
    "turning",
]  # fmt: skip
