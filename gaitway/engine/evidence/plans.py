"""What was known of a stage beforehand, and the tests that begin in the course of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..periods import Cadence
from ..series import Bools, Floats, Whole

STRIDE = {Cadence.DAY: 7, Cadence.WEEK: 1, Cadence.MONTH: 1, Cadence.QUARTER: 1}
MOST_STARTS = 16  # in the length of a plan or a window
ON_THE_START = 0.9
ON_LATER_ONES = 0.03


@dataclass(frozen=True, slots=True)
class Plan:
    """`periods`: how many of the KPI's periods the stage is planned to last. `sharp`: at which share of it a method
    shall be sharpest (bench/evidence.py shows what it finds)."""

    periods: float
    sharp: float = 0.4

    @classmethod
    def of(cls, cadence: Cadence, days: int | None) -> Plan:
        """From the stage's length in days; 100 where it has no end."""
        return cls(max(1.0, (days or 100) / cadence.days))

    @property
    def sharpest(self) -> float:
        """After how many periods a method shall be sharpest."""
        return max(1.0, self.sharp * self.periods)


def sharpness(alpha: float) -> float:
    """How many prior samples fit into the sample at which a normal mixture is sharpest
    (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, appendix: -2 ln a + ln(-2 ln a) + 1 at a = 2 alpha)."""
    log = -2 * np.log(min(2 * alpha, 0.9))
    return max(1.0, float(log + np.log(log) + 1))


def prior_sample(first: Floats, alpha: float, plan: Plan) -> Floats:
    """The sample that the prior of an exact mixture weighs, from that of an early period."""
    return np.maximum(first * plan.sharpest / sharpness(alpha), 1e-9)


@dataclass(frozen=True, slots=True)
class Start:
    """A test that begins with period `offset` and is looked at in the periods `looks`."""

    offset: int
    weight: float
    looks: slice

    def seen(self, looks: Whole) -> Bools:
        """At which of the looks it is looked at."""
        begin, end, step = self.looks.start, self.looks.stop, self.looks.step or 1
        found: Bools = (looks >= begin) & (looks < end) & ((looks - begin) % step == 0)
        return found


def starts(count: int, plan: Plan, cadence: Cadence, window: int | None = None) -> Iterator[Start]:
    """The start-time mixture over `count` periods: a weighted mean of e-processes is an e-process, so a pilot that
    improves isn't held down by its first weeks.

    Most of the weight is on the stage's start, which is looked at in every period. The others begin at most every
    week and are looked at once a week: leaving a term out of a sum that must stay small only makes it smaller. The
    weights never exceed 1 however long a stage lasts: those after the plan shrink as 1 / (j (j + 1)). With a window
    all starts of the plan weigh the same, and each is looked at while it lies in the window."""
    stride = STRIDE[cadence.unit]
    spacing = stride * int(np.ceil((window or plan.periods) / (MOST_STARTS * stride)))
    planned = max(1, int(np.ceil(plan.periods / spacing)))
    spread = 1 - ON_LATER_ONES - (0 if window else ON_THE_START)
    for j, offset in enumerate(range(0, count, spacing)):
        weight = spread / planned if j < planned else ON_LATER_ONES * planned / (j * (j + 1))
        end = count if window is None else min(count, offset + window)
        if window:
            yield Start(offset, weight, slice(offset, end))
        elif j == 0:
            yield Start(0, ON_THE_START, slice(0, end))
        else:
            yield Start(offset, weight, slice(offset + stride - 1, end, stride))


def first_sample(lower: Floats, least: int = 7) -> Floats:
    """The mean sample of the first observed periods, shape (series, 1): how much traffic a plan may expect. Nothing
    is judged on fewer periods, so a test may be tuned by it without looking ahead."""
    if not lower.shape[1]:
        return np.zeros((len(lower), 1))
    if (lower[:, :least] > 0).all():
        sample: Floats = lower[:, :least].mean(axis=1, keepdims=True)
        return sample
    seen = lower > 0
    early = seen & (np.cumsum(seen, axis=1) <= least)
    total: Floats = np.sum(np.where(early, lower, 0.0), axis=1, keepdims=True)
    mean: Floats = total / np.maximum(np.sum(early, axis=1, keepdims=True), 1)
    return mean
