from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import Refused, accounts, invitations
from gaitway.actions import people as acts
from gaitway.lib import languages
from gaitway.models import Person
from gaitway.queries import people as asked
from gaitway.queries.words import speaking
from gaitway.queries.words.access import ACCESS, MAY

from . import mailing, signin, undo
from .viewer import viewer


class InviteForm(forms.Form):
    email = forms.EmailField(max_length=254, error_messages={"required": gettext_lazy("Say whom you invite.")})
    name = forms.CharField(max_length=200, required=False)
    access = forms.ChoiceField(choices=[(value, value) for value in Person.Access.values], initial=Person.Access.MEMBER)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if Person.objects.filter(email=email).exists():
            raise forms.ValidationError(_("This address is in the list already."))
        return email


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, for administrators; posting invites somebody."""
    person = viewer(request)
    asked.listed(person, timezone.now())  # nobody else learns who is known here
    form = InviteForm(request.POST) if request.method == "POST" else InviteForm()
    if form.is_bound and form.is_valid():
        new = acts.invite(**form.cleaned_data, by=person, at=timezone.now())
        return _page(request, InviteForm(), *_call(person, new))
    return _page(request, form, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, form: InviteForm, called: Person | None = None, link: str = "", *, status: int = 200
) -> HttpResponse:
    """`link` is shown in this answer alone."""
    lines = asked.listed(viewer(request), timezone.now())
    page = {"lines": lines, "form": form, "called": called, "link": link, "accesses": ACCESS, "may": MAY}
    return render(request, "people.html", page | {"mail": settings.EMAIL_ON}, status=status)


def _call(by: Person, person: Person) -> tuple[Person, str]:
    """Mails the link, where mail is on; else it is for the administrator to hand over."""
    text = invitations.make(person, by=by, at=timezone.now())
    address = settings.ADDRESS + signin.link(text)
    with speaking.to(person):
        sent = mailing.send(
            person.email,
            _("%(by)s invites you to Gaitway") % {"by": by.name},
            _("Hello %(name)s,") % {"name": person.name},
            _("%(by)s invites you to Gaitway. Choose your password here within seven days:") % {"by": by.name},
            address,
            _("The link works once. If you don't know what this is about, do nothing."),
        )
    return person, "" if sent else address


@never_cache
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link for who was invited and has not come in."""
    person = viewer(request)
    try:
        return _page(request, InviteForm(), *_call(person, asked.find(person, pk)))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("people")


@require_POST
def access(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = request.POST.get("access", "")
    return _done(
        request, pk, lambda person, by: acts.set_access(person, wanted, by=by, at=timezone.now()),
        _("%(name)s has the access that you chose. Their sessions and tokens have ended."),
    )  # fmt: skip


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request, pk, lambda person, by: acts.close(person, by=by, at=timezone.now()),
        _("The account of %(name)s is closed. What they did stays."),
    )  # fmt: skip


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request, pk, lambda person, by: acts.reopen(person, by=by, at=timezone.now()),
        _("%(name)s can sign in again."),
    )  # fmt: skip


@require_POST
def sessions_end(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request, pk, lambda person, by: accounts.end_sessions(person, by=by, at=timezone.now()),
        _("All sessions and tokens of %(name)s have ended."),
    )  # fmt: skip


def _done(request: HttpRequest, pk: int, act: Callable[[Person, Person], None], said: str) -> HttpResponse:
    by = viewer(request)
    person = asked.find(by, pk)
    try:
        act(person, by)
        messages.success(request, said % {"name": person.name})
    except Refused as error:
        messages.error(request, str(error))
    return redirect("people")


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """How Gaitway looks to the viewer: colours, density, single-letter keys, the language."""
    person = viewer(request)
    said = request.POST
    theme, density = said.get("theme", person.theme), said.get("density", person.density)
    language = said.get("language", person.language)
    before = {"theme": person.theme, "density": person.density, "keys": person.keys, "language": person.language}
    acts.set_display(
        person,
        theme=theme if theme in Person.Theme.values else person.theme,
        density=density if density in Person.Density.values else person.density,
        keys=said["keys"] == "on" if "keys" in said else person.keys,
        language=language if language in ("", *languages.NAMES) else person.language,
        by=person,
        at=timezone.now(),
    )
    undo.offer(request, _("Your display is changed."), "display", **before)
    back = said.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "portfolio")
