from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gaitway.actions import NotAllowed
from gaitway.models import Event
from gaitway.queries import audit as asked
from gaitway.queries import rights

from .exporting import attachment
from .viewer import viewer

WRONG_DAY = {"invalid": gettext_lazy("Write a date like 2026-03-31.")}


class SoughtForm(forms.Form):
    kind = forms.ChoiceField(choices=[("", ""), *[(kind, kind) for kind in sorted(Event.Kind.values)]], required=False)
    person = forms.CharField(max_length=254, required=False)
    initiative = forms.CharField(max_length=200, required=False)
    first = forms.DateField(required=False, error_messages=WRONG_DAY)
    last = forms.DateField(required=False, error_messages=WRONG_DAY)
    text = forms.CharField(max_length=200, required=False)

    def sought(self) -> asked.Sought:
        """What was understood of it."""
        self.is_valid()
        return asked.Sought(**{name: value for name, value in self.cleaned_data.items() if value is not None})


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    person = viewer(request)
    if not rights.may_audit(person):
        raise NotAllowed(_("Only administrators read the audit."))
    form = SoughtForm(request.GET)
    page = asked.page(person, form.sought(), request.GET.get("before", ""))
    query = request.GET.copy()
    query.pop("before", None)
    context = {"page": page, "form": form, "narrowed": query.urlencode()}
    return render(request, "audit.html", context, status=422 if form.errors else 200)


@require_safe
def audit_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The same entries as a file: csv, or jsonl (a JSON object a line)."""
    person = viewer(request)
    if not rights.may_audit(person):
        raise NotAllowed(_("Only administrators read the audit."))
    return attachment("gaitway-audit", form, asked.COLUMNS, asked.export(person, SoughtForm(request.GET).sought()))
