"""Signing in: by password, or by a link that works once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.auth.views import LoginView, LogoutView
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gaitway.actions import people
from gaitway.models import Person


class SignInTokens(PasswordResetTokenGenerator):
    """A token dies with the next sign-in, a change of the password, and after PASSWORD_RESET_TIMEOUT."""

    key_salt = "gaitway.signin"


tokens = SignInTokens()
DEMO_AGE = 7 * 86_400  # seconds


def link(person: Person) -> str:
    """The path of a link that signs this person in, once."""
    return reverse("enter", args=[person.pk, tokens.make_token(person)])


@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """A page with one button: so that a link preview, which only reads, doesn't use the link up."""
    person = Person.objects.filter(pk=pk, is_active=True, is_system=False).first()
    if person is None or not tokens.check_token(person, token):
        raise Http404
    if request.method == "GET":
        return render(request, "enter.html", {"person": person})
    people.join(person, by=person, at=timezone.now())
    start_session(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(settings.LOGIN_REDIRECT_URL)


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
    person = Person.objects.get(pk=pk, is_active=True, is_system=False)
    start_session(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(settings.LOGIN_REDIRECT_URL)


def cast() -> list[tuple[Person, str]]:
    """Whose eyes the demo can be seen through; nobody's outside the demo."""
    if not settings.DEMO:
        return []
    emails = [f"{name}@example.com" for name in ("sofia", "luca", "theo", "nadia")]
    found = {person.email: person for person in Person.objects.filter(email__in=emails)}
    return [(found[email], demo_link(found[email])) for email in emails if email in found]


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("This e-mail and password don't belong together."),
        "inactive": _("This account is closed."),
    }


class SignIn(LoginView):
    template_name = "login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


signin = SignIn.as_view()
signout = LogoutView.as_view()
