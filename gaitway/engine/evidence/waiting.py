"""How long a verdict will still take if things go on as so far."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..kpis import Kind, enough
from ..periods import Cadence
from ..series import Floats
from .plans import ON_THE_START, Plan
from .runs import Sums
from .weighing import Weighed, early_sample

FARTHEST = 10.0  # times as much as there is: beyond that, no number is honest


def missing(kind: Kind, cadence: Cadence, values: Floats) -> int:
    """How many more observed periods a judgement needs at the least; 0 where there are enough. `values` (periods,
    numbers of the kind)."""
    return max(0, enough(kind, cadence) - int(np.count_nonzero(~np.isnan(values[:, 0]))))


def expected(
    kind: Kind, cadence: Cadence, values: Floats, target: float, *, up: bool, alpha: float, plan: Plan
) -> int | None:
    """After how many more periods the evidence will exclude the wrong side if sample and estimate grow as they have
    on average; None where that isn't in sight. From the test that began with the stage."""
    sums = Sums.of(kind, cadence, values[None], target)
    size = values.shape[0]
    weighed = Weighed.of(sums.run(0, slice(size - 1, size)), early_sample(sums), alpha=alpha, plan=plan)
    count = int(np.count_nonzero(~np.isnan(values[:, 0])))
    if not count:
        return None
    more = np.arange(max(1, enough(kind, cadence) - count), int(FARTHEST * max(count, enough(kind, cadence))) + 1)
    growth = 1 + more / count
    scores = kind not in (Kind.PROPORTION, Kind.COUNT)
    grown = replace(
        weighed, ready=np.ones((1, len(more)), bool), x=weighed.x * (np.sqrt(growth) if scores else growth),
        y=weighed.y * growth,
    )  # fmt: skip
    reached = np.flatnonzero(grown.log_e(up=up)[0] >= -math.log(alpha * ON_THE_START))
    return int(more[reached[0]]) if len(reached) else None
