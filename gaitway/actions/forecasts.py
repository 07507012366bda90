"""What is expected, kept so that it can be compared with what comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from gaitway.actions import jobs
from gaitway.actions.turns import turn
from gaitway.engine.phrases import Phrase
from gaitway.engine.stages import State
from gaitway.models import Forecast, Job, Kpi, Observation, Stage
from gaitway.queries import forecasts as asked
from gaitway.queries import observations

APART = timedelta(days=7)  # between two kept forecasts of a KPI: what overlaps tells little more


def ask(stage: Stage, *, at: datetime) -> None:
    jobs.ask(Job.Kind.FORECAST, f"forecast:stage:{stage.pk}", {"stage": stage.pk}, at=at)


def keep_values(kpi: Kpi, *, as_of: date, at: datetime) -> Forecast | None:
    """The median and the bands of the KPI's next periods; at most once a week. None where there is too little
    history, or there is one already."""

    def is_known() -> bool:
        newest = Forecast.objects.filter(kpi=kpi, about=Forecast.About.VALUES).order_by("-as_of").first()
        return newest is not None and as_of - newest.as_of < APART

    if is_known():
        return None
    ahead = asked.ahead(observations.series([kpi])[kpi.pk], as_of)
    if ahead is None:
        return None
    made = Forecast(kpi=kpi, about=Forecast.About.VALUES, as_of=as_of, at=at, numbers=ahead.as_json())
    return _keep(made, of=kpi, is_known=is_known)


def due(as_of: date) -> QuerySet[Kpi]:
    """The KPIs with numbers that have had no forecast for a week."""
    lately = Forecast.objects.filter(kpi=OuterRef("pk"), about=Forecast.About.VALUES, as_of__gt=as_of - APART)
    known = Observation.objects.filter(kpi=OuterRef("pk"))
    return Kpi.objects.filter(Exists(known), ~Exists(lately), retired_at=None).select_related("strategy").order_by("pk")


def keep_gate(stage: Stage, *, as_of: date, at: datetime) -> Forecast | None:
    """When the trigger of the present stage will be judged met; the one of the same day is kept as it was."""
    initiative = stage.initiative
    if initiative.state != State.ACTIVE or initiative.stage_key != stage.key or not stage.trigger:
        return None
    about = Forecast.About.GATE
    is_known = Forecast.objects.filter(stage=stage, about=about, as_of=as_of).exists
    if is_known():
        return None
    numbers = asked.gate(stage, as_of)
    if not numbers:
        return None
    return _keep(Forecast(stage=stage, about=about, as_of=as_of, at=at, numbers=numbers), of=stage, is_known=is_known)


def keep_proof(stage: Stage, *, as_of: date, at: datetime, pilots: int = 100) -> Forecast | None:
    """Whether the stage's dates can prove its trigger; anew only where trigger, dates or what is known changed.
    `pilots`: how many are simulated."""
    from gaitway.queries import proofs

    if stage.initiative.retired_at or not stage.trigger:
        return None
    spec = {"trigger": stage.trigger, "starts": str(stage.starts), "ends": str(stage.ends)}

    def is_known() -> bool:
        newest = Forecast.objects.filter(stage=stage, about=Forecast.About.PROOF).order_by("-as_of", "-pk").first()
        return newest is not None and newest.numbers["spec"] == spec and as_of - newest.as_of < 4 * APART

    if is_known():
        return None
    found = [
        each.as_json() | ({"said": each.missing.kept()} if isinstance(each.missing, Phrase) else {})
        for each in proofs.of(stage, as_of, count=pilots)
    ]
    if not found:
        return None
    numbers = {"spec": spec, "proofs": found}
    made = Forecast(stage=stage, about=Forecast.About.PROOF, as_of=as_of, at=at, numbers=numbers)
    return _keep(made, of=stage, is_known=is_known)


@turn()
def _keep(made: Forecast, *, of: Kpi | Stage, is_known: Callable[[], bool]) -> Forecast | None:
    """It was computed before, while nobody waited; kept where nobody else kept one meanwhile."""
    type(of)._default_manager.select_for_update(no_key=True).filter(pk=of.pk).first()
    if is_known():
        return None
    made.save(force_insert=True)
    return made
