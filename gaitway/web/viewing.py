"""Seeing the pages as somebody else: bound to the session, for reading alone."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gaitway.actions import NotAllowed, Refused, viewing
from gaitway.models import Person
from gaitway.queries import rights

from .errors import show
from .viewer import viewer

KEY = "view-as"  # in the session: the number of the person
LEAVING = ("view_as_end", "logout")  # what may be posted all the same
SECRET = ("tokens", "token_end", "away", "away_end")  # what is between a person and Gaitway alone


class ViewAs:
    """A middleware that stands inside authentication: where an administrator asked for it, the pages are made for the
    person whose eyes they look through. Everything that would change something answers 403, and so does what is nobody
    else's business. Programs ask by tokens and are left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        program = "Authorization" in request.headers and request.path_info.startswith("/api/")
        if program or KEY not in request.session:
            return self.get_response(request)
        own = request.user
        person = Person.objects.filter(pk=request.session[KEY], is_active=True, is_system=False).first()
        if not isinstance(own, Person) or not rights.may_view_as(own) or person is None:
            del request.session[KEY]  # what it rested on is gone
            return self.get_response(request)
        name = _name(request.path_info)
        if name in LEAVING:
            if name == "logout" and request.method == "POST":
                _end(request, own, person)
            return self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS") or name in SECRET or request.path_info.startswith("/api/"):
            return show(request, 403)
        request.user, request.eyes_of = person, own  # type: ignore[attr-defined]  # for the layout
        return self.get_response(request)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    by = viewer(request)
    if not rights.may_view_as(by):
        raise NotAllowed(_("Only an administrator can see the pages as somebody else."))
    chosen = request.POST.get("person", "")
    person = Person.objects.visible_to(by).get(pk=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0)
    try:
        viewing.begin(person, by=by, at=timezone.now())
    except Refused as error:
        if type(error) is not Refused:
            raise
        messages.error(request, str(error))
        return redirect("permissions")
    request.session[KEY] = person.pk
    return redirect("portfolio")


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    person = Person.objects.filter(pk=request.session.get(KEY)).first()
    if person is not None:
        _end(request, viewer(request), person)
        messages.success(request, _("These are your own eyes again."))
    return redirect("permissions")


def _end(request: HttpRequest, own: Person, person: Person) -> None:
    viewing.end(person, by=own, at=timezone.now())
    del request.session[KEY]


def _name(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""
