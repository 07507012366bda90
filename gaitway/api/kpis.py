from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import AliasPath, BeforeValidator, Field, StringConstraints

from gaitway.actions import Refused, kpis
from gaitway.engine.triggers import TriggerError
from gaitway.queries import kpis as asked
from gaitway.queries import trials

from .scopes import ACT
from .values import Day, In, Mark, Out, Person, Point, Reason, Target, viewer

router = Router()


class Sign(Out):
    shape: str
    tone: str
    words: str
    means: str


class Named(Out):
    kpi_id: str = Field(validation_alias=AliasPath("ref", "key"))
    name: str = Field(validation_alias=AliasPath("ref", "name"))
    kind: str = Field(validation_alias=AliasPath("ref", "kind"))
    unit: str = Field(validation_alias=AliasPath("ref", "unit"))
    direction: str = Field(validation_alias=AliasPath("ref", "direction"))
    cadence: str = Field(validation_alias=AliasPath("ref", "cadence"))


class KpiRow(Named):
    definition: str
    owner: Person | None
    source: str
    now: float | None
    target: float | None
    baseline: float | None
    points: list[Point]
    last: date | None
    fresh: str
    variation: Sign
    assurance: str
    used_by: int


class Library(Out):
    rows: list[KpiRow]
    total: int
    stale: int
    no_target: int


class Usual(Out):
    first: date
    last: date
    mean: float
    lower: float
    upper: float
    provisional: bool


class BehaviourPeriod(Out):
    day: date
    value: float | None
    low: float | None
    high: float | None
    why: str


class Reset(Out):
    day: date
    reason: str
    by: Person
    at: datetime


class Behaviour(Out):
    """Whether the KPI changed: its limits, the days with a signal and their tone, the re-sets of its limits."""

    sentence: str
    variation: Sign
    assurance: Sign
    periods: list[BehaviourPeriod]
    usual: list[Usual]
    signals: Annotated[dict[str, str], BeforeValidator(lambda found: {str(day): tone for day, tone in found.items()})]
    resets: list[Reset]
    can_reset: bool


class ForecastStep(Out):
    day: date
    median: float
    low50: float
    high50: float
    low80: float
    high80: float


class Forecast(Out):
    steps: list[ForecastStep]
    as_of: date | None
    sentence: str
    notes: list[str]
    refused: str


class Revision(Out):
    period: date
    before: float | None
    after: float | None
    at: datetime
    by: str


class Use(Out):
    target: Target
    stage: str
    state: str
    role: str


class Kpi(Named):
    definition: str
    owner: Person | None
    now: float | None
    target: float | None
    baseline: float | None
    tolerance: float | None
    points: list[Point]
    marks: list[Mark]
    fresh: str
    last: date | None
    pulled_at: datetime | None
    fault: str
    assurance: str
    source: str
    sql: str
    revisions: list[Revision]
    used_by: list[Use]
    behaviour: Behaviour
    forecast: Forecast = Field(validation_alias="fan")


class Resetting(In):
    period: Day
    reason: Reason


class LimitReset(Out):
    reset_id: int = Field(validation_alias="pk")
    period: date
    reason: str
    at: datetime


class TrialTurn(Out):
    day: date
    outcome: str


class Trial(Out):
    """When the trigger would have fired, and how often in histories without its effect (`shuffled`, `at_target`)."""

    trigger: str
    kpi: str
    first: date = Field(validation_alias="from")
    last: date = Field(validation_alias="to")
    periods: int
    fired: date | None
    turns: list[TrialTurn]
    shuffled: float | None
    at_target: float | None
    wanted: dict[str, Any]
    histories: int


@router.get("/kpis", response=Library)
def library(
    request: HttpRequest, q: str = "", show: Literal["", "stale", "misses", "no_target"] = ""
) -> asked.KpiLibrary:
    return asked.library(viewer(request), {"q": q, "show": show}, timezone.localdate())


@router.get("/kpis/{pair:kpi_id}", response=Kpi)
def one(request: HttpRequest, kpi_id: str) -> asked.KpiPage:
    """Values, what it usually does, what is to come, where it comes from and who reads it."""
    return asked.page(viewer(request), kpi_id, timezone.localdate())


@router.post("/kpis/{pair:kpi_id}/limits", response={201: LimitReset}, auth=ACT)
def reset_limits(request: HttpRequest, kpi_id: str, resetting: Resetting) -> Status[object]:
    """What the KPI usually does is worked out anew from a period on."""
    person = viewer(request)
    kpi = asked.find(person, kpi_id)
    made = kpis.reset_limits(kpi, resetting.period, resetting.reason, by=person, at=timezone.now())
    return Status(201, made)


@router.get("/kpis/{pair:kpi_id}/trial", response=Trial)
def trial(
    request: HttpRequest,
    kpi_id: str,
    trigger: Annotated[str, StringConstraints(min_length=1, max_length=1000)],
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> dict[str, object]:
    """A trigger tried on the KPI's history; five years at most."""
    try:
        return trials.tried(viewer(request), kpi_id, trigger, first, last).as_json()
    except (TriggerError, trials.CantTry) as error:
        raise Refused(f"{error}") from None
