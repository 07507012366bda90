"""Single sign-on by SAML, with a provider that signs, one that doesn't, and one that is somebody else."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from gaitway.lib import signon
from gaitway.models import Person
from tests.saml import ENTITY, HOST, HOUSE, RIGHT, SSO, WRONG, answer, asked
from tests.web.insiders import is_in


@pytest.fixture
def saml(luca: Person, settings: Settings, tmp_path: Path) -> Person:
    """Luca, who is linked."""
    path = tmp_path / "idp.pem"
    path.write_text(RIGHT.certificate)
    environ = {"GAITWAY_SAML_ENTITY": ENTITY, "GAITWAY_SAML_URL": SSO, "GAITWAY_SAML_CERTIFICATE": str(path)}
    settings.ALLOWED_HOSTS = [HOST]
    settings.SAML, settings.SOCIALACCOUNT_PROVIDERS = True, signon.providers(environ)
    registry.register(SAMLProvider)
    SocialAccount.objects.create(user=luca, provider="saml", uid="4711")
    return luca


def leave(browser: Client) -> str:
    page = browser.post("/login/saml/saml/").content.decode()
    return asked(unescape(re.search(r'<a href="(http[^"]+)"', page)[1]))  # type: ignore[index]


def come(browser: Client, said: str) -> HttpResponse:
    answer: HttpResponse = browser.post("/login/saml/saml/acs/", {"SAMLResponse": said}, follow=True)
    return answer


def test_who_is_linked_is_let_in_once_by_one_answer(saml: Person) -> None:
    browser = Client(HTTP_HOST=HOST)
    assert "Sign in with SAML" in browser.get("/login/").content.decode()
    said = answer(leave(browser))
    come(browser, said)
    assert is_in(browser)
    browser.post("/logout/")
    come(browser, said)
    assert not is_in(browser)


LIES = {
    "unsigned": {"pair": None},
    "signed by somebody else": {"pair": WRONG},
    "for another program": {"audience": "https://other.example/"},
    "too old": {"age": 3600},
    "somebody unknown": {"name": "4712"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_lets_nobody_in(saml: Person, lie: dict[str, object]) -> None:
    browser = Client(HTTP_HOST=HOST)
    said = answer(leave(browser), **lie)  # type: ignore[arg-type]  # by name
    assert come(browser, said).status_code == 401
    assert not is_in(browser)


@pytest.mark.parametrize("question", ["", "ONELOGIN_guess"])
def test_what_nobody_asked_for_is_refused(saml: Person, question: str) -> None:
    browser = Client(HTTP_HOST=HOST)
    assert come(browser, answer(question)).status_code == 401
    assert not is_in(browser)


@pytest.mark.parametrize("said", ["", "x", "%%%", "PGE+", "PGEvPg=="])
def test_nonsense_breaks_nothing(saml: Person, said: str) -> None:
    browser = Client(HTTP_HOST=HOST)
    assert come(browser, said).status_code == 401


def test_the_answer_of_another_browser_is_refused(saml: Person) -> None:
    said = answer(leave(Client(HTTP_HOST=HOST)))
    browser = Client(HTTP_HOST=HOST)
    assert come(browser, said).status_code == 401
    assert not is_in(browser)


def test_the_metadata_say_where_answers_go(saml: Person) -> None:
    assert f"{HOUSE}/acs/".encode() in Client(HTTP_HOST=HOST).get("/login/saml/saml/metadata/").content
