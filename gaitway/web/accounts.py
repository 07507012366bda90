"""One's own account: password, second factors, links to single sign-on, sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gaitway.actions import Refused, accounts
from gaitway.actions.turns import turn
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


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=accounts.LONGEST, error_messages={"required": gettext_lazy("Say which device it is.")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def passkey_name(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own passkey gets another name."""
    person = viewer(request)
    passkey = asked.passkey(person, pk)
    form = NameForm(request.POST) if request.method == "POST" else NameForm({"name": passkey.wrap().name})
    if request.method == "POST" and form.is_valid():
        accounts.name_passkey(person, pk, form.cleaned_data["name"], by=person, at=timezone.now())
        messages.success(request, _("The passkey has its new name."))
        return redirect("account")
    return render(request, "passkey_name.html", {"form": form}, status=422 if form.errors else 200)


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
        with turn():
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


class Anew:
    """Who has shown once more who they are goes on under another number of the session."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # allauth's view
        before = self.request.session.session_key
        self.request.session.cycle_key()
        UserSession.objects.filter(session_key=before).update(session_key=self.request.session.session_key)
        return response


class Again(Anew, ReauthenticateView):
    template_name, success_url = "again.html", reverse_lazy("account")


class AgainByCode(Anew, ReauthenticateByCodeView):
    template_name, extra_context = "again.html", {"code": True}


class AgainByPasskey(Anew, ReauthenticateWebAuthnView):
    template_name, extra_context = "again.html", {"passkey": True}


password = Password.as_view()
app_on = never_cache(AppOn.as_view())
app_off = AppOff.as_view()
passkey_on = never_cache(PasskeyOn.as_view())
passkey_off = PasskeyOff.as_view()
new_codes = NewCodes.as_view()
codes = ViewRecoveryCodesView.as_view(template_name="recovery.html")
again, again_code, again_passkey = (never_cache(each.as_view()) for each in (Again, AgainByCode, AgainByPasskey))
