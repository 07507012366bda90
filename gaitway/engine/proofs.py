"""Can this pilot prove it? What a criterion could show in a stage, worked out while it is still on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from . import periods
from .kpis import Kind
from .pilots import Pilots
from .triggers.tree import And, AtLeast, Criterion, Not, Or, Trigger

POWER = 0.8
REACH = (2, 4, 10)  # times the expected distance from the target: how far the smallest effect is looked for
HALVINGS = 6


@dataclass(frozen=True, slots=True)
class Proof:
    """`days` are the median and the 90 % quantile of the day of the stage on which the verdict falls at the
    `expected` value, None where that isn't within three times its dates. `missed`: the chance that a pilot which is
    as good as expected isn't shown to be by the end; `wrong`: that one which is only just at the target is.
    `smallest`: the least value that 80 % of pilots of these dates would show, None where none is in reach. `length`
    in days; `traffic` is the mean sample of a period."""

    expected: float
    target: float
    traffic: float
    days: tuple[int | None, int | None]
    missed: float
    wrong: float
    smallest: float | None
    length: int

    @property
    def provable(self) -> bool:
        """Whether the stage's dates are long enough for the effect that is expected."""
        return self.missed <= 1 - POWER + 1e-9


def asked(trigger: Trigger) -> Iterator[tuple[Criterion, int, bool]]:
    """The criteria in the order of the text, each with the number of parts that share its error, as in `gates.judge`,
    and whether it stands under `not`."""

    def walk(node: Trigger, share: int, denied: bool) -> Iterator[tuple[Criterion, int, bool]]:
        match node:
            case And(parts) | Or(parts) | AtLeast(_, parts):
                shared = isinstance(node, AtLeast) or isinstance(node, And) == denied
                for part in parts:
                    yield from walk(part, share * len(parts) if shared else share, denied)
            case Not(part):
                yield from walk(part, share, not denied)
            case _:
                yield node, share, denied

    return walk(trigger, 1, False)


def proof(made: Pilots) -> Proof:
    """From pilots at the expected value, and just at the target."""
    at_best = made.met(made.expected, made.horizon)
    shown = float((at_best <= made.length).mean())

    def day(share: float) -> int | None:
        look = float(np.quantile(at_best, share, method="inverted_cdf"))
        if not np.isfinite(look):
            return None
        return (periods.end(made.first + int(look) - 1, made.spec.cadence) - made.moment.started).days + 1

    return Proof(
        made.expected, made.target, float(made.habit.samples.mean()), (day(0.5), day(0.9)), 1 - shown,
        made.shown(made.target), _smallest(made, shown), made.moment.planned_days or 0,
    )  # fmt: skip


def _smallest(pilots: Pilots, shown: float) -> float | None:
    """By halving what lies between a value that is shown too seldom and one that is shown often enough. `shown` is
    the power at the expected value."""
    near, far, enough = pilots.target, pilots.expected, shown >= POWER
    for times in REACH:
        if enough:
            break
        near, far = far, pilots.target + (pilots.expected - pilots.target) * times
        if pilots.spec.kind in (Kind.PROPORTION, Kind.COUNT):
            far = max(far, 0.0)
        far = min(far, 1.0) if pilots.spec.kind is Kind.PROPORTION else far
        enough = pilots.shown(far) >= POWER
    if not enough:
        return None
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (near, middle) if pilots.shown(middle) >= POWER else (middle, far)
    return far
