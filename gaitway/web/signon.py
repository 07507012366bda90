"""Single sign-on: OpenID Connect and SAML, where the settings name a provider."""

from __future__ import annotations

from typing import Any, NamedTuple

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.socialaccount.signals import social_account_added
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from gaitway.actions import accounts
from gaitway.models import Person

from .accounts import stay
from .adapters import refusal


class Offer(NamedTuple):
    key: str
    name: str
    path: str  # that begins


def offered() -> list[Offer]:
    """The providers of the settings."""
    return [
        Offer(app["provider_id"], app["name"], reverse(f"{kind}_login", args=[app["provider_id"]]))
        for kind in ("openid_connect", "saml")
        for app in settings.SOCIALACCOUNT_PROVIDERS.get(kind, {}).get("APPS", [])
    ]


class Adapter(oidc.OpenIDConnectOAuth2Adapter):
    """Checks the signature of the identity token, and that both answers speak of the same person."""

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        try:
            login = super().complete_login(request, app, token, **kwargs)
            said = login.account.extra_data
            if said["userinfo"]["sub"] != said["id_token"]["sub"]:
                raise OAuth2Error("two people in one answer")
        except (KeyError, TypeError, ValueError) as error:  # what a provider can send instead
            raise OAuth2Error(f"not an answer of OpenID Connect: {type(error).__name__}") from error
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        named = str(app.settings["server_url"]).removesuffix("/.well-known/openid-configuration")
        if self.openid_config["issuer"].rstrip("/") != named.rstrip("/"):
            raise OAuth2Error("the provider says that it is another one")
        said: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token, keys_url=self.openid_config["jwks_uri"], issuer=self.openid_config["issuer"],
            audience=app.client_id, lookup_kid=jwtkit.lookup_kid_jwk,
        )  # fmt: skip
        return said


@never_cache
@require_POST
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return _leaving(request, oidc.login(request, provider_id))
    except (RequestException, KeyError, TypeError, ValueError):  # it is away, or says something else
        return refusal(request, _("The provider doesn't answer. Try again in a minute, or sign in another way."))


@never_cache
@require_GET
def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        view = OAuth2CallbackView.adapter_view(Adapter(request, provider_id))
        answer: HttpResponse = view(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer


@never_cache
@require_POST
def saml_login(request: HttpRequest, organization_slug: str) -> HttpResponse:
    return _leaving(request, _saml("login", request, organization_slug))


@csrf_exempt  # the provider posts it; what it says is signed
@never_cache
@require_POST
def saml_acs(request: HttpRequest, organization_slug: str) -> HttpResponse:
    return _saml("acs", request, organization_slug)


@never_cache
@require_GET
def saml_finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    try:
        return _saml("finish_acs", request, organization_slug)
    except (
        LookupError,
        PermissionDenied,
        SyntaxError,
        ValueError,
    ):  # no XML, or an answer to no question of this browser
        return refusal(request, _("The provider didn't say who you are."))


@require_GET
def saml_metadata(request: HttpRequest, organization_slug: str) -> HttpResponse:
    return _saml("metadata", request, organization_slug)


def saml_logout(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Named in the metadata, not offered: a provider that could end sessions here would need no signature for it."""
    raise Http404


def _saml(name: str, request: HttpRequest, slug: str) -> HttpResponse:
    if not settings.SAML:
        raise Http404
    from allauth.socialaccount.providers.saml import views  # needs the extra

    request.META.setdefault("HTTP_HOST", request.get_host())  # for the library, which takes no request without it
    answer: HttpResponse = getattr(views, name)(request, organization_slug=slug)
    return answer


def _leaving(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page that goes on by itself: a form may not lead to another host, and shall not be allowed to."""
    if response.status_code != 302 or "://" not in response.headers["Location"]:
        return response
    return render(request, "leaving.html", {"address": response.headers["Location"]})


@receiver(social_account_added)
def _added(request: HttpRequest, sociallogin: Any, **_rest: object) -> None:
    person: Person = sociallogin.user
    accounts.changed(person, "joined", by=person, at=timezone.now())
    if request.user == person:
        stay(request, person)
