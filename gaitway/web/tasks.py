from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from gaitway.actions import gates, tasks
from gaitway.models import ChecklistItem, Initiative, Task

from .environment import today
from .viewer import viewer


@require_POST
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    task = Task.objects.visible_to(person).select_related("stage", "initiative__strategy").get(pk=pk, retired_at=None)
    tasks.complete(task, by=person, at=timezone.now(), on=today())
    return _back(task.initiative)


@require_POST
def item_done(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    items = ChecklistItem.objects.visible_to(person).select_related("stage__initiative__strategy")
    item = items.get(pk=pk)
    gates.check(item, by=person, at=timezone.now(), on=today())
    return _back(item.stage.initiative)


def _back(initiative: Initiative) -> HttpResponse:
    return redirect("initiative", key=f"{initiative.strategy.key}/{initiative.key}")
