from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import AwareDatetime

from gaitway.actions import Refused
from gaitway.models import Initiative
from gaitway.queries import evaluations, status

from .values import Day, Out, viewer

router = Router()
LONGEST = timedelta(days=366)


class Judgement(Out):
    text: str
    outcome: str
    findings: list[dict[str, Any]]


class Verdict(Out):
    initiative_id: str
    stage: str
    trigger: Judgement | None
    stop: Judgement | None
    guardrail: Judgement | None
    proposal: str | None


class Verdicts(Out):
    as_of: date
    initiatives: list[Verdict]


class Turn(Verdict):
    day: date


class StatusRow(Out):
    key: str
    name: str
    state: str | None
    stage: str | None
    since: str | None
    trigger: str | None
    due: str | None
    proposal: str | None
    outlook: str | None


class Status(Out):
    as_of: date
    initiatives: list[StatusRow]


@router.get("/verdicts", response=Verdicts)
def judged(request: HttpRequest, as_of: Day | None = None, known_at: AwareDatetime | None = None) -> dict[str, object]:
    """What the evidence says of every active initiative at the end of a day; with `known_at` from what had been recorded
    by then. Nothing is kept."""
    day = as_of or timezone.localdate()
    found = evaluations.judged(viewer(request), day, known_at=known_at)
    return {"as_of": day, "initiatives": [_verdict(each) for each in found]}


@router.get("/status", response=Status)
def standing(request: HttpRequest, as_of: Day | None = None) -> dict[str, object]:
    """Where every initiative stood at the end of a day, in a line each."""
    day = as_of or timezone.localdate()
    return {"as_of": day, "initiatives": [status.as_json(row) for row in status.rows(viewer(request), day)]}


@router.get("/initiatives/{pair:initiative_id}/replay", response=list[Turn])
def replay(
    request: HttpRequest,
    initiative_id: str,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
) -> list[dict[str, object]]:
    """The verdict day by day as it would have been seen, for each day on which it turned; a year at most."""
    if not first <= last <= first + LONGEST:
        raise Refused("to lies at most 366 days after from, and never before it.")
    strategy, _, key = initiative_id.partition("/")
    seen = Initiative.objects.visible_to(viewer(request)).current()
    seen.get(strategy__key=strategy, key=key)
    turns = evaluations.replayed(viewer(request), initiative_id, first, last)
    return [{"day": day, **_verdict(each)} for day, each in turns]


def _verdict(found: evaluations.Judged) -> dict[str, Any]:
    said = evaluations.as_json(found)
    return {**said, "initiative_id": f"{found.initiative.strategy.key}/{said['key']}"}
