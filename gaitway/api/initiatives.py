from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from gaitway.actions import Refused, roles, stages
from gaitway.engine.stages import Move
from gaitway.models import Person as PersonRow
from gaitway.queries import initiatives as asked
from gaitway.queries import portfolio
from gaitway.queries import roles as asked_roles

from .scopes import ACT
from .values import (
    Day,
    Decision,
    Expected,
    FeedItem,
    Finding,
    In,
    KpiRef,
    Mark,
    OnPaper,
    Out,
    Person,
    Point,
    Reason,
    Step,
    viewer,
)

router = Router()
ORDERS = ("", *(sign + name for name in ("name", "stage", "gate", "checked") for sign in ("", "-")))


class Counts(Out):
    total: int
    on_track: int
    at_risk: int
    off_track: int
    no_data: int
    resting: int


class ToDecide(Out):
    stage_id: str = Field(validation_alias="gate")
    initiative_name: str
    state: str
    from_stage: str
    to_stage: str
    verdict: str
    met: int
    total: int
    due: date | None
    since: date
    proposal: str


class InitiativeRow(Out):
    initiative_id: str = Field(validation_alias="key")
    name: str
    lead: Person | None
    sponsor: Person | None
    area: str
    objective: str
    stage: str = Field(validation_alias="stage_name")
    state: str
    steps: list[Step]
    kpi: KpiRef | None
    points: list[Point]
    now: float | None
    target: float | None
    baseline: float | None
    met: int | None
    total: int | None
    gate_due: date | None
    gate_to: str
    checked: date | None
    decide: str | None
    mine: bool


class Portfolio(Out):
    counts: Counts
    to_decide: list[ToDecide]
    to_decide_total: int
    rows: list[InitiativeRow]
    found: int
    page: int
    pages: int
    wrong: float | None


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


class Responsibility(Out):
    """Who does what: of the initiative where `task_id` is null, else of the task. `fault`: where nobody is accountable."""

    what: str
    task_id: int | None = Field(validation_alias="task")
    responsible: list[Person]
    accountable: Person | None
    consulted: list[Person]
    informed: list[Person]
    fault: str


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


class Giving(In):
    """A role of a person in the initiative."""

    person: Annotated[str, Field(max_length=254, description="The e-mail")]
    role: Literal["sponsor", "lead", "contributor", "consulted", "viewer"]


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


@router.get("/initiatives", response=Portfolio)
def listed(
    request: HttpRequest,
    q: str = "",
    show: Literal["all", "mine", "decide"] = "all",
    stage: str = "",
    state: str = "",
    sort: str = "",
    page: int = 1,
) -> dict[str, object]:
    """The portfolio, a page of 100 at a time, worst first."""
    if sort not in ORDERS or state not in ("", *portfolio.ORDER):
        raise Refused(f"sort is one of {', '.join(ORDERS[1:])}; state one of {', '.join(portfolio.ORDER)}.")
    filters = portfolio.Filters.of({"q": q, "show": show, "stage": stage, "state": state, "sort": sort})
    found = portfolio.portfolio(viewer(request), filters, timezone.localdate(), min(page, 10**9))
    rows = [row for group in found.groups for row in group.rows]
    names = ("counts", "to_decide", "to_decide_total", "found", "page", "pages", "wrong")
    return {"rows": rows, **{name: getattr(found, name) for name in names}}


@router.get("/initiatives/{pair:initiative_id}", response=Initiative)
def one(request: HttpRequest, initiative_id: str) -> asked.InitiativePage:
    return asked.page(viewer(request), initiative_id, timezone.localdate())


@router.post("/initiatives/{pair:initiative_id}/roles", response=list[Responsibility], auth=ACT)
def give(request: HttpRequest, initiative_id: str, giving: Giving) -> list[asked_roles.Line]:
    """Gives a role; a sponsor and a lead take the place of the one before. Answers who does what then."""
    person = viewer(request)
    initiative = asked.find(person, initiative_id)
    roles.give(somebody(person, giving), giving.role, initiative, by=person, at=timezone.now())
    return asked.page(person, initiative_id, timezone.localdate()).who


@router.post("/initiatives/{pair:initiative_id}/roles/take", response=list[Responsibility], auth=ACT)
def take(request: HttpRequest, initiative_id: str, giving: Giving) -> list[asked_roles.Line]:
    """Takes a role back, but never the last sponsor or lead. Answers who does what then."""
    person = viewer(request)
    initiative = asked.find(person, initiative_id)
    roles.take(somebody(person, giving), giving.role, initiative, by=person, at=timezone.now())
    return asked.page(person, initiative_id, timezone.localdate()).who


def somebody(person: PersonRow, giving: Giving) -> PersonRow:
    """Raises Refused."""
    found = PersonRow.objects.visible_to(person).filter(email=giving.person.lower()).first()
    if found is None:
        raise Refused(f"There is nobody with the e-mail {giving.person!r} here. GET /people lists them.")
    return found


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
