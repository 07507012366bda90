"""The plan of a stage that isn't its rules: dates, money, checklist."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field, StringConstraints

from gaitway.actions import plans
from gaitway.models import ChecklistItem as ItemRow
from gaitway.models import Initiative, Stage
from gaitway.queries import editing as asked

from .scopes import ACT
from .tasks import ChecklistItem
from .values import Day, In, Line, Out, Reason, viewer

router = Router()


class PlannedItem(Out):
    item_id: int
    text: str


class StagePlan(Out):
    """Of one rung of the ladder, also where nobody has planned it yet. `begun`: a change of it needs a reason."""

    stage_id: str
    name: str
    starts: date | None
    ends: date | None
    budget: float | None
    currency: str
    begun: bool
    checklist: list[PlannedItem]
    may_plan: bool


class StagePlanning(In):
    """The whole plan: what is left out is empty then. A budget has a currency of three letters."""

    starts: Day | None = None
    ends: Day | None = None
    budget: Annotated[float, Field(ge=0, le=10**13, allow_inf_nan=False)] | None = None
    currency: Annotated[str, StringConstraints(max_length=3)] = ""

    def values(self) -> dict[str, Any]:
        """As actions.plans takes them."""
        budget = None if self.budget is None else round(Decimal(str(self.budget)), 2)
        return {"starts": self.starts, "ends": self.ends, "budget": budget, "currency": self.currency}


class StageReplanning(StagePlanning):
    reason: Reason = ""


class Pointed(In):
    text: Line


@router.get("/stages/{triple:stage_id}/plan", response=StagePlan)
def one(request: HttpRequest, stage_id: str) -> dict[str, object]:
    return _plan(request, stage_id)


@router.put("/stages/{triple:stage_id}/plan", response=StagePlan, auth=ACT)
def write(request: HttpRequest, stage_id: str, replanning: StageReplanning) -> dict[str, object]:
    """Dates and money. Writing what stands there changes nothing."""
    stage = _stage(request, stage_id)
    plans.write(stage, **replanning.values(), reason=replanning.reason, by=viewer(request), at=timezone.now())
    return _plan(request, stage_id)


@router.post("/stages/{triple:stage_id}/checklist", response={201: ChecklistItem}, auth=ACT)
def item_add(request: HttpRequest, stage_id: str, pointed: Pointed) -> Status[object]:
    """One that stands there already is given back."""
    stage = _stage(request, stage_id)
    return Status(201, plans.add_item(stage, pointed.text, by=viewer(request), at=timezone.now()))


@router.post("/checklist/{int:item_id}/remove", response={204: None}, auth=ACT)
def item_remove(request: HttpRequest, item_id: int) -> Status[None]:
    person = viewer(request)
    rows = ItemRow.objects.visible_to(person).filter(stage__initiative__in=Initiative.objects.current())
    item = rows.select_related("stage__initiative__strategy").get(pk=item_id)
    plans.take_item(item, by=person, at=timezone.now())
    return Status(204, None)


def _stage(request: HttpRequest, stage_id: str) -> Stage:
    initiative, _sep, key = stage_id.rpartition("/")
    return asked.stage_of(asked.find(viewer(request), initiative), key)


def _plan(request: HttpRequest, stage_id: str) -> dict[str, object]:
    person, (initiative, _sep, key) = viewer(request), stage_id.rpartition("/")
    found = asked.plan(person, asked.find(person, initiative), key)
    names = ("name", "starts", "ends", "budget", "currency", "begun", "may_plan")
    items = [{"item_id": pk, "text": text} for pk, text in found.checklist]
    return {"stage_id": stage_id, "checklist": items, **{name: getattr(found, name) for name in names}}
