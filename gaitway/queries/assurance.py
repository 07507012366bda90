"""Does a KPI lately meet its target for sure?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from gaitway.engine import evidence
from gaitway.engine.evidence import Plan
from gaitway.engine.kpis import Direction, Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Floats, Series

CONFIDENCE = 0.95
RECENT = {Cadence.DAY: 28, Cadence.WEEK: 13, Cadence.MONTH: 12, Cadence.QUARTER: 8}  # periods

Side = tuple[float, bool]  # a bound, and whether the good values are above it


def assurances(known: Sequence[tuple[Series, bool]]) -> list[str]:
    """Of each series, with whether it is fresh: whether the KPI in its RECENT periods surely meets its target, surely
    misses it, or may do either. Those of one kind and cadence are judged together."""
    found = []
    asked: dict[tuple[Kind, Cadence], dict[int, Floats]] = defaultdict(dict)
    for place, (series, fresh) in enumerate(known):
        found.append("no_target" if series.spec.target is None else "no_data")
        if found[-1] == "no_data" and fresh and series.last is not None:
            recent = series.between(series.last - RECENT[series.spec.cadence.unit] + 1, series.last)
            if recent.present.any():
                asked[series.spec.kind, series.spec.cadence][place] = recent.values
    for (kind, cadence), recents in asked.items():
        judged = [(place, side) for place in recents for side in _sides(known[place][0].spec)]
        values, bounds = np.stack([recents[place] for place, _ in judged]), np.array([side[0] for _, side in judged])
        above, below = (
            evidence.crossings(
                kind, cadence, values, bounds, up=up, alpha=1 - CONFIDENCE, plan=Plan(RECENT[cadence.unit])
            )
            for up in (True, False)
        )
        meets, misses = set(recents), set()
        for row, (place, (_, up)) in enumerate(judged):
            good, bad = (above, below) if up else (below, above)
            if not good[row, -1]:
                meets.discard(place)
            if bad[row, -1]:
                misses.add(place)
        for place in recents:
            found[place] = "meets" if place in meets else "misses" if place in misses else "unsure"
    return found


def _sides(spec: KpiSpec) -> list[Side]:
    target, tolerance = spec.target or 0.0, spec.tolerance or 0.0
    if spec.direction is Direction.WITHIN:
        return [(target - tolerance, True), (target + tolerance, False)]
    return [(target, spec.direction is Direction.UP)]
