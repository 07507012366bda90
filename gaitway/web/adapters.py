"""What allauth asks Gaitway at sign-in. What is decided here is written by actions."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gaitway.actions import accounts, people
from gaitway.models import Person
from gaitway.queries import people as asked
from gaitway.queries.words import speaking

from . import mailing
from .provider import Through

SAID = {
    "password_changed": gettext_lazy("Your password is set. Other sessions and your tokens have ended."),
    "totp_activated": gettext_lazy("Codes from your app are on."),
    "totp_deactivated": gettext_lazy("Codes from your app are off."),
    "recovery_codes_generated": gettext_lazy("These are your recovery codes. Keep them where you find them without this device."),
    "webauthn_added": gettext_lazy("The passkey is added."),
    "webauthn_removed": gettext_lazy("The passkey is removed."),
    "account_connected": gettext_lazy("Single sign-on is linked."),
    "account_connected_other": gettext_lazy("This account of the provider is linked to somebody else here."),
}  # fmt: skip
TOLD = {
    "password_changed": gettext_lazy("The password was changed."),
    "password_reset": gettext_lazy("The password was set anew by a link in a mail."),
    "totp_activated": gettext_lazy("Codes from an app were turned on."),
    "totp_deactivated": gettext_lazy("Codes from an app were turned off."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were drawn."),
    "webauthn_added": gettext_lazy("A passkey was added."),
    "webauthn_removed": gettext_lazy("A passkey was removed."),
    "account_connected": gettext_lazy("Single sign-on was linked."),
}


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("This e-mail and password don't belong together."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "enter_current_password": gettext_lazy("This is not your password."),
        "incorrect_code": gettext_lazy("This code is wrong or was used before."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Wait a minute, then try again."),
        "rate_limited": gettext_lazy("Too many tries. Wait a minute, then try again."),
        "invalid_password_reset": gettext_lazy("This link has been used, or is too old. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Person, password: str) -> None:
        accounts.set_password(user, password, by=user, at=timezone.now())

    def login(self, request: HttpRequest, user: Person) -> None:
        at = timezone.now()
        super().login(request, user)
        people.join(user, by=user, at=at)
        people.seen(user, at=at)
        request.session["seen"] = request.session["began"] = int(at.timestamp())

    def reauthenticate(self, user: Person, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        messages.error(request, _("This account is closed. Ask an administrator."))
        return redirect("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From the address of the settings: a request could name any host."""
        person, _sep, token = key.partition("-")
        return settings.ADDRESS + reverse("account_reset_password_from_key", args=[person, token])

    def send_password_reset_mail(self, user: Person, email: str, context: dict[str, Any]) -> None:
        with speaking.to(user, otherwise=get_language()):
            mailing.send(
                user.email,
                _("A new password for Gaitway"),
                _("Hello %(name)s,") % {"name": user.name},
                _("somebody, probably you, asked for a new password. Set it here within an hour:"),
                context["password_reset_url"],
                _("If it wasn't you, do nothing: your password stays as it is."),
            )

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        what = TOLD.get(template_prefix.rpartition("/")[2])
        if what is None:
            return
        with speaking.to(user, otherwise=get_language()):
            mailing.send(
                user.email,
                _("Your sign-in to Gaitway changed"),
                _("Hello %(name)s,") % {"name": user.name},
                str(what),
                _("If it wasn't you, set a new password now and tell an administrator: %(address)s")
                % {"address": settings.ADDRESS + reverse("account_reset_password")},
            )

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        name = (message_template or "").rpartition("/")[2].removesuffix(".txt")
        if text := message or SAID.get(name):
            messages.add_message(request, level, text, extra_tags=extra_tags)


class Factors(DefaultMFAAdapter):
    """Second factors. Their secrets are kept encrypted, with a key that isn't in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": Accounts.error_messages["incorrect_code"]}

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Where the key was lost, chance: nothing that anybody types fits it."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        return _("Passkey of %(day)s") % {"day": timezone.localdate().isoformat()}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Gaitway"}


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    digests = (hashlib.sha256(b"gaitway.factors:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class Providers(DefaultSocialAccountAdapter):
    """Single sign-on: a person is known by the provider's own number for them, never by an e-mail address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account")

    def get_requests_session(self) -> Any:
        """Through the one door to the outside, without a redirect or a proxy of the environment."""
        session = super().get_requests_session()
        session.trust_env, session.max_redirects = False, 0
        for scheme in ("https://", "http://"):
            session.mount(scheme, Through())
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing or (request.user.is_authenticated and sociallogin.state.get("process") == "connect"):
            return
        verified = [each.email for each in sociallogin.email_addresses if each.verified]
        person = next(filter(None, map(asked.invited, verified)), None) if settings.SSO_JOINS else None
        if person is None:
            raise ImmediateHttpResponse(refusal(request, _("Nobody here is linked to this account of the provider.")))
        sociallogin.connect(request, person)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **why: Any) -> None:
        raise ImmediateHttpResponse(refusal(request, _("The provider didn't say who you are.")))


def refusal(request: HttpRequest, what: str) -> HttpResponse:
    """The page for who was not let in."""
    return render(request, "refused.html", {"what": what}, status=401)
