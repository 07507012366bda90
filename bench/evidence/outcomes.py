"""What the rules make of the pilots, in batches: seeded by the row's name, so that no row depends on another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gaitway.engine.series import Bools, Floats

from .pilots import DAYS, Make, Pilots
from .rules import ALPHA, Rule

BATCH = 1000  # pilots


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """`first` (days,): how many of `pilots` were first promoted on each day."""

    first: Floats
    pilots: int

    @classmethod
    def of(cls, hits: Bools) -> Outcome:
        """`hits` (pilots, days)."""
        days = hits.argmax(axis=1)[hits.any(axis=1)]
        return cls(np.bincount(days, minlength=DAYS).astype(float), len(hits))

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.first + other.first, self.pilots + other.pilots)

    def __str__(self) -> str:
        return f"{self.share * 100:.1f} %"

    @property
    def by_day(self) -> Floats:
        """The share promoted up to each day."""
        return np.cumsum(self.first) / self.pilots

    @property
    def share(self) -> float:
        return float(self.by_day[-1])

    @property
    def error(self) -> float:
        """The standard error of the share: what the number of pilots leaves open."""
        return float(np.sqrt(self.share * (1 - self.share) / self.pilots))

    @property
    def day(self) -> int | None:
        """The median day of those promoted."""
        if not self.share:
            return None
        return int(np.searchsorted(self.by_day, self.share / 2)) + 1

    @property
    def above(self) -> bool:
        """More than alpha, beyond two standard errors."""
        return self.share - 2 * self.error > ALPHA


def batches(name: str, make: Make, seed: int, repeats: int) -> Iterator[Pilots]:
    for batch, start in enumerate(range(0, repeats, BATCH)):
        yield make(np.random.default_rng([seed, batch, *name.encode()]), min(BATCH, repeats - start))


def judged(name: str, make: Make, rules: Mapping[str, Rule], seed: int, repeats: int) -> dict[str, Outcome]:
    """By the rule's name."""
    found: dict[str, Outcome] = {}
    for pilots in batches(name, make, seed, repeats):
        for title, rule in rules.items():
            outcome = Outcome.of(rule(pilots))
            found[title] = found[title] + outcome if title in found else outcome
    return found
