"""When will a trigger be judged met? Simulated futures, run through the gate itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from . import criteria, forecasts, futures, periods
from .facts import Facts, Moment
from .following import follow
from .kpis import Kind
from .logic import Outcome
from .series import Floats, Series
from .tracks import Codes, combined, track
from .triggers import show
from .triggers.tree import After, Between, Compare, Criterion, Improves, Trigger, kpis

PATHS = 400
FARTHEST = 366  # days that a forecast looks ahead


@dataclass(frozen=True, slots=True)
class Prospect:
    """`chance`: of being judged met by the stage's end, None where it has none; `ever`: within the days looked at,
    up to `until`. `days` are the 10, 25, 50, 75 and 90 % quantiles of the day on which the trigger will be judged met,
    None where it lies beyond. `assumes`: criteria that no history tells of, taken as met in time. `refused`: why there
    is no forecast. `provisional`: from less than 20 periods."""

    chance: float | None = None
    ever: float | None = None
    days: tuple[date | None, ...] = ()
    until: date | None = None
    assumes: tuple[str, ...] = ()
    provisional: bool = False
    refused: str = ""
    short: tuple[str, int] | None = None  # the KPI with too little, and how many periods it has


def prospect(
    trigger: Trigger, series: Mapping[str, Series], facts: Facts, moment: Moment, *, seed: int, count: int = PATHS
) -> Prospect:
    """The same gate, the evidence rule, the hold and all criteria together, on `count` simulated futures of the KPIs.
    Refuses below 8 periods of any KPI."""
    until = moment.as_of + timedelta(days=FARTHEST)
    if moment.ends and moment.ends > moment.as_of:
        until = min(until, max(moment.ends, moment.as_of + timedelta(days=182)))
    ahead: dict[str, Floats] = {}
    observed = []
    for number, key in enumerate(kpis(trigger)):
        known = _known(series.get(key), moment)
        if known is None or known.last is None:
            return Prospect(refused="no data", short=(key, 0))
        horizon = periods.last_complete(until, known.spec.cadence) - known.last
        observed.append(int(np.count_nonzero(known.present)))
        try:
            ahead[key] = futures.further(known, max(horizon, 1), count, seed + number)
        except forecasts.TooShort:
            return Prospect(refused="too short", short=(key, observed[-1]))
    if not ahead:
        return Prospect(refused="no KPI")
    size = (until - moment.as_of).days
    assumed: list[str] = []

    def said(leaf: Criterion, share: int) -> Codes:
        return _leaf(leaf, series, ahead, facts, moment, size, assumed, share)

    met = combined(trigger, said) == 1
    first = np.where(met.any(axis=1), met.argmax(axis=1), size)
    ends = (moment.ends - moment.as_of).days if moment.ends else None
    return Prospect(
        chance=None if ends is None else float(np.mean(first < ends)) if ends > 0 else 0.0,
        ever=float(np.mean(first < size)), days=_quantiles(first, size, moment.as_of), until=until,
        assumes=tuple(assumed), provisional=min(observed) < forecasts.PROVISIONAL,
    )  # fmt: skip


def _quantiles(
    first: np.ndarray[tuple[int, ...], np.dtype[np.intp]], size: int, as_of: date
) -> tuple[date | None, ...]:
    found = []
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        day = int(np.quantile(first, share, method="inverted_cdf"))
        found.append(as_of + timedelta(days=day + 1) if day < size else None)
    return tuple(found)


def _known(history: Series | None, moment: Moment) -> Series | None:
    """What was complete at the moment, since the stage began; all of it where that is too little to go by."""
    if history is None or history.last is None:
        return None
    last = min(periods.last_complete(moment.as_of, history.spec.cadence), history.last)
    run = history.between(periods.first_whole(moment.started, history.spec.cadence), last)
    if np.count_nonzero(run.present) < forecasts.NEEDED:
        run = history.between(history.first, last)
    seen = np.flatnonzero(run.present)
    return Series(run.spec, run.first, run.values[: int(seen[-1]) + 1]) if len(seen) else None


def _leaf(
    leaf: Criterion,
    series: Mapping[str, Series],
    ahead: Mapping[str, Floats],
    facts: Facts,
    moment: Moment,
    size: int,
    assumed: list[str],
    share: int,
) -> Codes:
    """What a criterion says at the end of each day from tomorrow on, shape (paths, days)."""
    days = [moment.as_of + timedelta(days=1 + i) for i in range(size)]
    if isinstance(leaf, After):
        return np.array([[1 if day > leaf.day else 0 for day in days]], np.int8)
    if not isinstance(leaf, Compare | Between | Improves):
        if criteria.judge(leaf, series, facts, moment).outcome is not Outcome.MET:
            assumed.append(show(leaf))
        return np.ones((1, size), np.int8)
    known = {key: _extended(series[key], ahead[key], moment) for key in ahead if key in kpis(leaf)}
    followed = follow(leaf, {key: each[0] for key, each in known.items()}, moment, share)
    if followed is None:
        return np.zeros((1, size), np.int8)
    spec, run = followed.run.spec, followed.run
    values = known[leaf.kpi][1][:, run.first - known[leaf.kpi][0].first :]
    rule = followed.rule
    if isinstance(leaf, Improves) and leaf.other:
        other, simulated = known[leaf.other]
        rule = replace(rule, control=simulated[:, run.first - other.first :])  # type: ignore[type-var]  # it is a Control
    found = track(spec, values, rule, leaf.qualifiers, followed.ask)
    looks = np.array([periods.last_complete(day, spec.cadence) - run.first for day in days])
    picked: Codes = found.outcome[:, np.clip(looks, 0, values.shape[1] - 1)]
    return np.where(looks < 0, 0, picked).astype(np.int8)


def _extended(history: Series, ahead: Floats, moment: Moment) -> tuple[Series, Floats]:
    """The history up to the moment with one of its futures, and with all of them: (paths, periods, numbers)."""
    last = min(periods.last_complete(moment.as_of, history.spec.cadence), history.last or 0)
    past = history.between(history.first, last)
    seen = np.flatnonzero(past.present)
    rows = past.values[: int(seen[-1]) + 1]
    every = np.concatenate((np.broadcast_to(rows, (len(ahead), *rows.shape)), ahead), axis=1)
    if history.spec.kind is Kind.COUNT:
        every = np.where(np.isnan(every), 0.0, every) if not np.isnan(rows).any() else every
    return Series(history.spec, history.first, every[0]), every
