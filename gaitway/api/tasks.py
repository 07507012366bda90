from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import gates, tasks
from gaitway.models import ChecklistItem as ItemRow
from gaitway.models import Task as TaskRow

from .scopes import ACT
from .values import Out, viewer

router = Router()


class Task(Out):
    task_id: int = Field(validation_alias="pk")
    name: str
    due: date | None
    done_on: date | None


class ChecklistItem(Out):
    item_id: int = Field(validation_alias="pk")
    text: str
    done_on: date | None


@router.get("/tasks/{int:task_id}", response=Task)
def one(request: HttpRequest, task_id: int) -> TaskRow:
    return _task(request, task_id)


@router.post("/tasks/{int:task_id}/done", response=Task, auth=ACT)
def done(request: HttpRequest, task_id: int) -> TaskRow:
    """Doing a task twice changes nothing."""
    task = _task(request, task_id)
    tasks.complete(task, by=viewer(request), at=timezone.now(), on=timezone.localdate())
    return task


@router.post("/tasks/{int:task_id}/reopen", response=Task, auth=ACT)
def reopen(request: HttpRequest, task_id: int) -> TaskRow:
    task = _task(request, task_id)
    tasks.reopen(task, by=viewer(request), at=timezone.now())
    return task


@router.post("/checklist/{int:item_id}/done", response=ChecklistItem, auth=ACT)
def tick(request: HttpRequest, item_id: int) -> ItemRow:
    return _tick(request, item_id, done=True)


@router.post("/checklist/{int:item_id}/reopen", response=ChecklistItem, auth=ACT)
def untick(request: HttpRequest, item_id: int) -> ItemRow:
    return _tick(request, item_id, done=False)


def _task(request: HttpRequest, pk: int) -> TaskRow:
    rows = TaskRow.objects.visible_to(viewer(request)).select_related("stage", "initiative__strategy")
    return rows.get(pk=pk, retired_at=None)


def _tick(request: HttpRequest, pk: int, *, done: bool) -> ItemRow:
    person = viewer(request)
    item = ItemRow.objects.visible_to(person).select_related("stage__initiative__strategy").get(pk=pk)
    gates.check(item, by=person, at=timezone.now(), on=timezone.localdate(), done=done)
    return item
