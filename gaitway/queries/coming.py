"""What is to come, as pages show it: of a KPI and of a trigger."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Max

from gaitway.engine import periods
from gaitway.engine.series import Series
from gaitway.models import Forecast, Kpi, Stage
from gaitway.queries import forecasts
from gaitway.queries.forecasts import HORIZON, Step
from gaitway.queries.values import KpiRef, Point, points
from gaitway.queries.words import findings
from gaitway.queries.words import forecasts as words

About = Forecast.About
Kept = dict[tuple[int, str], Forecast]  # by stage and what it is about


@dataclass(frozen=True, slots=True)
class Fan:
    """The next periods of a KPI; `refused` says why there is none. `notes` tell how far to trust it."""

    kpi: KpiRef
    target: float | None
    points: Sequence[Point] = ()
    steps: Sequence[Step] = ()
    as_of: date | None = None
    sentence: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """When the trigger of the present stage will be judged met, as it was kept. `days` are the 10, 25, 50, 75 and 90 %
    quantiles, None beyond `until`; `ends` is when the stage shall. `refused` says why nobody knows."""

    as_of: date
    sentence: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    days: Sequence[date | None] = (None,) * 5
    until: date | None = None
    ends: date | None = None
    refused: str = ""

    @property
    def span(self) -> tuple[date, date | None] | None:
        """The 80 % interval, open where its end lies beyond; None where it is more likely not to be met."""
        return (self.days[0], self.days[4]) if self.days[0] and self.days[2] else None


def fan(kpi: Kpi, series: Series, today: date, *, fresh: bool) -> Fan:
    """What the newest numbers tell of the next periods. One query."""
    ref, spec, as_of = KpiRef.of(kpi), series.spec, today - timedelta(days=1)
    size = int(np.isfinite(series.estimates()).sum())
    if size and not fresh:
        return Fan(ref, kpi.target, refused=words.stale(_end(series)))
    found = forecasts.ahead(series, as_of)
    if found is None:
        return Fan(ref, kpi.target, refused=words.too_short(size, ref.every))
    before = [point for point in points(series) if point.day < found.steps[0].day]
    now = next((point.value for point in reversed(before) if point.value is not None), None)
    steps, track = [_rounded(step) for step in found.steps], forecasts.track(kpi, series)
    last = steps[-1]
    sentence = words.ahead(
        last.low80, last.high80, last.day, ref, target=kpi.target,
        reached=_reached(now, kpi.target, spec.direction), hope=found.chance,
    )  # fmt: skip
    notes = [words.held(track.held, track.compared)]
    notes += [words.provisional(size, ref.every)] if found.provisional else []
    shown = before[-2 * HORIZON[spec.cadence.unit] :]
    return Fan(ref, kpi.target, shown, steps, as_of, sentence, [note for note in notes if note])


def newest(stages: Iterable[int]) -> Kept:
    """The newest of each kind, of stages by their numbers. One query."""
    kept = Forecast.objects.filter(stage__in=list(stages))
    latest = kept.order_by().values("stage", "about").annotate(newest=Max("pk")).values("newest")
    return {(each.stage_id or 0, each.about): each for each in Forecast.objects.filter(pk__in=latest)}


def expected(stage: Stage, made: Forecast | None, kpis: Mapping[str, Kpi]) -> Expected | None:
    """None where none was kept. `kpis` by key, those of the stage."""
    if made is None:
        return None
    numbers: dict[str, Any] = made.numbers
    if numbers["refused"]:
        key, known = numbers["short"] or ("", 0)
        return Expected(made.as_of, refused=words.refused(numbers["refused"], measured(kpis.get(key)), known))
    days = [day and date.fromisoformat(day) for day in numbers["days"]]
    until = date.fromisoformat(numbers["until"])
    notes = [words.assumed(numbers["assumes"]), words.unfirm() if numbers["provisional"] else ""]
    return Expected(
        made.as_of, words.met(numbers, days, until, stage.ends, made.as_of), [note for note in notes if note],
        days, until, stage.ends,
    )  # fmt: skip


def measured(kpi: Kpi | None) -> findings.Measured | None:
    return findings.Measured(kpi.name, kpi.kind, kpi.unit, kpi.every) if kpi else None


def _rounded(step: Step) -> Step:
    """To two digits of what its 50 % band leaves open: more would claim what nobody knows."""
    width = step.high50 - step.low50
    if width <= 0:
        return step
    places = 1 - math.floor(math.log10(width))
    numbers = ("median", "low50", "high50", "low80", "high80")
    return replace(step, **{name: round(getattr(step, name), places) for name in numbers})


def _reached(now: float | None, target: float | None, direction: str) -> bool:
    if now is None or target is None or direction == "within":
        return False
    return now >= target if direction == "up" else now <= target


def _end(series: Series) -> date:
    assert series.last is not None  # noqa: S101  # the caller has seen a number
    return periods.end(series.last, series.spec.cadence)
