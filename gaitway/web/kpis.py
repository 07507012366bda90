from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gaitway.actions import NotAllowed, Refused, kpis
from gaitway.models import Kpi
from gaitway.queries import kpis as asked
from gaitway.queries import rights

from . import views
from .environment import today
from .viewer import viewer


class ResetForm(forms.Form):
    period = forms.DateField(
        error_messages={
            "required": gettext_lazy("Say from when on."),
            "invalid": gettext_lazy("Write a date like 2026-03-31."),
        }
    )
    reason = forms.CharField(
        max_length=1000,
        error_messages={"required": gettext_lazy("Re-setting limits needs its reason.")},
    )


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    bar = views.bar(request, "kpis")
    if (opened := views.opened(request, bar)) is not None:
        return opened
    context = {"page": asked.library(viewer(request), request.GET, today()), "views": bar}
    return render(request, "kpis.html", context)


@require_safe
def kpi(request: HttpRequest, key: str) -> HttpResponse:
    person = viewer(request)
    return _page(request, asked.find(person, key), ResetForm())


@require_POST
def reset_limits(request: HttpRequest, key: str) -> HttpResponse:
    """What the KPI usually does is worked out anew from a day on."""
    person = viewer(request)
    form = ResetForm(request.POST)
    kpi = asked.find(person, key)
    if form.is_valid():
        try:
            kpis.reset_limits(kpi, **form.cleaned_data, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The limits are worked out anew from then on."))
            return redirect("kpi", key=key)
    return _page(request, kpi, form, status=422)


def _page(request: HttpRequest, kpi: Kpi, form: ResetForm, status: int = 200) -> HttpResponse:
    person, key = viewer(request), f"{kpi.strategy.key}/{kpi.key}"
    context = {"page": asked.page(person, key, today()), "form": form, "may_record": rights.may_record(person, kpi)}
    return render(request, "kpi.html", context, status=status)
