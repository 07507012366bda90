"""Has a KPI changed, or does it do what it usually does?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gaitway.engine import behaviour as engine
from gaitway.engine import periods
from gaitway.engine.behaviour import Assurance, Behaviour, Variation
from gaitway.engine.kpis import Direction
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Series
from gaitway.engine.signals import Signal
from gaitway.models import Kpi, LimitReset, Person
from gaitway.queries import rights
from gaitway.queries.values import KpiRef, Mark, Point, points
from gaitway.queries.words import behaviour as words

LONGEST = 104  # periods that are looked back on


@dataclass(frozen=True, slots=True)
class Sign:
    """An icon with its words. `shape` is rise, fall or usual, above, across or below the target, or unknown; `tone` is good,
    bad or plain."""

    shape: str
    tone: str
    words: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Usual:
    """What the KPI usually does from one period to another, by their first days."""

    first: date
    last: date
    mean: float
    lower: float
    upper: float
    provisional: bool


@dataclass(frozen=True, slots=True)
class Period:
    """One period with the limits of its phase; `why` says what makes it a signal. A value of None is a gap."""

    day: date
    value: float | None
    low: float | None
    high: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reset:
    day: date
    reason: str
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class BehaviourPanel:
    """`signals` gives the days with a signal and its tone; `marks` are the re-sets that the drawing shows."""

    kpi: KpiRef
    sentence: str
    variation: Sign
    assurance: Sign
    periods: list[Period]
    usual: list[Usual]
    signals: dict[date, str]
    target: float | None
    marks: list[Mark]
    resets: list[Reset]
    can_reset: bool


def since(today: date) -> dict[Cadence, date]:
    """By cadence: the day from which a history is looked back on."""
    return {cadence: today - timedelta(days=int(LONGEST * cadence.days)) for cadence in Cadence}


def resets(kpis: Collection[Kpi]) -> dict[int, list[LimitReset]]:
    """By KPI, in the order of their periods. One query."""
    found: dict[int, list[LimitReset]] = defaultdict(list)
    for reset in LimitReset.objects.filter(kpi__in=kpis).select_related("by"):
        found[reset.kpi_id].append(reset)
    return found


def judged(series: Series, reset: Collection[LimitReset], today: date) -> Behaviour:
    """From the first number that is looked back on."""
    cadence = series.spec.cadence
    return engine.of(_recent(series, today), [periods.index(each.period, cadence) for each in reset])


def variation(found: Behaviour, *, fresh: bool) -> Sign:
    """Without fresh data nobody knows whether it has changed meanwhile."""
    if found.variation is Variation.TOO_LITTLE or not fresh:
        return Sign("unknown", "plain", words.variation(found) if fresh else words.stale())
    shape = "usual" if found.newest is None else "rise" if found.newest.high else "fall"
    tone = {Variation.IMPROVING: "good", Variation.WORSENING: "bad"}.get(found.variation, "plain")
    return Sign(shape, tone, words.variation(found), words.variation_means(found.variation))


def assurance(found: Behaviour, target: float | None, *, fresh: bool) -> Sign:
    """What it would do to its target, each time, if it went on as it is."""
    value, limits = found.assurance, found.phases[-1].limits if found.phases else None
    if not fresh and value is not Assurance.NO_TARGET:
        return Sign("unknown", "plain", words.stale())
    said = words.assurance(found), words.assurance_means(value)
    if value not in (Assurance.HITS, Assurance.MISSES, Assurance.HIT_AND_MISS) or limits is None or target is None:
        return Sign("unknown", "plain", *said)
    shape = "above" if limits.lower >= target else "below" if limits.upper <= target else "across"
    return Sign(shape, {Assurance.HITS: "good", Assurance.MISSES: "bad"}.get(value, "plain"), *said)


def panel(
    kpi: Kpi, series: Series, reset: Sequence[LimitReset], viewer: Person, today: date, *, fresh: bool
) -> BehaviourPanel:
    """`fresh` as the page of the KPI says it."""
    ref, cadence, found = KpiRef.of(kpi), series.spec.cadence, judged(series, reset, today)
    shown = _recent(series, today)
    usual = [
        Usual(
            periods.start(phase.first, cadence), periods.start(phase.last, cadence), phase.limits.mean,
            phase.limits.lower, phase.limits.upper, phase.provisional,
        )
        for phase in found.phases
        if phase.limits
    ]  # fmt: skip
    signals = {periods.start(signal.period, cadence): signal for signal in found.signals}
    return BehaviourPanel(
        kpi=ref,
        sentence=words.sentence(found, ref, fresh=fresh),
        variation=variation(found, fresh=fresh),
        assurance=assurance(found, kpi.target, fresh=fresh),
        periods=[_period(point, usual, signals.get(point.day)) for point in points(shown)],
        usual=usual,
        signals={day: _tone(signal, series.spec.direction) for day, signal in signals.items()},
        target=kpi.target,
        marks=[Mark(each.period, each.reason) for each in reset],
        resets=[Reset(each.period, each.reason, each.by, each.at) for each in reversed(reset)],
        can_reset=rights.may_reset_limits(viewer, kpi),
    )


def _recent(series: Series, today: date) -> Series:
    """From the first number in the periods that are looked back on, whatever else was read from the database."""
    cadence = series.spec.cadence
    first = periods.first_whole(since(today)[cadence], cadence)
    known = [number for number in (series.present.nonzero()[0] + series.first).tolist() if number >= first]
    return series.since(known[0] if known else series.first)


def _period(point: Point, usual: Sequence[Usual], signal: Signal | None) -> Period:
    here = next((each for each in usual if each.first <= point.day <= each.last), None)
    low, high = (here.lower, here.upper) if here else (None, None)
    return Period(point.day, point.value, low, high, words.why(signal) if signal else "")


def _tone(signal: Signal, direction: Direction) -> str:
    if direction is Direction.WITHIN:
        return "plain"
    return "good" if signal.high == (direction is Direction.UP) else "bad"
