from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field, StringConstraints

from gaitway.actions import checkins
from gaitway.queries import checkins as asked

from .problems import Problem
from .scopes import ACT
from .values import Day, In, Out, Person, Reason, viewer

router = Router()


class CheckIn(Out):
    """`on` is the day of which it speaks, `at` when it was recorded; `gate_due` the date that the outlook was about."""

    check_in_id: int = Field(validation_alias="pk")
    outlook: str
    by: Person
    on: date
    at: datetime
    stage: str
    gate_due: date | None
    successes: str
    difficulties: str
    help: str
    next: str


class CheckIns(Out):
    """`more` is the `before` of the next page, null on the last."""

    check_ins: list[CheckIn]
    more: str | None


class CheckInDue(Out):
    """`missed`: how many days on which one checks in have passed since. `owed`: it is asked of who reads this."""

    initiative_id: str
    name: str
    due: date
    missed: int
    owed: bool


class Saying(In):
    outlook: Literal["on track", "at risk", "off track"]
    successes: Reason = ""
    difficulties: Reason = ""
    help: Reason = ""
    next: Reason = ""
    on: Day | None = None
    key: Annotated[str, StringConstraints(max_length=64)] = ""


@router.get("/initiatives/{pair:initiative_id}/check-ins", response=CheckIns)
def listed(request: HttpRequest, initiative_id: str, before: str = "") -> dict[str, object]:
    """What its people said, newest first, 20 at a time."""
    page = asked.history(viewer(request), initiative_id, before)
    return {"check_ins": page.said, "more": page.more}


@router.post("/initiatives/{pair:initiative_id}/check-ins", response={201: CheckIn}, auth=ACT)
def say(request: HttpRequest, initiative_id: str, saying: Saying) -> Status[object]:
    """Checks in. Where it is at risk or off track, `difficulties` or `help` says why. Sent twice with the same `key` it is
    kept once."""
    person = viewer(request)
    initiative = asked.find(person, initiative_id)
    said = saying.model_dump() | {"on": saying.on or timezone.localdate()}
    try:
        made = checkins.record(initiative, **said, by=person, at=timezone.now())
    except checkins.Incomplete as error:
        raise Problem(422, str(error), f"body.{error.field}", code="refused") from None
    return Status(201, asked.said(made, initiative))


@router.get("/check-ins/due", response=list[CheckInDue])
def due(request: HttpRequest) -> list[dict[str, object]]:
    """What is due by today: first what is asked of the reader, then what others are asked and the reader may say."""
    mine, others = asked.due(viewer(request), timezone.localdate())
    return [
        {"initiative_id": f"{row.initiative.strategy.key}/{row.initiative.key}", "name": row.initiative.name,
         "due": row.due.on, "missed": row.due.missed, "owed": row in mine}
        for row in [*mine, *others]
    ]  # fmt: skip
