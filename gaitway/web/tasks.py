from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gaitway.actions import gates, tasks
from gaitway.models import ChecklistItem, Initiative, Task

from . import undo
from .environment import today
from .viewer import viewer


@require_POST
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    task = Task.objects.visible_to(person).select_related("stage", "initiative__strategy").get(pk=pk, retired_at=None)
    was_done = task.done_on is not None
    tasks.complete(task, by=person, at=timezone.now(), on=today())
    if not was_done and task.moved_at:
        undo.offer(request, _("Done: %(task)s") % {"task": task.name}, "task done",
                   task=task.pk, moved_at=task.moved_at.isoformat())  # fmt: skip
    return _back(task.initiative)


@require_POST
def item_done(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    items = ChecklistItem.objects.visible_to(person).select_related("stage__initiative__strategy")
    item = items.get(pk=pk)
    was_done = item.done_on is not None
    gates.check(item, by=person, at=timezone.now(), on=today())
    if not was_done:
        undo.offer(request, _("Done: %(task)s") % {"task": item.text}, "item done", item=item.pk)
    return _back(item.stage.initiative)


def _back(initiative: Initiative) -> HttpResponse:
    return redirect("initiative", key=f"{initiative.strategy.key}/{initiative.key}")
