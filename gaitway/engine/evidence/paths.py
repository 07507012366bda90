"""How the evidence grows from look to look, for many series at once."""

from __future__ import annotations

import math

import numpy as np

from ..kpis import Kind
from ..periods import Cadence
from ..series import Bools, Floats, Whole, parts
from .plans import ON_THE_START, Plan, starts
from .runs import Sums
from .sequential import WHOLE, boundary
from .weighing import Weighed, early_sample


def log_e(
    kind: Kind,
    cadence: Cadence,
    values: Floats,
    target: Floats | float,
    *,
    up: bool,
    alpha: float,
    plan: Plan,
    window: int | None = None,
    floor: float | None = None,
    later: bool = False,
) -> Floats:
    """log e at each look against "the KPI is not above (up) or below (not up) the target": shape (series, periods).

    `values` (series, periods, numbers of the kind) begins where the stage began, NaN where absent; `target` (series,)
    or one number; `window` keeps the tests that began in the last so many periods; `later` leaves out the one that
    began with the series. Where the evidence can't reach `floor`, some
    value below it is returned: that is cheaper."""
    sums = Sums.of(kind, cadence, values, target)
    first = early_sample(sums)
    size = values.shape[:2]
    tests = [
        (math.log(start.weight), start, Weighed.of(sums.run(start.offset, start.looks), first, alpha=alpha, plan=plan))
        for start in starts(size[1], plan, cadence, window)
        if start.looks.start < start.looks.stop and not (later and start.offset == 0)
    ]
    if floor is None:
        return _mixed([(weight, start.looks, each.log_e(up=up)) for weight, start, each in tests], size)
    bounds = [(weight, start.looks, each.bound(up=up)) for weight, start, each in tests]
    found = _mixed(bounds, size)
    rows, looks = np.nonzero(found >= floor)
    # One test after the other takes the place of its bound, for as long as the floor can still be reached.
    rest = [np.full(len(rows), -np.inf)]
    for weight, seen, bound in reversed(bounds):
        term = np.full(len(rows), -np.inf)
        mine, where = _within(seen, rows, looks, size[1])
        term[mine] = weight + bound[where]
        rest.append(np.logaddexp(rest[-1], term))
    exact = np.full(len(rows), -np.inf)
    open_still = np.ones(len(rows), bool)
    for number, (weight, start, each) in enumerate(tests):
        mine, where = _within(start.looks, rows[open_still], looks[open_still], size[1])
        here = np.flatnonzero(open_still)[mine]
        exact[here] = np.logaddexp(exact[here], weight + each.at(where).log_e(up=up))
        open_still &= np.logaddexp(exact, rest[len(tests) - number - 1]) >= floor
    found[rows, looks] = exact
    return found


def _within(seen: slice, rows: Whole, looks: Whole, size: int) -> tuple[Whole, tuple[Whole, Whole]]:
    """Which elements lie in the looks of a start, and where in its arrays."""
    begin, end, step = seen.indices(size)
    mine = np.flatnonzero((looks >= begin) & (looks < end) & ((looks - begin) % step == 0))
    return mine, (rows[mine], (looks[mine] - begin) // step)


def crossings(
    kind: Kind,
    cadence: Cadence,
    values: Floats,
    target: Floats | float,
    *,
    up: bool,
    alpha: float,
    plan: Plan,
    window: int | None = None,
    ends: float | None = None,
) -> Bools:
    """At which looks the evidence excludes the wrong side, shape (series, periods). With `ends`, the number of
    periods of the stage, by the group-sequential boundary for that end instead of at any time. `up`: that it is
    above the target is to be shown."""
    if not values.shape[1]:
        return np.zeros(values.shape[:2], bool)
    if ends is None:
        threshold = -math.log(alpha)
        found = log_e(kind, cadence, values, target, up=up, alpha=alpha, plan=plan, window=window, floor=threshold)
        return found >= threshold
    size, sampled = values.shape[1], kind in (Kind.PROPORTION, Kind.COUNT)
    reached = deviates(kind, cadence, values, target, up=up) >= boundary(size, ends, alpha * WHOLE, sampled=sampled)
    # The rest of alpha is for a pilot that improved in the course of the stage: its first weeks hold the whole down.
    threshold = -math.log(alpha) + math.log((1 - ON_THE_START) / (1 - WHOLE))
    improved = log_e(kind, cadence, values, target, up=up, alpha=alpha, plan=plan, floor=threshold, later=True)
    return reached | ((improved >= threshold) & (np.arange(1, size + 1) <= ends))


def deviates(kind: Kind, cadence: Cadence, values: Floats, target: Floats | float, *, up: bool) -> Floats:
    """Standard scores of everything since the start, shape (series, periods)."""
    sums = Sums.of(kind, cadence, values, target)
    run = sums.run(0, slice(0, values.shape[1]))
    return Weighed.of(run, early_sample(sums), alpha=0.05, plan=Plan(1)).deviate(up=up)


def estimates(kind: Kind, values: Floats, window: int | None = None) -> tuple[Floats, Floats, Floats]:
    """(value, sample, observed periods) over the window, or everything, before each look; NaN without a sample.
    Shapes (series, periods)."""
    upper, lower = parts(kind, values)
    seen = ~np.isnan(upper)

    def rolled(amounts: Floats) -> Floats:
        sums = np.cumsum(np.where(seen, amounts, 0.0), axis=1)
        if window is not None and window < sums.shape[1]:
            sums[:, window:] = sums[:, window:] - sums[:, :-window]
        return sums

    total, sample, count = rolled(upper), rolled(lower), rolled(np.ones_like(upper))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(sample > 0, total / sample, np.nan)
    return value, count if kind in (Kind.RATIO, Kind.LEVEL) else sample, count


def _mixed(terms: list[tuple[float, slice, Floats]], size: tuple[int, ...]) -> Floats:
    """The weighted mean of e-processes: log sum exp at each look."""
    found = np.full(size, -np.inf)
    for weight, looks, log in terms:
        found[:, looks] = np.logaddexp(found[:, looks], weight + log)
    return found
