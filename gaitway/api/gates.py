from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from gaitway import models
from gaitway.actions import Refused, decisions, gates
from gaitway.actions import meetings as talks
from gaitway.actions.turns import turn
from gaitway.queries import meetings
from gaitway.queries import reviews as asked

from .scopes import ACT
from .values import Day, Decision, Expected, Finding, In, OnPaper, Out, Person, Reason, Since, Step, viewer

router = Router()


class Amendment(Out):
    at: datetime
    by: Person
    what: str
    before: str
    after: str
    reason: str


class Vote(Out):
    choice: str
    by: Person
    at: datetime
    reason: str


class Condition(Out):
    condition_id: int = Field(validation_alias="pk")
    text: str
    due: date | None
    done_on: date | None
    lapsed: bool


class NextStage(Out):
    """What a go sets going: the plan of the next stage, and who is to lead it."""

    name: str
    tasks: list[str]
    starts: date | None
    ends: date | None
    budget: float | None
    currency: str
    lead: Person | None


class Stage(Out):
    """A stage and its gate. `moves` is how often the initiative had moved: send it back with a decision."""

    stage_id: str = Field(validation_alias="pk")
    initiative_id: str = Field(validation_alias="initiative_key")
    initiative_name: str
    moves: int
    steps: list[Step]
    from_stage: str
    to_stage: str
    back_stage: str
    verdict: str
    met: int
    total: int
    findings: list[Finding]
    judged_at: datetime | None
    as_of: date | None
    trigger: str
    stop: str = Field(validation_alias="stop_text")
    stop_result: str | None
    stop_findings: list[Finding]
    guardrails: list[Finding]
    amendments: list[Amendment]
    due: date | None
    proposal: str
    choices: list[str]
    decision: Decision | None
    earlier: list[Decision]
    can_decide: bool
    decider: Person | None
    approvals: list[str]
    expected: Expected | None
    rule: str
    votes: list[Vote]
    needed: dict[str, list[str]]
    conditions: list[Condition]
    on_paper: OnPaper | None
    since: Since | None
    following: NextStage | None


class Deciding(In):
    """`until`: a hold may give the stage a new end with it. `review_item`: of the review in which it is decided, whose
    minutes say so then."""

    choice: Literal["go", "conditional go", "hold", "back", "stop"]
    reason: Reason
    conditions: Reason = ""
    due: Day | None = None
    effective_on: Day | None = None
    until: Day | None = None
    moves: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    review_item: int | None = None


class Decided(Out):
    """`decision_id` null: a vote was kept, which decides when the others want the same."""

    decision_id: int | None = Field(validation_alias="pk")
    choice: str
    reason: str
    conditions: str
    due: date | None
    against_evidence: bool | None = None
    effective_on: date | None = None
    at: datetime


class Approving(In):
    role: Annotated[str, Field(max_length=20)]


class Approval(Out):
    approval_id: int = Field(validation_alias="pk")
    role: str
    on: date


@router.get("/stages/{triple:stage_id}", response=Stage)
def one(request: HttpRequest, stage_id: str) -> asked.GatePage:
    """The gate of a stage: the verdict with its findings, and what was decided."""
    return asked.page(viewer(request), stage_id, timezone.localdate())


@router.post("/stages/{triple:stage_id}/decisions", response={201: Decided}, auth=ACT)
def decide(request: HttpRequest, stage_id: str, deciding: Deciding) -> Status[object]:
    """Decides at the gate, with today's evidence frozen beside it, and moves the initiative."""
    person, today = viewer(request), timezone.localdate()
    stage = asked.find(person, stage_id)
    on = deciding.effective_on or today
    if on > today:
        raise Refused(f"effective_on {on} lies in the future.")
    item = meetings.find_item(person, deciding.review_item) if deciding.review_item is not None else None
    with turn():
        made = decisions.decide(
            stage, deciding.choice, reason=deciding.reason, conditions=deciding.conditions, due=deciding.due,
            until=deciding.until, moves=deciding.moves, by=person, at=timezone.now(), effective_on=on,
        )  # fmt: skip
        if item is not None and isinstance(made, models.Decision):
            talks.decided(item, made, by=person, at=timezone.now())
    if isinstance(made, models.Vote):
        said = {name: getattr(made, name) for name in ("choice", "reason", "conditions", "due", "at")}
        return Status(201, {"pk": None, **said})
    return Status(201, made)


@router.post("/stages/{triple:stage_id}/approvals", response={201: Approval}, auth=ACT)
def approve(request: HttpRequest, stage_id: str, approving: Approving) -> Status[object]:
    """Gives an approval that the trigger asks for."""
    person = viewer(request)
    stage = asked.find(person, stage_id)
    made = gates.approve(stage, approving.role, by=person, at=timezone.now(), on=timezone.localdate())
    return Status(201, made)
