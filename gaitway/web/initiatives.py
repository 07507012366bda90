from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gaitway.actions import NotAllowed, Refused, initiatives, plans
from gaitway.actions.turns import turn
from gaitway.models import Initiative, Stage
from gaitway.queries import editing, preferences, rights
from gaitway.queries import initiatives as asked
from gaitway.queries.editing import Blank

from .editing import plain
from .environment import today
from .viewer import viewer

NO_DAY = {"invalid": gettext_lazy("Write a date like 2026-03-31.")}
NO_SUCH = {"required": gettext_lazy("Choose one."), "invalid_choice": gettext_lazy("Choose one of these.")}


class NewForm(forms.Form):
    objective = forms.ChoiceField(error_messages=NO_SUCH)
    name = forms.CharField(max_length=300, error_messages={"required": gettext_lazy("It needs a name.")})
    hypothesis = forms.CharField(max_length=20_000, required=False)
    area = forms.CharField(max_length=200, required=False)
    sponsor = forms.ChoiceField(required=False, error_messages=NO_SUCH)
    lead = forms.ChoiceField(required=False, error_messages=NO_SUCH)
    like = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, page: Blank, day: date) -> None:
        super().__init__(data, initial=_first(page, day))
        people = [("", ""), *((str(each.pk), each.name) for each in page.people)]
        self.fields["objective"].choices = [(each.value, each.label) for each in page.objectives]  # type: ignore[attr-defined]  # it has
        for name in ("sponsor", "lead"):
            self.fields[name].choices = people  # type: ignore[attr-defined]  # it has
        self._rungs = page.rungs
        for key, _name in page.rungs:
            self.fields[f"{key}-starts"] = forms.DateField(required=False, error_messages=NO_DAY)
            self.fields[f"{key}-ends"] = forms.DateField(required=False, error_messages=NO_DAY)
            self.fields[f"{key}-budget"] = forms.DecimalField(
                required=False, min_value=0, max_digits=16, decimal_places=2,
                error_messages={"invalid": gettext_lazy("Write a number.")},
            )  # fmt: skip
            self.fields[f"{key}-currency"] = forms.CharField(required=False, max_length=3)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        before: date | None = None
        for key, _name in self._rungs:
            starts, ends = found.get(f"{key}-starts"), found.get(f"{key}-ends")
            if starts and ends and ends < starts:
                self.add_error(f"{key}-ends", _("It would end before it starts."))
            if starts and before and starts < before:
                self.add_error(f"{key}-starts", _("It would start before the stage before it does."))
            if found.get(f"{key}-budget") is not None and len(found.get(f"{key}-currency") or "") != 3:
                self.add_error(f"{key}-currency", _("Three letters, like EUR."))
            before = starts or before
        return found

    def plan(self, key: str) -> dict[str, Any]:
        values = {name: self.cleaned_data[f"{key}-{name}"] for name in ("starts", "ends", "budget", "currency")}
        return values if any(values.values()) else {}


def _first(page: Blank, day: date) -> dict[str, Any]:
    """As the form begins: empty, or like another initiative, moved to begin on the coming Monday."""
    if page.like is None:
        return {}
    like = page.like
    stages = {stage.key: stage for stage in like.stages.all()}
    first = next((stages[key].starts for key, _ in page.rungs if key in stages and stages[key].starts), None)
    monday = day + timedelta(days=-day.weekday() % 7)
    shift = monday - first if first else timedelta()
    found: dict[str, Any] = {
        "like": f"{like.strategy.key}/{like.key}", "hypothesis": like.hypothesis,
        "objective": f"{like.strategy.key}/{like.objective.key}",
    }  # fmt: skip
    for key, stage in stages.items():
        found |= {
            f"{key}-starts": stage.starts + shift if stage.starts else None,
            f"{key}-ends": stage.ends + shift if stage.ends else None,
            f"{key}-budget": plain(stage.budget), f"{key}-currency": stage.currency,
        }  # fmt: skip
    return found


@require_safe
def initiative(request: HttpRequest, key: str) -> HttpResponse:
    person = viewer(request)
    page = asked.page(person, key, today())
    return render(request, "initiative.html", {"page": page, "follows": preferences.state(person, key)})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Puts an initiative forward; `like` takes over the plan of another one."""
    person = viewer(request)
    sent = request.POST if request.method == "POST" else request.GET
    page = editing.blank(person, sent.get("like", ""))
    if page is None:
        raise NotAllowed(_("Only the owner of an objective, a strategist or an administrator adds initiatives."))
    if request.method != "POST":
        return render(request, "initiative_new.html", {"page": page, "form": NewForm(page=page, day=today())})
    form = NewForm(request.POST, page=page, day=today())
    if form.is_valid():
        try:
            made = _add(request, page, form)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _done(request, made)
    return render(request, "initiative_new.html", {"page": page, "form": form}, status=422)


@turn()
def _add(request: HttpRequest, page: Blank, form: NewForm) -> Initiative:
    person, at, said = viewer(request), timezone.now(), form.cleaned_data
    people = {str(each.pk): each for each in page.people}
    made = initiatives.add(
        editing.objective(person, said["objective"]), said["name"], hypothesis=said["hypothesis"], area=said["area"],
        sponsor=people.get(said["sponsor"]), lead=people.get(said["lead"]), by=person, at=at, today=today(),
    )  # fmt: skip
    for key in made.strategy.ladder.keys:
        if f"{key}-starts" in said and (values := form.plan(key)):
            plans.begin(Stage(initiative=made, key=key), **values, by=person, at=at)
    if page.like is not None and page.like.strategy_id == made.strategy_id:
        plans.copy(page.like, made, by=person, at=at)
    return made


def _done(request: HttpRequest, made: Initiative) -> HttpResponse:
    key = f"{made.strategy.key}/{made.key}"
    if rights.may_write_rules(viewer(request), made):
        messages.success(
            request, _("%(name)s is put forward. Now say what earns its next stage.") % {"name": made.name}
        )
        return redirect("trigger", key=f"{key}/{made.strategy.ladder.keys[0]}")
    messages.success(
        request, _("%(name)s is put forward. Its lead writes what earns the next stage.") % {"name": made.name}
    )
    return redirect("initiative", key=key)
