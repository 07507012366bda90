from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from gaitway.actions import Refused, stages
from gaitway.actions import roadmap as actions
from gaitway.engine.plans import Rest
from gaitway.lib import days
from gaitway.models import Initiative
from gaitway.queries import initiatives, portfolio
from gaitway.queries import roadmap as asked
from gaitway.queries.roadmap import moving
from gaitway.queries.roadmap.values import Need

from .scopes import ACT
from .values import Day, In, KpiRef, Out, Person, Reason, viewer

router = Router()
Dates = tuple[date | None, date | None]


class Bar(Out):
    """A stage from its first day up to, and without, `until`. `status`: done, current, ahead or stopped."""

    stage: str = Field(validation_alias="key")
    name: str
    status: str
    starts: date
    until: date


class RoadmapGate(Out):
    """The end of a stage. `kind`: passed, coming, late or stopped."""

    stage_id: str = Field(validation_alias="key")
    stage: str
    to: str
    on: date
    kind: str


class RoadmapMark(Out):
    milestone_id: int = Field(validation_alias="pk")
    name: str
    on: date
    done: bool
    late: bool


class Tail(Out):
    """When the present gate will be met: in half, and in four of five futures; null beyond `until`."""

    middle: date
    high: date | None
    until: date


class Row(Out):
    initiative_id: str = Field(validation_alias="key")
    name: str
    lead: Person | None
    sponsor: Person | None
    area: str
    objective: str
    stage: str
    state: str
    bars: list[Bar]
    gates: list[RoadmapGate]
    milestones: list[RoadmapMark] = Field(validation_alias="marks")
    forecast: Tail | None = Field(validation_alias="tail")


class Column(Out):
    first: date
    gates: int
    busy: bool
    budget: float


class Overload(Out):
    person: Person
    month: date
    gates: int


class Contradiction(Out):
    """`name` begins on `starts`, before `needs` has passed its gate."""

    name: str
    needs: str
    starts: date
    gate: date


class Roadmap(Out):
    sentence: str
    first: date
    until: date
    rows: list[Row]
    found: int
    page: int
    pages: int
    months: list[Column]
    currency: str
    overloads: list[Overload]
    contradictions: list[Contradiction]


class StageMoved(Out):
    stage: str = Field(validation_alias="key")
    name: str
    before: Dates
    after: Dates


class Waiting(Out):
    initiative_id: str = Field(validation_alias="key")
    name: str
    starts: date
    contradicts: bool


class Due(Out):
    kpi: KpiRef
    target: float
    due: date
    objective: str


class Money(Out):
    month: date
    before: float
    after: float


class Touched(Out):
    """What moving a gate would touch. `wrong` says why it can't be moved so."""

    wrong: str
    moved: list[StageMoved]
    waiting: list[Waiting]
    milestones: list[RoadmapMark]
    due: list[Due]
    chance: str
    overloads: list[Overload]
    money: list[Money]
    currency: str


class GateMoving(In):
    """`rest`: what the stages after it do. `was`: the end that one has seen."""

    ends: Day
    rest: Literal["shift", "shorten", "keep"] = "keep"
    reason: Reason = ""
    was: Day | None = None


class Replanned(Out):
    stages: dict[str, tuple[Dates, Dates]]


class Placing(In):
    """Behind which initiative it stands; null: in front of all."""

    after: Annotated[str, Field(max_length=130)] | None


@router.get("/roadmap", response=Roadmap)
def roadmap(
    request: HttpRequest,
    q: str = "",
    show: Literal["all", "mine"] = "all",
    objective: str = "",
    area: str = "",
    sponsor: str = "",
    stage: str = "",
    state: str = "",
    z: Literal["week", "month", "quarter", "year"] = "quarter",
    start: Annotated[str, Query(alias="from", description="The first month or day of the window")] = "",
    page: int = 1,
) -> dict[str, object]:
    """Every initiative with its stages, gates, milestones and forecast, a page of 100 at a time. The window and its zoom
    say which `months` are counted."""
    if state not in ("", *portfolio.ORDER):
        raise Refused(f"state is one of {', '.join(portfolio.ORDER)}.")
    today = timezone.localdate()
    said = {"q": q, "show": show, "objective": objective, "area": area, "sponsor": sponsor, "stage": stage}
    window = asked.Window.of(z, start, today)
    found = asked.page(
        viewer(request), asked.filters({**said, "state": state}), window, today, min(page, 10**9)
    )  # fmt: skip
    strip = found.strip
    return {
        "sentence": found.sentence, "first": window.first, "until": window.until, "rows": found.rows,
        "found": found.found, "page": found.page, "pages": found.pages,
        "months": strip.columns if strip else [], "currency": strip.currency if strip else "",
        "overloads": strip.overloads if strip else [],
        "contradictions": [_contradiction(name, other, need) for name, other, need in strip.contradictions]
        if strip else [],
    }  # fmt: skip


@router.get("/stages/{triple:stage_id}/move", response=Touched)
def touched(
    request: HttpRequest, stage_id: str, ends: str, rest: Literal["shift", "shorten", "keep"] = "keep"
) -> dict[str, object]:
    """What it would touch if the stage ended on this day. Nothing is changed."""
    try:
        wanted = days.parse(ends)
    except ValueError as error:
        raise Refused(f"ends: {error}.") from None
    found = moving.page(viewer(request), stage_id, wanted, Rest(rest), timezone.localdate()).touched
    found = found or moving.Touched()
    waiting = [
        {"key": each.key, "name": each.name, "starts": each.need.starts, "contradicts": each.need.wrong}
        for each in found.waiting
    ]
    names = ("wrong", "moved", "due", "chance", "overloads", "money", "currency")
    return {**{name: getattr(found, name) for name in names}, "waiting": waiting, "milestones": found.marks}


@router.post("/stages/{triple:stage_id}/move", response=Replanned, auth=ACT)
def move(request: HttpRequest, stage_id: str, moving_: GateMoving) -> dict[str, object]:
    """Gives the stage a new end, and with `rest` those after it new dates: before and after of each that changed."""
    person = viewer(request)
    made = stages.replan(
        moving.find(person, stage_id), ends=moving_.ends, reason=moving_.reason, rest=Rest(moving_.rest),
        was=moving_.was, by=person, at=timezone.now(),
    )  # fmt: skip
    return {"stages": {key: (made.before[key], made.after[key]) for key in made.after}}


@router.post("/initiatives/{pair:initiative_id}/order", response={204: None}, auth=ACT)
def order(request: HttpRequest, initiative_id: str, placing: Placing) -> Status[None]:
    """Where it stands on the pages; no date changes."""
    person = viewer(request)
    initiative = initiatives.find(person, initiative_id)
    try:
        after = initiatives.find(person, placing.after) if placing.after else None
    except Initiative.DoesNotExist:
        raise Refused(f"There is no initiative {placing.after!r} here to put it behind.") from None
    actions.place(initiative, after, by=person, at=timezone.now())
    return Status(204, None)


def _contradiction(name: str, other: str, need: Need) -> dict[str, object]:
    return {"name": name, "needs": other, "starts": need.starts, "gate": need.gate}
