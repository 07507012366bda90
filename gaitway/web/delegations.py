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

from gaitway.actions import NotAllowed, Refused, delegations
from gaitway.models import Person
from gaitway.queries import delegations as asked

from .environment import today
from .viewer import viewer

DAY = {"required": gettext_lazy("Choose a day."), "invalid": gettext_lazy("Write a date like 2026-03-31.")}
WHO = {
    "required": gettext_lazy("Choose who stands in."),
    "invalid_choice": gettext_lazy("Choose one of these people."),
}


class AwayForm(forms.Form):
    person = forms.ModelChoiceField(Person.objects.none(), required=False, error_messages=WHO)
    to = forms.ModelChoiceField(Person.objects.none(), error_messages=WHO)
    starts = forms.DateField(error_messages=DAY)
    ends = forms.DateField(error_messages=DAY)
    reason = forms.CharField(max_length=300, required=False)

    def __init__(self, viewer: Person, *values: Any) -> None:
        super().__init__(*values)
        people = Person.objects.visible_to(viewer).filter(is_active=True, is_system=False)
        for name in ("person", "to"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]  # a choice among rows has one


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """Who stands in for the viewer; posting names somebody. An administrator may name them for somebody else."""
    person = viewer(request)
    form = AwayForm(person, request.POST) if request.method == "POST" else AwayForm(person)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        absent = given.pop("person") or person
        try:
            delegations.make(absent, **given, by=person, at=timezone.now(), today=today())
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s stands in and is being told.") % {"name": given["to"].name})
            return redirect("away")
    page = {"page": asked.page(person, today()), "form": form, "people": asked.people(person)}
    return render(request, "away.html", page, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    delegations.end(asked.find(person, pk), by=person, at=timezone.now())
    messages.success(request, _("Ended. From now on nobody stands in."))
    return redirect("away")
