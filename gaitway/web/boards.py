from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import NotAllowed, Refused, boards, tasks
from gaitway.models import Person, Stage, Strategy, Task
from gaitway.queries import boards as asked
from gaitway.queries import initiatives, parts

from . import views
from .tasks import back
from .viewer import viewer

WRONG_DAY = gettext_lazy("Write a date like 2026-03-31.")


class AddForm(forms.Form):
    name = forms.CharField(
        max_length=tasks.LONGEST_NAME, error_messages={"required": gettext_lazy("Give the task a name.")}
    )
    initiative = forms.CharField(max_length=130, error_messages={"required": gettext_lazy("Choose an initiative.")})
    due = forms.DateField(required=False, error_messages={"invalid": WRONG_DAY})
    state = forms.ChoiceField(choices=[(state, state) for state in boards.LIMITED], required=False)
    mine = forms.BooleanField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """What are we doing this week? Posting adds a task."""
    bar = views.bar(request, "board")
    if request.method != "POST" and (opened := views.opened(request, bar)) is not None:
        return opened
    person, filters = viewer(request), asked.Filters.of(request.GET)
    form = AddForm(initial={"initiative": filters.initiative, "mine": filters.show == "mine"})
    if request.method == "POST":
        form = AddForm(request.POST)
        if add(form, person):
            messages.success(request, _("Added: %(task)s") % {"task": form.cleaned_data["name"]})
            return back(request) or redirect(request.get_full_path())
    page = asked.board(person, filters, timezone.now())
    context = {"page": page, "form": form, "views": bar}
    return render(request, "board.html", context, status=422 if form.errors else 200)


@require_POST
def board_limits(request: HttpRequest, key: str) -> HttpResponse:
    """How many tasks each column of the strategy's board may hold; nothing: as many as there are."""
    person = viewer(request)
    strategy = Strategy.objects.visible_to(person).get(key=key)
    limits: dict[str, int | None] = {}
    try:
        for state in boards.LIMITED:
            text = request.POST.get(state, "").strip()
            if text and not (text.isdecimal() and len(text) < 6):
                raise Refused(_("A limit is a number from 1 to %(most)s, or nothing.") % {"most": boards.MOST})
            limits[state] = int(text) if text else None
        boards.set_limits(strategy, limits, by=person, at=timezone.now())
        messages.success(request, _("The limits are kept."))
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    return back(request) or redirect("board")


def add(form: AddForm, person: Person) -> Task | None:
    """To the present stage of the initiative, on top of its column. What is wrong stands in the form."""
    if not form.is_valid():
        return None
    said: dict[str, Any] = form.cleaned_data
    initiative = initiatives.find(person, said["initiative"])
    stage: Stage | None = parts.present(initiative)
    if stage is None:
        form.add_error("initiative", _("%(name)s has no stage yet: start it first.") % {"name": initiative.name})
        return None
    stage.initiative = initiative
    try:
        return tasks.add(
            stage, said["name"], by=person, at=timezone.now(), owner=person if said["mine"] else None, due=said["due"],
            state=said["state"] or Task.State.TO_DO, on_top=True,
        )  # fmt: skip
    except NotAllowed:
        raise
    except Refused as error:
        form.add_error("name", str(error))
        return None
