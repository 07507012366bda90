from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from gaitway.actions import delegations
from gaitway.queries import delegations as asked

from .people import somebody
from .scopes import ACT
from .values import Day, In, Line, Out, Person, viewer

router = Router()


class Delegation(Out):
    """`state`: coming, running, over or ended."""

    delegation_id: int = Field(validation_alias="pk")
    person: Person
    to: Person
    starts: date
    ends: date
    reason: str
    state: str


class Delegating(In):
    """`person`: who is away, where an administrator says it for somebody else."""

    to: Annotated[str, Field(max_length=254, description="The e-mail of who stands in")]
    starts: Day
    ends: Day
    reason: Line = ""
    person: Annotated[str, Field(max_length=254)] | None = None


@router.get("/delegations", response=list[Delegation])
def listed(request: HttpRequest) -> list[asked.Line]:
    """Who stands in for you, and for whom you stand in; an administrator sees everybody's."""
    return asked.listed(viewer(request), timezone.localdate())


@router.post("/delegations", response={201: Delegation}, auth=ACT)
def make(request: HttpRequest, delegating: Delegating) -> Status[object]:
    """Lets somebody decide and approve for you, from the first day to the last."""
    person, today = viewer(request), timezone.localdate()
    absent = somebody(person, delegating.person) if delegating.person is not None else person
    made = delegations.make(
        absent, somebody(person, delegating.to), starts=delegating.starts, ends=delegating.ends,
        reason=delegating.reason, by=person, at=timezone.now(), today=today,
    )  # fmt: skip
    return Status(201, next(line for line in asked.listed(person, today) if line.pk == made.pk))


@router.post("/delegations/{int:delegation_id}/end", response=Delegation, auth=ACT)
def end(request: HttpRequest, delegation_id: int) -> asked.Line:
    """Ends it early. Ending it twice changes nothing."""
    person = viewer(request)
    delegations.end(asked.find(person, delegation_id), by=person, at=timezone.now())
    return next(line for line in asked.listed(person, timezone.localdate()) if line.pk == delegation_id)
