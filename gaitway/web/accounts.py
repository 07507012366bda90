"""One's own account: password, second factors, links to single sign-on, sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gaitway.actions import Refused, accounts
from gaitway.models import Person
from gaitway.queries import people as asked

from .viewer import viewer


def stay(request: HttpRequest, person: Person) -> None:
    """Lets this one session go on after everything of the person was cut off."""
    request.user = person
    update_session_auth_hash(request, person)
    UserSession.objects.create_from_request(request)


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    from .signon import offered

    person = viewer(request)
    page = {"account": asked.account(person, request.session.session_key), "providers": offered()}
    return render(request, "account.html", page)


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    accounts.end_session(person, pk, by=person, at=timezone.now())
    messages.success(request, _("That session has ended."))
    return redirect("account")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    person = viewer(request)
    accounts.end_sessions(person, by=person, at=timezone.now())
    stay(request, person)
    messages.success(request, _("All other sessions and all your tokens have ended."))
    return redirect("account")


@require_POST
def link_end(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    try:
        accounts.leave(person, pk, by=person, at=timezone.now())
        stay(request, person)
        messages.success(request, _("Single sign-on is unlinked."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("account")


@never_cache
@require_safe
def secure(request: HttpRequest) -> HttpResponse:
    """What somebody new is offered: a second factor, or to go on without."""
    return render(request, "secure.html", {"person": viewer(request)})


class Password(PasswordChangeView):
    template_name = "password.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not viewer(request).has_usable_password():
            return redirect("account")
        return super().dispatch(request, *args, **kwargs)


class Changing:
    """A change of the second factor: it, the end of all else and its event are one transaction."""

    what = ""
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        person = viewer(self.request)
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # allauth's view
            accounts.changed(person, self.what, by=person, at=timezone.now())
        stay(self.request, person)
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes" if getattr(self, "did_generate_recovery_codes", False) else "account")


class AppOn(Changing, ActivateTOTPView):
    template_name, what = "app.html", "app on"


class AppOff(Changing, DeactivateTOTPView):
    template_name, what = "confirm.html", "app off"
    extra_context = {"kind": "app"}


class PasskeyOn(Changing, AddWebAuthnView):
    template_name, what = "passkey.html", "passkey on"


class PasskeyOff(Changing, RemoveWebAuthnView):
    template_name, what = "confirm.html", "passkey off"
    extra_context = {"kind": "passkey"}


class NewCodes(Changing, GenerateRecoveryCodesView):
    template_name, what = "confirm.html", "codes"
    extra_context = {"kind": "codes"}

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")


password = Password.as_view()
app_on = never_cache(AppOn.as_view())
app_off = AppOff.as_view()
passkey_on = never_cache(PasskeyOn.as_view())
passkey_off = PasskeyOff.as_view()
new_codes = NewCodes.as_view()
codes = ViewRecoveryCodesView.as_view(template_name="recovery.html")
again = never_cache(ReauthenticateView.as_view(template_name="again.html", success_url=reverse_lazy("account")))
again_code = never_cache(ReauthenticateByCodeView.as_view(template_name="again.html", extra_context={"code": True}))
again_passkey = never_cache(
    ReauthenticateWebAuthnView.as_view(template_name="again.html", extra_context={"passkey": True})
)
