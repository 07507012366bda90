from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import Refused, milestones
from gaitway.models import Milestone
from gaitway.queries import initiatives, rights

from . import undo
from .environment import today
from .roadmap import back_to
from .viewer import viewer


class MilestoneForm(forms.Form):
    name = forms.CharField(
        max_length=milestones.LONGEST, error_messages={"required": gettext_lazy("A milestone needs a name.")}
    )
    on = forms.DateField(
        error_messages={
            "required": gettext_lazy("Say on which day."),
            "invalid": gettext_lazy("Write a date like 2026-03-31."),
        }
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, key: str) -> HttpResponse:
    person = viewer(request)
    initiative = initiatives.find(person, key)
    form = MilestoneForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = milestones.add(initiative, **form.cleaned_data, by=person, at=timezone.now())
            except Refused as error:
                _fail(form, error)
            else:
                said = _("“%(name)s” stands on the roadmap.") % {"name": made.name}
                undo.offer(request, said, "milestone retired", milestone=made.pk, retired=False)
                return redirect(back_to(request))
    return _page(request, form, None, key, initiative.name, rights.works_in(person, initiative), status)


@require_http_methods(["GET", "HEAD", "POST"])
def milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """Posting changes its name and day."""
    person, found = viewer(request), _find(request, pk)
    form = MilestoneForm(
        request.POST if request.method == "POST" else None, initial={"name": found.name, "on": found.on}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed = milestones.change(found, **form.cleaned_data, by=person, at=timezone.now())
            except Refused as error:
                _fail(form, error)
            else:
                before, after = [[each.name, each.on.isoformat()] for each in (found, changed)]
                if before != after:
                    said = _("“%(name)s” is changed.") % {"name": changed.name}
                    undo.offer(request, said, "milestone changed", milestone=pk, before=before, after=after)
                return redirect(back_to(request))
    initiative = found.initiative
    key = f"{initiative.strategy.key}/{initiative.key}"
    return _page(request, form, found, key, initiative.name, rights.works_in(person, initiative), status)


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Or, with `done=0`, open again."""
    found, is_done = _find(request, pk), request.POST.get("done", "1") != "0"
    changed = milestones.done(found, by=viewer(request), at=timezone.now(), on=today(), done=is_done)
    said = _("“%(name)s” is reached.") if is_done else _("“%(name)s” is open again.")
    if changed.done_on != found.done_on:
        undo.offer(request, said % {"name": found.name}, "milestone done", milestone=pk, done=is_done,
                   on=found.done_on.isoformat() if found.done_on else "")  # fmt: skip
    return redirect(back_to(request))


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Or, with `retired=0`, back again."""
    found, is_retired = _find(request, pk), request.POST.get("retired", "1") != "0"
    changed = milestones.retire(found, by=viewer(request), at=timezone.now(), retired=is_retired)
    said = _("“%(name)s” is off the roadmap.") if is_retired else _("“%(name)s” is back.")
    if changed.retired_at != found.retired_at:
        undo.offer(request, said % {"name": found.name}, "milestone retired", milestone=pk, retired=is_retired)
    return redirect(back_to(request))


def _find(request: HttpRequest, pk: int) -> Milestone:
    rows = Milestone.objects.visible_to(viewer(request)).select_related("initiative__strategy")
    found: Milestone = rows.get(pk=pk, initiative__retired_at=None)
    return found


def _fail(form: MilestoneForm, error: Refused) -> None:
    """What may not be is no fault of a field."""
    if type(error) is not Refused:
        raise error
    form.add_error("name", str(error))


def _page(
    request: HttpRequest, form: MilestoneForm, found: Milestone | None, key: str, name: str, may: bool, status: int
) -> HttpResponse:
    context = {"form": form, "milestone": found, "key": key, "name": name, "may_edit": may, "back": back_to(request)}
    return render(request, "milestone.html", context, status=status)
