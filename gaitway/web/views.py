"""Saved views: a list of each page that people want to see again. Other pages take part with `bar` and `opened`."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import Refused, views
from gaitway.models import View
from gaitway.queries import views as asked

from . import undo
from .viewer import viewer


class ViewForm(forms.Form):
    name = forms.CharField(max_length=100, error_messages={"required": gettext_lazy("A view needs a name.")})
    page = forms.ChoiceField(choices=View.Page.choices)
    query = forms.CharField(max_length=8000, required=False)
    scope = forms.ChoiceField(choices=View.Scope.choices)


def bar(request: HttpRequest, page: str) -> asked.Bar:
    """What `parts/views.html` shows; the page gives it to its template as `views`."""
    return asked.bar(viewer(request), page, request.META.get("QUERY_STRING", ""))


def opened(request: HttpRequest, bar: asked.Bar) -> HttpResponse | None:
    """Where a page that was asked for without a question opens instead: with the view that its reader chose."""
    if request.META.get("QUERY_STRING") or getattr(request, "htmx", False) or not bar.opening:
        return None
    return redirect(f"{reverse(bar.page)}?{bar.opening}")


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """All that the viewer may open; posting saves one and goes back to where it was saved."""
    person = viewer(request)
    form = ViewForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            made = views.save(**form.cleaned_data, by=person, at=timezone.now())
        except Refused as error:
            if type(error) is not Refused:
                raise
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved as %(name)s.") % {"name": made.name})
            return _back(request, f"{reverse(made.page)}?{made.query}")
    tabs = asked.listed(person)
    page = {"tabs": tabs, "form": form, "scopes": asked.scopes(person)}
    return render(request, "views.html", page, status=422 if form else 200)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    view = asked.find(person, pk)
    try:
        views.change(
            view, name=request.POST.get("name", ""), scope=request.POST.get("scope", ""), by=person, at=timezone.now()
        )
    except Refused as error:
        if type(error) is not Refused:
            raise
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return _back(request, reverse("views"))


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """`what` is `pin`, `digest` or `opens`; `on` says whether."""
    person, at = viewer(request), timezone.now()
    view, wanted = asked.find(person, pk), request.POST.get("on") == "1"
    match request.POST.get("what"):
        case "digest":
            views.subscribe(view, wanted, by=person, at=at)
        case "opens":
            views.open_with(view, wanted, by=person, at=at)
        case _ if wanted:
            views.pin(view, by=person, at=at)
        case _:
            views.unpin(view, by=person, at=at)
    return _back(request, reverse("views"))


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    view = asked.find(person, pk)
    name = view.name
    kept = views.delete(view, by=person, at=timezone.now())
    undo.offer(request, _("Deleted the view %(name)s.") % {"name": name}, "view deleted", **kept)
    return redirect("views")


def _back(request: HttpRequest, otherwise: str) -> HttpResponse:
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else otherwise)
