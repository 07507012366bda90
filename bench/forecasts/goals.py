"""What was promised of the forecast, and whether this run kept it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from .scores import LEVELS, Score

SKILL, CALIBRATION, OWA, MS = 0.16, 0.015, 0.80, 5.0
COVERED = {0.8: (0.77, 0.83), 0.95: (0.93, 0.97)}


@dataclass(frozen=True, slots=True)
class Goal:
    """`figures`: one for each set it is promised of; `missed`: the sets that missed it."""

    text: str
    figures: str
    missed: tuple[str, ...]

    @property
    def verdict(self) -> str:
        return f"missed: {', '.join(self.missed)}" if self.missed else "met"


def goals(scores: Mapping[str, Score]) -> Iterator[Goal]:
    """Of Gaitway's scores by set. Skill, calibration and the point forecast are promised of M4."""
    m4 = {name: score for name, score in scores.items() if name.startswith("M4")}
    first = next(iter(m4))
    yield _goal(f"skill at least {SKILL}", {name: s.skill for name, s in m4.items()}, "{:.2f}", low=SKILL)
    errors = {name: s.calibration for name, s in m4.items()}
    yield _goal(f"calibration error at most {CALIBRATION}", errors, "{:.3f}", high=CALIBRATION)
    yield _goal(f"OWA at most {OWA:.2f}", {first: m4[first].owa}, "{:.3f}", high=OWA)
    for at, level in enumerate(LEVELS):
        low, high = COVERED[level]
        inside = {name: s.inside[at] for name, s in scores.items()}
        yield _goal(f"{level:.0%} intervals cover {low:.0%} to {high:.0%}", inside, "{:.1%}", low, high)
    yield _goal(f"at most {MS:.0f} ms a series", {name: s.ms for name, s in scores.items()}, "{:.1f}", high=MS)


def _goal(text: str, figures: Mapping[str, float], form: str, low: float = -inf, high: float = inf) -> Goal:
    missed = tuple(name for name, figure in figures.items() if not low <= figure <= high)
    return Goal(text, ", ".join(form.format(figure) for figure in figures.values()), missed)
