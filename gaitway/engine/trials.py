"""A trigger tried on history: when would it have fired, and how often by chance alone?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from . import periods
from .facts import Moment
from .following import follow
from .futures import continued
from .kpis import Kind
from .periods import Cadence
from .phrases import Phrase
from .rules import Control, Target
from .series import Floats, Series, Whole, parts, ratio_of
from .tracks import Codes, combined, track
from .triggers import show
from .triggers.errors import TriggerError
from .triggers.tree import (
    After,
    And,
    Approved,
    Between,
    Compare,
    Criterion,
    Done,
    Feedback,
    Improves,
    Money,
    Trigger,
    criteria,
    kpis,
)

SHUFFLES = 400
BLOCK = {Cadence.DAY: 7, Cadence.WEEK: 2, Cadence.MONTH: 1, Cadence.QUARTER: 1}  # periods that stay together
PORTIONS = (8, 4, 2, 1)

Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Trial:
    """`turns`: the days on which the outcome changed, with the new one (1 met, 0 unknown, -1 unmet). `shuffled`: in
    which share of histories with the same periods in another order it fires by the end: high where the level alone
    does it, low where it took the order, as a real improvement does. `at_target`: in which share it fires where the
    KPIs are truly only at what the trigger wants of them, `wanted`, with the spread they have: the false alarms. None
    where they can't be brought there."""

    fired: date | None
    turns: tuple[tuple[date, int], ...]
    shuffled: float
    at_target: float | None
    wanted: Mapping[str, float]
    shuffles: int
    periods: int


def trial(
    trigger: Trigger, series: Mapping[str, Series], first: date, last: date, *, seed: int = 0, count: int = SHUFFLES
) -> Trial:
    """Judged day by day as if a stage had begun on `first` and were planned to end on `last`. Raises TriggerError for
    a criterion that no KPI tells of, and where the KPIs have nothing in these days.

    Blocks of neighbouring periods are shuffled for the order, and drawn with replacement for the false alarms (Künsch
    1989), the same ones for every KPI, so that what moves two KPIs together goes on doing so."""
    for leaf in criteria(trigger):
        if not isinstance(leaf, Compare | Between | Improves | After):
            message = Phrase("only criteria on KPIs can be tried, not '%(criterion)s'", criterion=show(leaf))
            raise TriggerError(message, leaf.at)
        if len({series[key].spec.cadence for key in kpis(leaf)}) > 1:
            message = Phrase("a KPI is compared with one that has a value as often as it has")
            raise TriggerError(message, leaf.at)
    moment = Moment(last, first, last)
    real = {key: _cut(series[key], first, last) for key in kpis(trigger)}
    if not any(run.present.any() for run in real.values()):
        message = Phrase("there is nothing from %(first)s to %(last)s to try it on", first=first, last=last)
        raise TriggerError(message, trigger.at)
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    said = _outcomes(trigger, series, {key: run.values[None] for key, run in real.items()}, moment, days)[0]
    turns = tuple((days[i], int(said[i])) for i in range(len(days)) if i == 0 or said[i] != said[i - 1])
    random = np.random.default_rng(seed)
    mixed, drawn = _orders(real, count, random), _orders(real, count, random, again=True)
    shuffled, same = (
        {key: run.values[order[run.spec.cadence]] for key, run in real.items()} for order in (mixed, drawn)
    )
    wanted = {key: value for key in real if (value := _wanted(trigger, key, real, moment)) is not None}
    moved = {key: _moved(real[key], drawn[real[key].spec.cadence], wanted[key], random) for key in wanted}

    def fires(values: Mapping[str, Floats]) -> float:
        """The days in growing portions, since a history that has fired needn't be followed any further."""
        left = np.arange(count)
        for size in (len(days) // portion for portion in PORTIONS):
            until = {key: periods.last_complete(days[size - 1], run.spec.cadence) + 1 for key, run in real.items()}
            here = {key: values[key][left, : max(until[key] - run.first, 0)] for key, run in real.items()}
            if size and len(left):
                left = left[~(_outcomes(trigger, series, here, moment, days[:size]) == 1).any(axis=1)]
        return 1 - len(left) / count

    return Trial(
        next((day for day, code in turns if code == 1), None), turns, fires(shuffled),
        fires({**same, **moved}) if moved else None, wanted, count, max(len(run.values) for run in real.values()),
    )  # fmt: skip


def on_kpis(trigger: Trigger) -> tuple[Trigger | None, tuple[Criterion, ...]]:
    """The trigger without the criteria that no KPI tells of, where it asks for all of several; and those criteria:
    tasks, approvals, money. None where nothing is left."""
    parts = trigger.parts if isinstance(trigger, And) else (trigger,)
    left = tuple(part for part in parts if isinstance(part, Money | Done | Approved | Feedback))
    rest = tuple(part for part in parts if part not in left)
    if not any(kpis(part) for part in rest):
        return None, left
    return (rest[0] if len(rest) == 1 else And(rest, at=trigger.at)), left


def _cut(history: Series, first: date, last: date) -> Series:
    cadence = history.spec.cadence
    return history.between(periods.first_whole(first, cadence), periods.last_complete(last, cadence))


def _orders(real: Mapping[str, Series], count: int, random: Random, *, again: bool = False) -> dict[Cadence, Whole]:
    """`count` orders of the periods by cadence, (count, periods): their blocks in any order, the same block `again` or
    each once."""
    found: dict[Cadence, Whole] = {}
    for run in real.values():
        size, block = len(run.values), BLOCK[run.spec.cadence.unit]
        blocks = [np.arange(i, min(i + block, size)) for i in range(0, size, block)]
        number, whole = len(blocks), max(size // block, 1)
        if run.spec.cadence not in found and number:
            rows = [random.integers(whole, size=number) if again else random.permutation(number) for _ in range(count)]
            found[run.spec.cadence] = np.stack([np.concatenate([blocks[i] for i in row])[:size] for row in rows])
        found.setdefault(run.spec.cadence, np.empty((count, 0), np.intp))
    return found


def _outcomes(
    trigger: Trigger, series: Mapping[str, Series], values: Mapping[str, Floats], moment: Moment, days: list[date]
) -> Codes:
    """What the trigger says at the end of each day, shape (histories, days)."""
    size = max(len(each) for each in values.values())

    def said(leaf: Criterion, share: int) -> Codes:
        if isinstance(leaf, After):
            return np.broadcast_to(np.array([1 if day > leaf.day else 0 for day in days], np.int8), (size, len(days)))
        assert isinstance(leaf, Compare | Between | Improves)  # noqa: S101  # the others were refused
        # A baseline is compared with what came before the days of the trial.
        known = {
            key: continued(series[key], periods.first_whole(moment.started, series[key].spec.cadence), values[key][0])
            for key in kpis(leaf)
        }
        followed = follow(leaf, known, moment, share)
        if followed is None:
            return np.zeros((size, len(days)), np.int8)
        rule, run, tried = followed.rule, followed.run, values[leaf.kpi]
        if isinstance(rule, Control) and isinstance(leaf, Improves) and leaf.other:
            rule = replace(rule, control=values[leaf.other])
            tried = np.where(np.isnan(rule.control[..., :1]), np.nan, tried)
        found = track(run.spec, tried, rule, leaf.qualifiers, followed.ask)
        looks = np.array([periods.last_complete(day, run.spec.cadence) - run.first for day in days])
        picked: Codes = found.outcome[:, np.clip(looks, 0, found.outcome.shape[1] - 1)]
        return np.where(looks < 0, 0, picked).astype(np.int8)

    return np.broadcast_to(combined(trigger, said), (size, len(days)))


def _moved(run: Series, order: Whole, wanted: float, random: Random) -> Floats:
    """Histories drawn from the periods of a KPI, moved so that it is truly at `wanted` all the time: what it was about
    then is taken out of each period, how the periods differ about it is kept."""
    kind, moved, level = run.spec.kind, run.values[order], _level(run)[order]
    if kind is Kind.LEVEL:
        moved[..., 0] += wanted - level
    elif kind is Kind.MEAN:
        moved[..., 1] += wanted - level
    elif kind is Kind.RATIO:
        moved[..., 0] += (wanted - level) * moved[..., 1]
    else:
        moved[..., 0] = _thinned(kind, *parts(kind, moved), level, wanted, random)
    return moved


def _level(run: Series) -> Floats:
    """The pooled value of the blocks about each period, four to either side: shape (periods,)."""
    size, reach = len(run.values), 4 * BLOCK[run.spec.cadence.unit]
    upper, lower = (np.append(0.0, np.cumsum(np.nan_to_num(part))) for part in parts(run.spec.kind, run.values))
    at = np.arange(size)
    low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, size)
    return ratio_of(upper[high] - upper[low], lower[high] - lower[low])


def _thinned(kind: Kind, upper: Floats, lower: Floats, level: Floats, wanted: float, random: Random) -> Floats:
    """Each event is kept, or each miss turned, by chance, so that whole numbers spread as such numbers do."""
    events, sample = np.nan_to_num(upper), np.nan_to_num(lower)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.nan_to_num(wanted / level, nan=1.0, posinf=1.0)
        short = np.nan_to_num(np.maximum(wanted - level, 0.0))
        turned = np.clip(np.nan_to_num(short / (1 - level)), 0, 1)
    kept: Floats = np.minimum(times, 1.0)
    if np.any(events != np.rint(events)) or (kind is Kind.PROPORTION and np.any(sample != np.rint(sample))):
        found = np.minimum(events * times, sample) if kind is Kind.PROPORTION else events * times
    elif kind is Kind.PROPORTION:
        misses = (sample - events).astype(np.int64)
        found = random.binomial(events.astype(np.int64), kept) + random.binomial(misses, turned)
    else:
        found = random.binomial(events.astype(np.int64), kept) + random.poisson(short * sample)
    return np.where(np.isnan(upper), np.nan, found)


def _wanted(trigger: Trigger, key: str, real: Mapping[str, Series], moment: Moment) -> float | None:
    """What the trigger wants of a KPI; None where it is compared with nothing, or nothing is known of it."""
    if real[key].pooled()[0] is None:
        return None
    for leaf in criteria(trigger):
        if isinstance(leaf, Compare | Between | Improves) and leaf.kpi == key:
            followed = follow(leaf, real, moment)
            rule = followed.rule if followed else None
            if isinstance(rule, Target):
                return rule.low
            if isinstance(rule, Control):
                base, _ = real[leaf.other].pooled() if isinstance(leaf, Improves) and leaf.other else (None, 0.0)
                return None if base is None else base * rule.factor
    return None
