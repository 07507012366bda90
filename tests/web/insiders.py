"""People who have come in: Luca has a password, Ines is an administrator with one."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from gaitway.actions import accounts, people
from gaitway.models import Person
from tests.world import AT, World

WORDS = "four words of somebody"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def luca(world: World) -> Person:
    return _in(world.luca)


@pytest.fixture
def ines(world: World) -> Person:
    return _in(people.invite("ines@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT))


def _in(person: Person) -> Person:
    accounts.set_password(person, WORDS, by=person, at=AT)
    people.join(person, by=person, at=AT)
    return person


def sign_in(email: str, password: str = WORDS, browser: Client | None = None) -> Client:
    browser = browser or Client()
    browser.post("/login/", {"login": email, "password": password})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def app_of(person: Person) -> Authenticator:
    secret = get_adapter().encrypt(SECRET)
    made: Authenticator = Authenticator.objects.create(user=person, type="totp", data={"secret": secret})
    return made


def code(secret: str = SECRET, later: int = 0) -> str:
    """What the app shows now, or so many steps of 30 seconds later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later)))


def link_of(text: str) -> str:
    """The path of the one link in a mail."""
    found = re.findall(r"http://127\.0\.0\.1:8321(/\S+)", text)
    assert len(found) == 1
    return str(found[0])


def mails(count: int) -> list[mail.EmailMessage]:
    """Those that were sent, beside the answer, once there are so many."""
    for _ in range(100):
        if len(mail.outbox) >= count:
            break
        time.sleep(0.02)
    assert len(mail.outbox) == count
    return mail.outbox
