"""Single sign-on with a real provider of OpenID Connect on this machine."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from gaitway.lib import signon
from gaitway.models import Event, Person
from tests.provider import CLIENT, SECRET, STRANGER, Provider
from tests.web.insiders import WORDS, app_of, is_in, sign_in
from tests.world import World


@pytest.fixture
def sso(provider: Provider, settings: Settings) -> Provider:
    environ = {"GAITWAY_OIDC_ISSUER": provider.url, "GAITWAY_OIDC_CLIENT": CLIENT, "GAITWAY_OIDC_SECRET": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = signon.providers(environ)
    return provider


def leave(browser: Client, connect: bool = False) -> str:
    """The address of the provider that the browser is sent to."""
    page = browser.post(f"/login/with/oidc/{'?process=connect' if connect else ''}").content.decode()
    return unescape(re.search(r'<a href="(http[^"]+)"', page)[1])  # type: ignore[index]


def come(browser: Client, sso: Provider, connect: bool = False, **changed: str) -> HttpResponse:
    answer: HttpResponse = browser.get("/login/back/oidc/", sso.authorize(leave(browser, connect)) | changed)
    return answer


def linked(person: Person, sub: str = "4711") -> None:
    SocialAccount.objects.create(user=person, provider="oidc", uid=sub)


def test_who_is_linked_is_let_in(luca: Person, sso: Provider) -> None:
    linked(luca)
    browser = Client()
    assert "Sign in with Single sign-on" in browser.get("/login/").content.decode()
    assert come(browser, sso).status_code == 302
    assert is_in(browser)
    assert "/keys" in sso.asked  # the signature was looked at


def test_the_second_factor_is_asked_all_the_same(luca: Person, sso: Provider) -> None:
    linked(luca)
    app_of(luca)
    browser = Client()
    assert come(browser, sso).headers["Location"] == "/login/code/"
    assert not is_in(browser)


@pytest.mark.parametrize("verified", [True, False, None])
def test_an_e_mail_address_alone_opens_nothing(
    luca: Person, world: World, sso: Provider, verified: bool | None
) -> None:
    for email in ("luca@example.com", "theo@example.com", "nobody@example.com"):
        sso.claims |= {"email": email, "email_verified": verified}
        browser = Client()
        answer = come(browser, sso)
        assert answer.status_code == 401
        assert "Nobody here is linked" in answer.content.decode()
        assert not is_in(browser)
    assert not SocialAccount.objects.exists()
    assert Person.objects.filter(email="nobody@example.com").count() == 0


@pytest.mark.parametrize(
    ("verified", "comes"), [(True, True), ("true", True), (False, False), (None, False), ("no", False)]
)
def test_where_allowed_a_verified_address_brings_in_who_was_invited(
    world: World, luca: Person, sso: Provider, settings: Settings, verified: object, comes: bool
) -> None:
    settings.SSO_JOINS = True
    sso.claims |= {"email": "Theo@Example.com", "email_verified": verified}
    browser = Client()
    come(browser, sso)
    assert is_in(browser) is comes
    assert SocialAccount.objects.filter(user=world.theo, uid="4711").exists() is comes
    if comes:  # from then on it is the number alone that counts
        sso.claims["email"] = "luca@example.com"
        again = Client()
        come(again, sso)
        assert again.get("/me/").content.decode().count("theo@example.com") > 0
        assert Event.objects.filter(kind="sign-in changed", by=world.theo, data__what="joined").exists()


@pytest.mark.parametrize("email", ["luca@example.com", "closed@example.com", "terminal@system.invalid"])
def test_a_verified_address_never_opens_an_account_that_is_in_use(
    world: World, luca: Person, sso: Provider, settings: Settings, email: str
) -> None:
    settings.SSO_JOINS = True
    Person.objects.create(email="closed@example.com", name="C", invited_at=luca.invited_at, is_active=False)
    sso.claims |= {"email": email, "email_verified": True}
    browser = Client()
    assert come(browser, sso).status_code == 401
    assert not is_in(browser)


def test_who_is_in_links_it_once_they_showed_who_they_are(luca: Person, sso: Provider) -> None:
    browser, other = sign_in("luca@example.com"), sign_in("luca@example.com")
    answer = come(browser, sso, connect=True)
    assert answer.headers["Location"] == "/login/again/"
    assert not SocialAccount.objects.exists()
    browser.post("/login/again/", {"password": WORDS})
    assert SocialAccount.objects.get().user == luca
    assert (is_in(browser), is_in(other)) == (True, False)
    assert "Single sign-on since" in browser.get("/me/").content.decode()


def test_an_account_of_the_provider_is_of_one_person(luca: Person, ines: Person, sso: Provider) -> None:
    linked(ines)
    browser = sign_in("luca@example.com")
    come(browser, sso, connect=True)
    browser.post("/login/again/", {"password": WORDS})
    assert SocialAccount.objects.get().user == ines


def test_a_closed_account_stays_out(luca: Person, sso: Provider) -> None:
    linked(luca)
    Person.objects.filter(pk=luca.pk).update(is_active=False)
    browser = Client()
    come(browser, sso)
    assert not is_in(browser)


LIES = {
    "signed by somebody else": {"key": STRANGER},
    "a key that isn't known": {"kid": "2"},
    "for another program": {"token": {"aud": "other"}},
    "of another provider": {"token": {"iss": "https://evil.example"}},
    "too old": {"token": {"exp": int(time.time()) - 60}},
    "two people at once": {"userinfo": {"sub": "1"}},
    "nobody": {"userinfo": {"name": "x"}},
    "no userinfo": {"broken": "/userinfo"},
    "no keys": {"broken": "/keys"},
    "no token": {"broken": "/token"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_lets_nobody_in_and_breaks_nothing(luca: Person, sso: Provider, lie: dict[str, object]) -> None:
    linked(luca)
    for name, value in lie.items():
        setattr(sso, name, value)
    browser = Client()
    answer = come(browser, sso)
    assert answer.status_code == 401
    assert "say who you are" in answer.content.decode()
    assert not is_in(browser)


@pytest.mark.parametrize("changed", [{"state": "x"}, {"state": ""}, {"code": "x"}, {"error": "access_denied"}])
def test_what_comes_back_fits_what_was_sent(luca: Person, sso: Provider, changed: dict[str, str]) -> None:
    linked(luca)
    browser = Client()
    assert come(browser, sso, **changed).status_code == 401
    assert not is_in(browser)


def test_an_answer_is_of_the_browser_that_asked(luca: Person, sso: Provider) -> None:
    linked(luca)
    answer = sso.authorize(leave(Client()))
    other = Client()
    assert other.get("/login/back/oidc/", answer).status_code == 401
    assert not is_in(other)


def test_the_secret_is_on_no_page(luca: Person, sso: Provider) -> None:
    linked(luca)
    browser = Client()
    sso.broken = "/token"
    pages = [browser.get("/login/").content, come(browser, sso).content, leave(browser).encode()]
    assert not any(SECRET.encode() in page or SECRET.replace(" ", "+").encode() in page for page in pages)


def test_where_the_provider_is_away_one_is_told_so(luca: Person, sso: Provider) -> None:
    sso.broken = "/.well-known/openid-configuration"
    assert Client().post("/login/with/oidc/").status_code == 401


def test_a_provider_that_says_it_is_another_lets_nobody_in(luca: Person, sso: Provider, settings: Settings) -> None:
    linked(luca)
    browser = Client()
    address = leave(browser)
    providers = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    providers["APPS"][0]["settings"]["server_url"] = sso.url.replace("127.0.0.1", "localhost")
    browser.get("/login/back/oidc/", sso.authorize(address))
    assert not is_in(browser)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::1]/"]
)
def test_the_provider_is_asked_through_the_one_door(sso: Provider, address: str) -> None:
    """The issuer of the settings alone may be private; where its answers lead is checked like any address."""
    with get_adapter().get_requests_session() as session:
        assert session.get(f"{sso.url}/.well-known/openid-configuration").json()["issuer"] == sso.url
        with pytest.raises(requests.ConnectionError):
            session.get(address)
