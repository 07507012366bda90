from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gaitway.actions import Conflict, NotAllowed, Refused, decisions
from gaitway.engine.decisions import Choice
from gaitway.queries import decisions as asked
from gaitway.queries import rights

from . import views
from .exporting import attachment
from .viewer import viewer

WRONG_DAY = {"invalid": gettext_lazy("Write a date like 2026-03-31.")}


class SoughtForm(forms.Form):
    choice = forms.ChoiceField(choices=[("", ""), *[(choice, choice) for choice in Choice]], required=False)
    person = forms.CharField(max_length=254, required=False)
    area = forms.CharField(max_length=300, required=False)
    first = forms.DateField(required=False, error_messages=WRONG_DAY)
    last = forms.DateField(required=False, error_messages=WRONG_DAY)
    against = forms.BooleanField(required=False)
    text = forms.CharField(max_length=200, required=False)

    def sought(self) -> asked.Sought:
        """What was understood of it."""
        self.is_valid()
        return asked.Sought(**{name: value for name, value in self.cleaned_data.items() if value is not None})


class WordingForm(forms.Form):
    reason = forms.CharField(max_length=5000, error_messages={"required": gettext_lazy("A decision needs its reason.")})
    conditions = forms.CharField(max_length=5000, required=False)
    due = forms.DateField(required=False, error_messages=WRONG_DAY)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    bar = views.bar(request, "decisions")
    if (opened := views.opened(request, bar)) is not None:
        return opened
    form = SoughtForm(request.GET)
    page = asked.page(viewer(request), form.sought(), request.GET.get("before", ""))
    query = request.GET.copy()
    query.pop("before", None)
    context = {"page": page, "form": form, "narrowed": query.urlencode(), "choices": list(Choice)}
    context["views"] = bar
    return render(request, "decisions.html", context, status=422 if form.errors else 200)


@require_safe
def log_export(request: HttpRequest, form: str) -> HttpResponseBase:
    rows = asked.export(viewer(request), SoughtForm(request.GET).sought())
    return attachment("gaitway-decisions", form, asked.COLUMNS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts the words of a decision right: the earlier one stays, marked."""
    person = viewer(request)
    made = asked.find(person, pk)
    if not rights.may_vote(person, made.stage):
        raise NotAllowed(_("Only who may decide at this gate can put a decision right."))
    if request.method != "POST":
        first = {"reason": made.reason, "conditions": made.conditions, "due": made.due}
        return render(request, "decision_correct.html", {"made": made, "form": WordingForm(initial=first)})
    form, status = WordingForm(request.POST), 422
    if form.is_valid():
        try:
            decisions.supersede(made, **form.cleaned_data, by=person, at=timezone.now())
        except Refused as error:
            form.add_error(None, str(error))
            status = 409 if isinstance(error, Conflict) else 422
        else:
            messages.success(request, _("Put right. The earlier wording stays beside it."))
            return redirect("decisions")
    return render(request, "decision_correct.html", {"made": made, "form": form}, status=status)
