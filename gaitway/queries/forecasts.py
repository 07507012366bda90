"""What is to come, and how good earlier forecasts were."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from gaitway.engine import forecasts as engine
from gaitway.engine import periods, prospects
from gaitway.engine.facts import Moment
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Series
from gaitway.models import Forecast, Kpi, Stage
from gaitway.queries.gates import History, parsed
from gaitway.queries.stages import standing

PATHS = 500
HORIZON = {Cadence.DAY: 28, Cadence.WEEK: 13, Cadence.MONTH: 6, Cadence.QUARTER: 4}  # periods
SEASON = {Cadence.DAY: 7, Cadence.WEEK: 52, Cadence.MONTH: 12, Cadence.QUARTER: 4}


@dataclass(frozen=True, slots=True)
class Step:
    """One period to come, by its first day, with its 50 % and 80 % intervals."""

    day: date
    median: float
    low50: float
    high50: float
    low80: float
    high80: float


@dataclass(frozen=True, slots=True)
class Ahead:
    steps: list[Step]
    provisional: bool
    chance: float | None  # of reaching the KPI's target within these periods

    def as_json(self) -> dict[str, Any]:
        numbers = ("median", "low50", "high50", "low80", "high80")
        rows = [[step.day.isoformat(), *(getattr(step, name) for name in numbers)] for step in self.steps]
        return {"steps": rows, "provisional": self.provisional, "chance": self.chance}


@dataclass(frozen=True, slots=True)
class Track:
    """How often the 80 % band held what came, and how many forecasts could be compared."""

    held: int
    compared: int


def ahead(series: Series, as_of: date) -> Ahead | None:
    """The next periods of a KPI after the end of `as_of`; None where there is too little history."""
    spec = series.spec
    if series.last is None:
        return None
    last = min(series.last, periods.last_complete(as_of, spec.cadence))
    known = series.between(series.first, last)
    size = HORIZON[spec.cadence.unit]
    low, high = _range(spec.kind)
    try:
        paths = engine.paths(
            known.estimates(), size, PATHS, seed(spec.key, last), season=SEASON[spec.cadence.unit], low=low, high=high
        )
    except engine.TooShort:
        return None
    fan = engine.fan(paths)
    steps = [
        Step(
            periods.start(last + 1 + i, spec.cadence), float(fan.median[i]), float(fan.low[0, i]),
            float(fan.high[0, i]), float(fan.low[1, i]), float(fan.high[1, i]),
        )
        for i in range(size)
    ]  # fmt: skip
    chance = None
    if spec.target is not None and spec.direction != "within":
        chance = float(engine.chance_of(paths, spec.target, spec.direction == "up")[-1])
    return Ahead(steps, engine.is_provisional(known.estimates()), chance)


def track(kpi: Kpi, series: Series) -> Track:
    """Each kept forecast is compared once, at its last step that has come (or its last at all). One query."""
    estimates = series.estimates()
    held = compared = 0
    for made in Forecast.objects.filter(kpi=kpi, about=Forecast.About.VALUES):
        known = []
        for day, _median, _low50, _high50, low, high in made.numbers["steps"]:
            at = periods.index(date.fromisoformat(day), series.spec.cadence) - series.first
            if 0 <= at < len(estimates) and not math.isnan(estimates[at]):
                known.append(low <= estimates[at] <= high)
        if known and len(known) >= len(made.numbers["steps"]) // 4:
            compared += 1
            held += known[-1]
    return Track(held, compared)


def gate(stage: Stage, as_of: date) -> dict[str, Any] | None:
    """When the trigger of an initiative's present stage will be judged met, as it is kept; None without a trigger."""
    trigger = parsed(stage.trigger)
    stood = standing(list(stage.initiative.changes.order_by("number")), as_of)
    if trigger is None or stood is None or stood.place.stage != stage.key:
        return None
    history = History.of([stage])
    moment = Moment(as_of, stood.since, stage.ends, True, stood.begun)
    number = seed(f"{stage.initiative.key}/{stage.key}", as_of.toordinal())
    found = prospects.prospect(trigger, history.series(stage), history.facts(stage, moment), moment, seed=number)
    return {
        "chance": found.chance, "ever": found.ever, "days": [day and day.isoformat() for day in found.days],
        "until": found.until and found.until.isoformat(), "assumes": list(found.assumes),
        "provisional": found.provisional, "refused": found.refused, "short": found.short,
    }  # fmt: skip


def newest(stage: Stage, about: str) -> Forecast | None:
    return Forecast.objects.filter(stage=stage, about=about).order_by("-as_of", "-pk").first()


def seed(key: str, number: int) -> int:
    """The same forecast for the same data, on every machine."""
    return zlib.crc32(f"{key} {number}".encode())


def _range(kind: Kind) -> tuple[float | None, float | None]:
    return {Kind.PROPORTION: (0.0, 1.0), Kind.COUNT: (0.0, None)}.get(kind, (None, None))
