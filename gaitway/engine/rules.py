"""What a criterion on a KPI wants of its values: a fixed target, or better than a running control."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from . import evidence
from .evidence import Plan
from .kpis import KpiSpec
from .series import Bools, Floats
from .triggers.tree import Op


@dataclass(frozen=True, slots=True)
class Ask:
    """How sure a criterion wants to be: `alpha` for all its sides together, over a window of so many periods; by the
    stage's end after `ends` periods, or at any time."""

    alpha: float
    plan: Plan
    window: int | None = None
    ends: float | None = None


class Rule(Protocol):
    """Values have shape (series, periods, numbers of the kind), estimates (series, periods)."""

    def holds(self, values: Floats, window: int | None) -> Bools:
        """Where the pooled value of the last so many periods (None: all of them) is on the right side."""

    def shown(self, values: Floats, ask: Ask) -> tuple[Bools, Bools]:
        """Where the evidence excludes the wrong side, and where it excludes the right one."""


@dataclass(frozen=True, slots=True)
class Target:
    """On the right side of `low` (`high` is the same), or from low to high (op "in")."""

    spec: KpiSpec
    op: Op | str
    low: float
    high: float

    @property
    def wanted(self) -> float | tuple[float, float]:
        return (self.low, self.high) if self.op == "in" else self.low

    def holds(self, values: Floats, window: int | None) -> Bools:
        value, _, _ = evidence.estimates(self.spec.kind, values, window)
        match self.op:
            case ">=":
                return value >= self.low
            case ">":
                return value > self.low
            case "<=":
                return value <= self.low
            case "<":
                return value < self.low
            case "=":
                return np.isclose(value, self.low, rtol=1e-9, atol=1e-12)
            case _:
                return (value >= self.low) & (value <= self.high)

    def sides(self) -> tuple[tuple[float, bool], ...]:
        """Each (bound, is the good side above it)."""
        if self.op in (">=", ">"):
            return ((self.low, True),)
        if self.op in ("<=", "<"):
            return ((self.low, False),)
        return ((self.low, True), (self.high, False))

    def shown(self, values: Floats, ask: Ask) -> tuple[Bools, Bools]:
        """Each side of a range at half of alpha, and both at one look: a value that was above the one and later below
        the other was never between. Nothing shows that a value is exactly this."""
        sides = self.sides()

        def crossed(bound: float, up: bool) -> Bools:
            return evidence.crossings(
                self.spec.kind, self.spec.cadence, values, bound, up=up, alpha=ask.alpha / len(sides),
                plan=ask.plan, window=ask.window, ends=ask.ends,
            )  # fmt: skip

        good = [crossed(bound, up) for bound, up in sides]
        bad = [crossed(bound, not up) for bound, up in sides]
        met: Bools = np.maximum.accumulate(np.logical_and.reduce(good), axis=1)
        return (met & (self.op != "=")), np.logical_or.reduce(bad)


@dataclass(frozen=True, eq=False, slots=True)
class Control:
    """Better by a share of what the control (series, periods, numbers) has been over the same periods."""

    spec: KpiSpec
    control: Floats
    by: float
    up: bool

    @property
    def factor(self) -> float:
        """What the control is multiplied by: better by a share of its size, also where it is negative."""
        value = evidence.estimates(self.spec.kind, self.control)[0][0]
        known = value[~np.isnan(value)]  # the first one tells: what comes later must not change the past
        negative = len(known) > 0 and bool(known[0] < 0)
        return 1 + self.by * (1 if self.up != negative else -1)

    def against(self, values: Floats) -> Floats:
        return np.broadcast_to(self.control[:, : values.shape[1]], values.shape)

    def wanted(self, values: Floats, window: int | None) -> Floats:
        return evidence.estimates(self.spec.kind, self.against(values), window)[0] * self.factor

    def holds(self, values: Floats, window: int | None) -> Bools:
        value, _, _ = evidence.estimates(self.spec.kind, values, window)
        wanted = self.wanted(values, window)
        better = value >= wanted if self.up else value <= wanted
        strictly = value > wanted if self.up else value < wanted
        return np.where(wanted == 0, strictly, better)

    def shown(self, values: Floats, ask: Ask) -> tuple[Bools, Bools]:
        good, bad = (
            evidence.control.crossings(
                self.spec.kind, self.spec.cadence, values, self.against(values), self.factor, up=up,
                alpha=ask.alpha, plan=ask.plan, window=ask.window, ends=ask.ends,
            )
            for up in (self.up, not self.up)
        )  # fmt: skip
        return np.maximum.accumulate(good, axis=1), bad
