from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from gaitway.actions import decisions
from gaitway.models import Condition
from gaitway.queries import audit
from gaitway.queries import decisions as asked

from .scopes import ACT
from .values import Day, Decision, In, Out, Person, Reason, viewer

router = Router()
Before = Annotated[str, Field(max_length=20)]


class LoggedDecision(Out):
    decision: Decision = Field(validation_alias="made")
    initiative: str
    initiative_id: str = Field(validation_alias="initiative_key")
    effective_on: date
    outcome: str
    can_correct: bool


class DecisionLog(Out):
    """`more` is the `before` of the next page, empty on the last. Those that were put right later aren't counted."""

    decisions: list[LoggedDecision] = Field(validation_alias="lines")
    total: int
    against: int
    more: str


class Correcting(In):
    reason: Reason
    conditions: Reason = ""
    due: Day | None = None


class Corrected(Out):
    decision_id: int = Field(validation_alias="pk")
    supersedes_id: int
    reason: str
    conditions: str
    due: date | None


class AuditEntry(Out):
    number: int
    at: datetime
    by: Person
    behalf: Person | None
    kind: str
    initiative_id: str = Field(validation_alias="initiative_key")
    text: str
    quote: str
    against_evidence: bool
    digest: str


class Audit(Out):
    """`head` is where the chain ends; `more` is the `before` of the next page, empty on the last."""

    entries: list[AuditEntry]
    total: int
    head: str
    more: str


@router.get("/decisions", response=DecisionLog)
def log(
    request: HttpRequest,
    choice: Literal["", "go", "conditional go", "hold", "back", "stop"] = "",
    person: Annotated[str, Field(max_length=254)] = "",
    area: Annotated[str, Field(max_length=200)] = "",
    against: bool = False,
    first: date | None = None,
    last: date | None = None,
    text: Annotated[str, Field(max_length=200)] = "",
    before: Before = "",
) -> asked.LogPage:
    """What was decided, newest first, 50 at a time."""
    sought = asked.Sought(choice, person, area, first, last, against, text)
    return asked.page(viewer(request), sought, before)


@router.post("/decisions/{int:decision_id}/supersede", response={201: Corrected}, auth=ACT)
def supersede(request: HttpRequest, decision_id: int, correcting: Correcting) -> Status[object]:
    """Puts the words of a decision right; the earlier one stays, marked."""
    person = viewer(request)
    made = decisions.supersede(
        asked.find(person, decision_id), reason=correcting.reason, conditions=correcting.conditions, due=correcting.due,
        by=person, at=timezone.now(),
    )  # fmt: skip
    return Status(201, made)


@router.post("/conditions/{int:condition_id}/done", response={204: None}, auth=ACT)
def fulfil(request: HttpRequest, condition_id: int) -> Status[None]:
    """Says that a condition of a conditional go is kept."""
    return _fulfil(request, condition_id, True)


@router.post("/conditions/{int:condition_id}/reopen", response={204: None}, auth=ACT)
def reopen(request: HttpRequest, condition_id: int) -> Status[None]:
    return _fulfil(request, condition_id, False)


def _fulfil(request: HttpRequest, pk: int, done: bool) -> Status[None]:
    person = viewer(request)
    rows = Condition.objects.visible_to(person).select_related("decision__initiative__strategy")
    decisions.fulfil(rows.get(pk=pk), by=person, at=timezone.now(), on=timezone.localdate(), done=done)
    return Status(204, None)


@router.get("/audit", response=Audit)
def entries(
    request: HttpRequest,
    kind: Annotated[str, Field(max_length=40)] = "",
    person: Annotated[str, Field(max_length=254)] = "",
    initiative: Annotated[str, Field(max_length=200)] = "",
    first: date | None = None,
    last: date | None = None,
    text: Annotated[str, Field(max_length=200)] = "",
    before: Before = "",
) -> audit.AuditPage:
    """Who did what, newest first, 100 at a time: for administrators; empty for everybody else."""
    return audit.page(viewer(request), audit.Sought(kind, person, initiative, first, last, text), before)
