from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AfterValidator, Field, StringConstraints

from gaitway.actions import milestones
from gaitway.models import Milestone as MilestoneRow
from gaitway.queries import initiatives

from .scopes import ACT
from .values import Day, In, Out, text, viewer

router = Router()


class Milestone(Out):
    milestone_id: int = Field(validation_alias="pk")
    name: str
    on: date
    done_on: date | None


class Planning(In):
    name: Annotated[str, StringConstraints(max_length=milestones.LONGEST), AfterValidator(text)]
    on: Day


@router.get("/initiatives/{pair:initiative_id}/milestones", response=list[Milestone])
def listed(request: HttpRequest, initiative_id: str) -> list[MilestoneRow]:
    """Of one initiative, by their days."""
    found = initiatives.find(viewer(request), initiative_id)
    return list(MilestoneRow.objects.filter(initiative=found, retired_at=None))


@router.post("/initiatives/{pair:initiative_id}/milestones", response={201: Milestone}, auth=ACT)
def add(request: HttpRequest, initiative_id: str, planning: Planning) -> Status[object]:
    """One that was taken away under this name comes back."""
    person = viewer(request)
    initiative = initiatives.find(person, initiative_id)
    return Status(201, milestones.add(initiative, planning.name, planning.on, by=person, at=timezone.now()))


@router.get("/milestones/{int:milestone_id}", response=Milestone)
def one(request: HttpRequest, milestone_id: int) -> MilestoneRow:
    return _milestone(request, milestone_id)


@router.put("/milestones/{int:milestone_id}", response=Milestone, auth=ACT)
def change(request: HttpRequest, milestone_id: int, planning: Planning) -> MilestoneRow:
    """Its name and its day."""
    row = _milestone(request, milestone_id)
    return milestones.change(row, name=planning.name, on=planning.on, by=viewer(request), at=timezone.now())


@router.post("/milestones/{int:milestone_id}/done", response=Milestone, auth=ACT)
def done(request: HttpRequest, milestone_id: int) -> MilestoneRow:
    """Reaching it twice changes nothing."""
    return _tick(request, milestone_id, done=True)


@router.post("/milestones/{int:milestone_id}/reopen", response=Milestone, auth=ACT)
def reopen(request: HttpRequest, milestone_id: int) -> MilestoneRow:
    return _tick(request, milestone_id, done=False)


@router.post("/milestones/{int:milestone_id}/retire", response={204: None}, auth=ACT)
def retire(request: HttpRequest, milestone_id: int) -> Status[None]:
    """Takes it off the roadmap."""
    milestones.retire(_milestone(request, milestone_id), by=viewer(request), at=timezone.now())
    return Status(204, None)


def _milestone(request: HttpRequest, pk: int) -> MilestoneRow:
    rows = MilestoneRow.objects.visible_to(viewer(request)).select_related("initiative__strategy")
    return rows.get(pk=pk, retired_at=None)


def _tick(request: HttpRequest, pk: int, *, done: bool) -> MilestoneRow:
    row = _milestone(request, pk)
    return milestones.done(row, by=viewer(request), at=timezone.now(), on=timezone.localdate(), done=done)
