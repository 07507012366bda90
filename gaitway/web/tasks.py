"""What is done with a task from any page: tick it, move it, take it off the plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gaitway.actions import NotAllowed, Refused, gates, tasks
from gaitway.models import ChecklistItem, Initiative
from gaitway.queries import tasks as asked
from gaitway.queries.words import work as words

from . import undo
from .environment import today
from .viewer import viewer, wants_json


@require_POST
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    task = asked.find(person, pk)
    was_done, state = task.done_on is not None, task.state
    tasks.complete(task, by=person, at=timezone.now(), on=today())
    if not was_done and task.moved_at:
        undo.offer(request, _("Done: %(task)s") % {"task": task.name}, "task done",
                   task=task.pk, moved_at=task.moved_at.isoformat(), state=state)  # fmt: skip
    return back(request) or _to(task.initiative)


@require_POST
def task_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Into a column, below the card `after` or on top: dragged, by menu, by key, or by a form."""
    person = viewer(request)
    task = asked.find(person, pk)
    state, after = request.POST.get("state", ""), request.POST.get("after", "")
    above = asked.seen(person).filter(pk=int(after)).first() if after.isdecimal() and len(after) < 19 else None
    before, done_on = task.state, task.done_on
    try:
        moved = tasks.move(task, state, above, by=person, at=timezone.now(), on=today())
    except Refused as error:
        if wants_json(request):
            return JsonResponse({"says": str(error)}, status=403 if isinstance(error, NotAllowed) else 422)
        raise
    said = _("%(task)s: %(column)s") % {"task": task.name, "column": words.state(task.state)}
    offered = None
    if moved and task.moved_at:
        offered = undo.offer(request, said, "task moved", task=task.pk, moved_at=task.moved_at.isoformat(), state=before,
                             done_on=done_on.isoformat() if done_on else "")  # fmt: skip
    if wants_json(request):
        return JsonResponse({"says": said, "state": task.state, "undo": offered.pk if offered else None})
    return back(request) or redirect("task", pk=task.pk)


@require_POST
def task_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes it off the plan, or, with `back=1`, puts it there again."""
    person = viewer(request)
    task = asked.find(person, pk, retired=True)
    try:
        if request.POST.get("back") == "1":
            tasks.restore(task, by=person, at=timezone.now())
            said = _("%(task)s is on the plan again.") % {"task": task.name}
            undo.offer(request, said, "task retired", task=task.pk, retired=False)
        else:
            tasks.retire(task, by=person, at=timezone.now())
            said = _("%(task)s is off the plan. It can be put back here.") % {"task": task.name}
            undo.offer(request, said, "task retired", task=task.pk, retired=True)
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    return redirect("task", pk=task.pk)


@require_POST
def item_done(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    items = ChecklistItem.objects.visible_to(person).select_related("stage__initiative__strategy")
    item = items.get(pk=pk)
    was_done = item.done_on is not None
    gates.check(item, by=person, at=timezone.now(), on=today())
    if not was_done:
        undo.offer(request, _("Done: %(task)s") % {"task": item.text}, "item done", item=item.pk)
    return back(request) or _to(item.stage.initiative)


def back(request: HttpRequest) -> HttpResponse | None:
    """To the page from which it was asked, where it says so."""
    there = request.POST.get("next", "")
    return redirect(there) if there.startswith("/") and url_has_allowed_host_and_scheme(there, None) else None


def _to(initiative: Initiative) -> HttpResponse:
    return redirect("initiative", key=asked.key_of(initiative))
