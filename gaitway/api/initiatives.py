from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AfterValidator, Field, StringConstraints

from gaitway.actions import Refused, initiatives, plans, stages
from gaitway.actions.turns import turn
from gaitway.engine.stages import Move
from gaitway.models import Initiative as Row
from gaitway.models import Objective, Stage
from gaitway.models import Person as PersonRow
from gaitway.queries import editing
from gaitway.queries import initiatives as asked

from . import portfolio
from .people import somebody
from .plans import StagePlanning
from .scopes import ACT
from .values import (
    Day,
    Decision,
    Expected,
    FeedItem,
    Finding,
    In,
    KpiRef,
    Line,
    Mark,
    OnPaper,
    Out,
    Person,
    Point,
    Reason,
    Responsibility,
    Step,
    text,
    viewer,
)

router = Router()
Long = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(text)]
Area = Annotated[str, StringConstraints(max_length=200), AfterValidator(text)]


class Member(Out):
    person: Person
    role: str


class Goal(Out):
    kpi: KpiRef
    start: float | None
    target: float | None


class Gate(Out):
    stage_id: str = Field(validation_alias="pk")
    from_stage: str
    to_stage: str
    verdict: str
    met: int
    total: int
    findings: list[Finding]
    judged_at: datetime | None
    due: date | None
    proposal: str
    open: bool
    expected: Expected | None


class Series(Out):
    kpi: KpiRef
    points: list[Point]
    target: float | None
    baseline: float | None
    marks: list[Mark]
    source: str
    as_of: date | None


class KpiLine(Out):
    kpi: KpiRef = Field(validation_alias="ref")
    now: float | None
    target: float | None
    points: list[Point]
    result: str | None
    role: str


class TaskLine(Out):
    task_id: int = Field(validation_alias="pk")
    name: str
    owner: Person | None
    due: date | None
    done: bool
    late: bool


class ChecklistLine(Out):
    item_id: int = Field(validation_alias="pk")
    text: str
    done: bool


class Initiative(Out):
    initiative_id: str = Field(validation_alias="key")
    name: str
    hypothesis: str
    objective: str
    area: str
    state: str
    sponsor: Person | None
    lead: Person | None
    people: list[Member]
    steps: list[Step]
    stage_since: date | None
    outcome: Goal | None
    gate: Gate | None
    series: Series | None
    kpis: list[KpiLine]
    tasks: list[TaskLine]
    checklist: list[ChecklistLine]
    decisions: list[Decision]
    history: list[FeedItem]
    can_edit: bool
    can_decide: bool
    on_paper: list[OnPaper]
    who: list[Responsibility]


class Adding(In):
    """A new initiative, proposed. `objective` as strategy/objective; sponsor and lead by their e-mail. `stages`: the plans
    of stages by their keys; `like`: the initiative of the same strategy whose rules, checklists and tasks it takes over."""

    objective: Annotated[str, Field(max_length=121)]
    name: Line
    key: Annotated[str, Field(max_length=60)] = ""
    hypothesis: Long = ""
    area: Area = ""
    restricted: bool = False
    sponsor: Annotated[str, Field(max_length=254)] = ""
    lead: Annotated[str, Field(max_length=254)] = ""
    stages: Annotated[dict[str, StagePlanning], Field(max_length=20)] = {}
    like: Annotated[str, Field(max_length=130)] = ""


class Changing(In):
    """What is left out stays as it is. Objective, spending and needs by their keys within the strategy. `version`: that
    of the fields as you had seen them, else in the header If-Match."""

    name: Line | None = None
    hypothesis: Long | None = None
    objective: Annotated[str, Field(max_length=60)] | None = None
    area: Area | None = None
    restricted: bool | None = None
    spending: Annotated[str, Field(max_length=60)] | None = None
    needs: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=1000)] | None = None
    version: Annotated[str, Field(max_length=16)] | None = None


class Fields(Out):
    """What can be changed, and the version to send back with it."""

    initiative_id: str = Field(validation_alias="key")
    name: str
    hypothesis: str
    objective: str
    area: str
    restricted: bool
    spending: str
    needs: list[str]
    version: str
    may: list[str]


class Why(In):
    reason: Reason


class Moving(In):
    move: Literal["start", "pause", "resume"]
    reason: Reason = ""
    effective_on: Day | None = None


class Moved(Out):
    number: int
    move: str
    state: str = Field(validation_alias="to_state")
    stage: str = Field(validation_alias="to_stage")
    effective_on: date


@router.get("/initiatives", response=portfolio.Portfolio)
def listed(
    request: HttpRequest,
    q: str = "",
    show: Literal["all", "mine", "decide"] = "all",
    stage: str = "",
    state: str = "",
    lead: Annotated[str, Field(max_length=254)] = "",
    area: Annotated[str, Field(max_length=200)] = "",
    objective: Annotated[str, Field(max_length=130)] = "",
    outlook: Literal["", "on track", "at risk", "off track", "none", "disagrees"] = "",
    sort: str = "",
    page: int = 1,
) -> dict[str, object]:
    """The portfolio, a page of 100 at a time, worst first. `lead` is an e-mail, `me` or `none`; `area` a name or `none`."""
    said = {
        "q": q, "show": show, "stage": stage, "state": state, "objective": objective, "outlook": outlook, "sort": sort,
    }  # fmt: skip
    return portfolio.page(viewer(request), said, lead=lead, area=area, number=page)


@router.get("/initiatives/{pair:initiative_id}", response=Initiative)
def one(request: HttpRequest, initiative_id: str) -> asked.InitiativePage:
    return asked.page(viewer(request), initiative_id, timezone.localdate())


@router.post("/initiatives", response={201: Fields}, auth=ACT)
def add(request: HttpRequest, adding: Adding) -> Status[object]:
    """Puts an initiative forward in an objective."""
    person, at = viewer(request), timezone.now()
    objective = editing.objective(person, adding.objective)
    like = _like(person, adding.like, objective) if adding.like else None
    with turn():
        made = initiatives.add(
            objective, adding.name, key=adding.key, hypothesis=adding.hypothesis, area=adding.area,
            restricted=adding.restricted, sponsor=_known(person, adding.sponsor), lead=_known(person, adding.lead),
            by=person, at=at, today=timezone.localdate(),
        )  # fmt: skip
        for key, planning in adding.stages.items():
            if key not in made.strategy.ladder.keys:
                known = ", ".join(made.strategy.ladder.keys)
                raise Refused(f"stages: {made.strategy.name} has no stage {key[:60]!r}: its stages are {known}.")
            plans.begin(Stage(initiative=made, key=key), **planning.values(), by=person, at=at)
        if like is not None:
            plans.copy(like, made, by=person, at=at)
    return Status(201, _fields(person, f"{made.strategy.key}/{made.key}"))


@router.get("/initiatives/{pair:initiative_id}/fields", response=Fields)
def fields(request: HttpRequest, initiative_id: str) -> dict[str, object]:
    """What can be changed of it, as it stands."""
    return _fields(viewer(request), initiative_id)


@router.patch("/initiatives/{pair:initiative_id}", response=Fields, auth=ACT)
def change(request: HttpRequest, initiative_id: str, changing: Changing) -> dict[str, object]:
    """Changes some of its fields; who, when and what was before stay in its history."""
    person = viewer(request)
    said = changing.model_dump(exclude_none=True, exclude={"version"})
    version = changing.version or request.headers.get("If-Match", "").strip('"')[:16] or None
    initiatives.change(editing.find(person, initiative_id), said, by=person, at=timezone.now(), version=version)
    return _fields(person, initiative_id)


@router.post("/initiatives/{pair:initiative_id}/retire", response={204: None}, auth=ACT)
def retire(request: HttpRequest, initiative_id: str, why: Why) -> Status[None]:
    """Takes it out of the strategy; its history stays."""
    person = viewer(request)
    initiatives.retire(editing.find(person, initiative_id), reason=why.reason, by=person, at=timezone.now())
    return Status(204, None)


@router.post("/initiatives/{pair:initiative_id}/bring-back", response={204: None}, auth=ACT)
def bring_back(request: HttpRequest, initiative_id: str) -> Status[None]:
    person = viewer(request)
    initiatives.bring_back(editing.find(person, initiative_id, retired=True), by=person, at=timezone.now())
    return Status(204, None)


def _fields(person: PersonRow, key: str) -> dict[str, object]:
    page = editing.page(person, key)
    return {"key": key, **page.values, "version": page.version, "may": sorted(page.may)}


def _like(person: PersonRow, key: str, objective: Objective) -> Row:
    """Raises Refused."""
    try:
        found = asked.find(person, key)
    except Row.DoesNotExist:
        found = None
    if found is None or found.strategy_id != objective.strategy_id:
        raise Refused(
            f"like: there is no initiative {key!r} in {objective.strategy.name} whose plan it could take over."
        )
    return found


def _known(person: PersonRow, email: str) -> PersonRow | None:
    return somebody(person, email) if email else None


@router.post("/initiatives/{pair:initiative_id}/moves", response={201: Moved}, auth=ACT)
def move(request: HttpRequest, initiative_id: str, moving: Moving) -> Status[object]:
    """Starts, pauses or resumes it. What moves on to the next stage is decided at the gate."""
    person, today = viewer(request), timezone.localdate()
    initiative = asked.find(person, initiative_id)
    on = moving.effective_on or today
    if on > today:
        raise Refused(f"effective_on {on} lies in the future.")
    change = stages.steer(
        initiative, Move(moving.move), reason=moving.reason, by=person, at=timezone.now(), effective_on=on
    )
    return Status(201, change)
