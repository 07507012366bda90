"""What is to come, as pages show it: of a KPI, of a trigger, and of a stage that is still on paper."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Max

from gaitway.engine import periods
from gaitway.engine.logic import Outcome
from gaitway.engine.proofs import Proof
from gaitway.engine.series import Series
from gaitway.engine.stages import State
from gaitway.models import Forecast, Initiative, Kpi, Stage
from gaitway.queries import forecasts
from gaitway.queries.forecasts import HORIZON, Step
from gaitway.queries.gates import parsed
from gaitway.queries.proofs import Proved
from gaitway.queries.values import KpiRef, Point, points
from gaitway.queries.words import findings, proofs
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


@dataclass(frozen=True, slots=True)
class Provable:
    """One criterion on paper. `state`: yes, no or unknown."""

    state: str
    label: str
    sentence: str
    rests_on: str


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Whether the dates of a stage can prove what its trigger asks for, as it was kept."""

    stage: str
    as_of: date
    lines: Sequence[Provable]

    @property
    def provable(self) -> bool:
        """Nothing in it is known to be out of reach."""
        return all(line.state != "no" for line in self.lines)


def fan(kpi: Kpi, series: Series, today: date, *, fresh: bool) -> Fan:
    """What the newest numbers tell of the next periods. One query."""
    ref, spec, as_of = KpiRef.of(kpi), series.spec, today - timedelta(days=1)
    size = int(np.isfinite(series.estimates()).sum())
    if size and not fresh:
        return Fan(ref, kpi.target, refused=words.stale(_end(series)))
    found = forecasts.ahead(series, as_of)
    if found is None:
        return Fan(ref, kpi.target, refused=words.too_short(size, ref.cadence))
    before = [point for point in points(series) if point.day < found.steps[0].day]
    now = next((point.value for point in reversed(before) if point.value is not None), None)
    steps, track = [_rounded(step) for step in found.steps], forecasts.track(kpi, series)
    last = steps[-1]
    sentence = words.ahead(
        last.low80, last.high80, last.day, ref, target=kpi.target,
        reached=_reached(now, kpi.target, spec.direction), hope=found.chance,
    )  # fmt: skip
    notes = [words.held(track.held, track.compared)]
    notes += [words.provisional(size, ref.cadence)] if found.provisional else []
    shown = before[-2 * HORIZON[spec.cadence] :]
    return Fan(ref, kpi.target, shown, steps, as_of, sentence, [note for note in notes if note])


def newest(stages: Iterable[Stage]) -> Kept:
    """The newest of each kind. One query."""
    kept = Forecast.objects.filter(stage__in=[stage.pk for stage in stages])
    latest = kept.order_by().values("stage", "about").annotate(newest=Max("pk")).values("newest")
    return {(each.stage_id or 0, each.about): each for each in Forecast.objects.filter(pk__in=latest)}


def expected(stage: Stage, made: Forecast | None, kpis: Mapping[str, Kpi]) -> Expected | None:
    """None where none was kept. `kpis` by key, those of the stage."""
    if made is None:
        return None
    numbers: dict[str, Any] = made.numbers
    if numbers["refused"]:
        key, known = numbers["short"] or ("", 0)
        return Expected(made.as_of, refused=words.refused(numbers["refused"], _measured(kpis.get(key)), known))
    days = [day and date.fromisoformat(day) for day in numbers["days"]]
    until = date.fromisoformat(numbers["until"])
    notes = [words.assumed(numbers["assumes"]), words.unfirm() if numbers["provisional"] else ""]
    return Expected(
        made.as_of, words.met(numbers, days, until, stage.ends, made.as_of), [note for note in notes if note],
        days, until, stage.ends,
    )  # fmt: skip


def on_paper(stage: Stage, name: str, made: Forecast | None, kpis: Mapping[str, Kpi]) -> OnPaper | None:
    """None where none was kept of the stage as it is planned now."""
    if made is None or made.numbers["spec"] != _plan(stage):
        return None
    return OnPaper(name, made.as_of, [_provable(_proved(row), kpis) for row in made.numbers["proofs"]])


def papers(initiative: Initiative, here: Stage | None, kept: Kept) -> dict[str, OnPaper]:
    """By stage: the present one while its trigger isn't met, and those ahead. From prefetched stages."""
    if initiative.state in (State.STOPPED, State.FINISHED):
        return {}
    ladder, stages = initiative.strategy.ladder, {stage.key: stage for stage in initiative.stages.all()}
    met = here is not None and here.latest is not None and here.latest.outcome == Outcome.MET
    first = ladder.position(here.key) + met if here else 0
    found = {}
    for rung in ladder.rungs[first:]:
        if stage := stages.get(rung.key):
            kpis = {kpi.key: kpi for kpi in stage.kpis.all()}
            if paper := on_paper(stage, rung.name, kept.get((stage.pk, About.PROOF)), kpis):
                found[rung.key] = paper
    return found


def _provable(proved: Proved, kpis: Mapping[str, Kpi]) -> Provable:
    leaf, like = parsed(proved.criterion), _measured(kpis.get(proved.kpi))
    state = {True: "yes", False: "no", None: "unknown"}[proved.provable]
    measured = {proved.kpi: like} if like else {}
    label = findings.label(leaf, measured) if leaf else proved.criterion  # type: ignore[arg-type]  # it is one criterion
    like = like or findings.PLAIN
    return Provable(state, label, proofs.sentence(proved, like), proofs.rests_on(proved, like))


def _proved(row: Mapping[str, Any]) -> Proved:
    """From as it is kept."""

    def read(numbers: Mapping[str, Any] | None) -> Proof | None:
        return Proof(**{**numbers, "days": tuple(numbers["days"])}) if numbers else None

    named = {name: row[name] for name in ("criterion", "kpi", "by_stage_end", "history")}
    return Proved(**named, proof=read(row["proof"]), other=read(row["other"]), missing=row["missing"] or "")


def _plan(stage: Stage) -> dict[str, str]:
    """As `actions.forecasts.keep_proof` keeps it."""
    return {"trigger": stage.trigger, "starts": str(stage.starts), "ends": str(stage.ends)}


def _measured(kpi: Kpi | None) -> findings.Measured | None:
    return findings.Measured(kpi.name, kpi.kind, kpi.unit, kpi.cadence) if kpi else None


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
