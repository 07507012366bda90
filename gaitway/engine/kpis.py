"""What a KPI is to the engine: its kind, unit, direction and cadence, and what one observation of it carries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from .periods import Cadence
from .phrases import Phrase


class Kind(StrEnum):
    PROPORTION = "proportion"
    MEAN = "mean"
    RATIO = "ratio"
    COUNT = "count"
    LEVEL = "level"


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    WITHIN = "within"


# The numbers of one observation, by kind, in this order everywhere.
NUMBERS: dict[Kind, tuple[str, ...]] = {
    Kind.PROPORTION: ("successes", "trials"),
    Kind.MEAN: ("n", "mean", "variance"),
    Kind.RATIO: ("numerator", "denominator"),
    Kind.COUNT: ("events", "exposure"),
    Kind.LEVEL: ("value",),
}


def enough(kind: Kind, cadence: Cadence) -> int:
    """The fewest periods on which anything is judged with confidence."""
    if kind is Kind.LEVEL:
        return 14
    return 14 if cadence is Cadence.DAY and kind is not Kind.RATIO else 7


@dataclass(frozen=True, slots=True)
class KpiSpec:
    """A KPI as the engine sees it. Baseline, target and tolerance are in the KPI's natural number:
    a proportion of 3 % is 0.03; every other kind is in the KPI's unit."""

    key: str
    kind: Kind
    cadence: Cadence
    unit: str = ""
    direction: Direction = Direction.UP
    baseline: float | None = None
    target: float | None = None
    tolerance: float | None = None


def fault(kind: Kind, numbers: tuple[float, ...]) -> Phrase | None:
    """Why these numbers can't be an observation of this kind, or None where they can."""
    for name, number in zip(NUMBERS[kind], numbers, strict=True):
        if not math.isfinite(number):
            return Phrase("%(name)s is %(number)s, not a finite number", name=Phrase(name), number=number)
    match kind:
        case Kind.PROPORTION:
            successes, trials = numbers
            if successes < 0 or trials < 0:
                return Phrase("successes and trials can't be negative")
            if successes > trials:
                return Phrase(
                    "%(successes)s successes are more than %(trials)s trials",
                    successes=f"{successes:g}",
                    trials=f"{trials:g}",
                )
        case Kind.MEAN:
            n, _, variance = numbers
            if n < 0 or variance < 0:
                return Phrase("n and variance can't be negative")
        case Kind.RATIO:
            if numbers[1] < 0:
                return Phrase("the denominator can't be negative")
        case Kind.COUNT:
            if numbers[0] < 0:
                return Phrase("events can't be negative")
            if numbers[1] <= 0:
                return Phrase("exposure must be above zero")
        case Kind.LEVEL:
            pass
    return None
