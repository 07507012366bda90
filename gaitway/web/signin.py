"""Signing in: by password and second factor, by passkey, or by a link that works once."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, PasswordResetDoneView, PasswordResetFromKeyView, PasswordResetView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.auth.views import LogoutView
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.dispatch import Signal, receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gaitway.actions import Refused, invitations
from gaitway.models import Invitation, Person
from gaitway.queries import invitations as asked

from . import signon

log = logging.getLogger("gaitway.access")
DEMO_AGE = 7 * 86_400  # seconds


class ForgottenForm(ResetPasswordForm):
    def clean_email(self) -> str:
        """Parts of Gaitway get no mail."""
        email: str = super().clean_email()
        self.users: list[Person] = [each for each in self.users if not each.is_system]
        return email


class SignIn(LoginView):
    template_name = "login.html"
    extra_context = {"mail": settings.EMAIL_ON, "providers": signon.offered}


class Code(AuthenticateView):
    template_name = "code.html"


class Forgotten(PasswordResetView):
    template_name = "forgotten.html"
    extra_context = {"mail": settings.EMAIL_ON}


class Sent(PasswordResetDoneView):
    template_name = "forgotten_sent.html"


class NewPassword(PasswordResetFromKeyView):
    template_name = "new_password.html"
    success_url = reverse_lazy("account_login")


class SignOut(LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The browser forgets what it kept of the pages, too."""
        response = super().post(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


@receiver([user_logged_in, user_logged_out])
def _noted(signal: Signal, request: HttpRequest | None, user: Person | None, **_rest: object) -> None:
    if user is not None and request is not None:
        log.info("Person %s signed %s from %s", user.pk, "in" if signal is user_logged_in else "out", _address(request))


@receiver(user_login_failed)
def _failed(request: HttpRequest | None, **_rest: object) -> None:
    """Whose name was tried isn't said: people type passwords there."""
    log.warning("Somebody at %s failed to sign in", _address(request) if request else "the terminal")


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:  # fewer proxies than the settings say
        return str(request.META.get("REMOTE_ADDR", ""))


signin = SignIn.as_view()
code = Code.as_view()
passkey = LoginWebAuthnView.as_view()
forgotten = Forgotten.as_view()
sent = Sent.as_view()
new_password = never_cache(NewPassword.as_view())
signout = SignOut.as_view()


class WelcomeForm(forms.Form):
    """What somebody chooses who comes in for the first time."""

    email = forms.EmailField(max_length=254, error_messages={"required": _("Say your e-mail address.")})
    name = forms.CharField(max_length=200, error_messages={"required": _("Say your name.")})
    password = forms.CharField(strip=False, error_messages={"required": _("Choose a password.")})

    def __init__(self, invitation: Invitation, data: object = None) -> None:
        person = invitation.person
        super().__init__(data, initial={"name": person.name if person else ""})  # type: ignore[arg-type]  # a QueryDict
        self.person = person
        if person is not None:
            del self.fields["email"]  # it is known

    def clean(self) -> dict[str, object] | None:
        if password := self.cleaned_data.get("password"):
            said = {name: self.cleaned_data.get(name, "") for name in ("email", "name")}
            person = self.person or Person(**said)
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return self.cleaned_data


def link(text: str) -> str:
    """The path of an invitation, by what `invitations.make` gave."""
    return reverse("enter", args=[text])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Name and password for who is new, one button for who has a password: reading alone doesn't use the link up, because
    programs look at links too."""
    invitation = asked.alive(token, timezone.now())
    if invitation is None:
        raise Http404
    person = invitation.person
    known = person is not None and person.has_usable_password()
    posted = request.method == "POST"
    form = None if known else WelcomeForm(invitation, request.POST if posted else None)
    if posted and (form is None or form.is_valid()):
        try:
            chosen = form.cleaned_data if form else {}
            person = invitations.accept(token, **chosen, at=timezone.now())
        except Refused as error:
            return render(request, "refused.html", {"what": str(error)}, status=409)
        begin(request, person)
        if form is None:
            return redirect(settings.LOGIN_REDIRECT_URL)
        record_authentication(request, person, "password", reauthenticated=True)  # it was chosen just now
        return redirect("secure")
    page = {"person": person, "form": form}
    return render(request, "enter.html", page, status=422 if posted else 200)


def begin(request: HttpRequest, person: Person) -> None:
    """A session for who came by a link."""
    get_adapter().login(request, person)
    UserSession.objects.create_from_request(request)


def demo_link(person: Person) -> str:
    """The path of a link into the demo, signed in at once; it works as long as the demo does."""
    return reverse("demo", args=[signing.dumps(person.pk, salt="gaitway.demo")])


@never_cache
@require_safe
def demo(request: HttpRequest, token: str) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    try:
        pk = signing.loads(token, salt="gaitway.demo", max_age=DEMO_AGE)
    except signing.BadSignature:
        raise Http404 from None
    begin(request, Person.objects.get(pk=pk, is_active=True, is_system=False))
    return redirect(settings.LOGIN_REDIRECT_URL)


def cast() -> list[tuple[Person, str]]:
    """Whose eyes the demo can be seen through; nobody's outside the demo."""
    if not settings.DEMO:
        return []
    emails = [f"{name}@example.com" for name in ("sofia", "luca", "theo", "nadia")]
    found = {person.email: person for person in Person.objects.filter(email__in=emails)}
    return [(found[email], demo_link(found[email])) for email in emails if email in found]
