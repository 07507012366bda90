"""What a drawing reads: points in time that may lack a value, and what happened on a day."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol


class Point(Protocol):
    """One period. `day` is its first day; without data its `value` is None; `low` and `high` bound it."""

    @property
    def day(self) -> date: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


class Mark(Protocol):
    """Something that happened on a day, such as the move to a stage."""

    @property
    def day(self) -> date: ...
    @property
    def label(self) -> str: ...


def finite(value: float | None) -> float | None:
    """The value where it can be drawn, else None."""
    return value if value is not None and math.isfinite(value) else None


def runs(places: Sequence[tuple[float, ...] | None]) -> Iterator[list[tuple[float, ...]]]:
    """The stretches between the gaps: neighbours that are all there, in order."""
    run: list[tuple[float, ...]] = []
    for place in places:
        if place is not None:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run
