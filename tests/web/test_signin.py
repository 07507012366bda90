"""Signing in, and what keeps others out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from gaitway.actions import invitations, people
from gaitway.models import Person
from gaitway.web import signin
from tests.web.insiders import WORDS, app_of, code, is_in, link_of, mails, sign_in
from tests.world import AT, World

WRONG = "four words of nobody"


def test_e_mail_and_password_let_in(luca: Person) -> None:
    browser = sign_in("Luca@Example.com")
    assert is_in(browser)
    found = Person.objects.get(pk=luca.pk)
    assert timezone.now() - found.seen_at < timedelta(minutes=1)


@pytest.mark.parametrize("email", ["luca@example.com", "nobody@example.com", "terminal@system.invalid"])
def test_a_wrong_password_says_the_same_of_known_and_unknown_people(luca: Person, email: str) -> None:
    answer = Client().post("/login/", {"login": email, "password": WRONG})
    assert answer.status_code == 200
    assert "belong together" in answer.content.decode()


def test_the_sixth_wrong_password_in_a_minute_is_refused_and_so_is_the_right_one(luca: Person) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        said = [
            Client().post("/login/", {"login": "luca@example.com", "password": WRONG}).content.decode()
            for _ in range(6)
        ]
        assert ["Too many tries" in each for each in said] == [False] * 5 + [True]
        assert not is_in(sign_in("LUCA@example.com"))
        assert not is_in(sign_in("luca@example.com", browser=Client(REMOTE_ADDR="198.51.100.7")))
        clock.shift(timedelta(seconds=61))
        assert is_in(sign_in("luca@example.com"))


def test_thirty_wrong_passwords_an_hour_are_enough(luca: Person) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for n in range(30):
            clock.shift(timedelta(seconds=15))
            Client(REMOTE_ADDR=f"198.51.100.{n}").post("/login/", {"login": "luca@example.com", "password": WRONG})
        clock.shift(timedelta(seconds=61))
        assert not is_in(sign_in("luca@example.com"))
        clock.shift(timedelta(hours=1))
        assert is_in(sign_in("luca@example.com"))


def test_one_address_may_not_try_everybody(luca: Person) -> None:
    browsers = [Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")]
    for n in range(20):
        browsers[0].post("/login/", {"login": f"p{n}@example.com", "password": WRONG})
    assert not is_in(sign_in("luca@example.com", browser=browsers[0]))
    assert is_in(sign_in("luca@example.com", browser=browsers[1]))


def test_a_proxy_header_of_anybody_is_not_believed(luca: Person) -> None:
    for n in range(20):
        Client(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").post("/login/", {"login": f"p{n}@example.com", "password": WRONG})
    assert not is_in(sign_in("luca@example.com", browser=Client(HTTP_X_FORWARDED_FOR="203.0.113.99")))


def test_the_header_of_a_proxy_that_is_named_is_believed_as_far_as_it_wrote_it(
    luca: Person, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(20):
        browser = Client(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.7")  # the first is what the browser made up
        browser.post("/login/", {"login": f"p{n}@example.com", "password": WRONG})
    assert not is_in(sign_in("luca@example.com", browser=Client(HTTP_X_FORWARDED_FOR="198.51.100.7")))
    assert is_in(sign_in("luca@example.com", browser=Client(HTTP_X_FORWARDED_FOR="198.51.100.8")))


def test_the_limits_are_in_the_database(luca: Person) -> None:
    """So that several processes share them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from gaitway_cache")
        before = cursor.fetchone()[0]
        Client().post("/login/", {"login": "luca@example.com", "password": WRONG})
        cursor.execute("select count(*) from gaitway_cache")
        assert cursor.fetchone()[0] > before
    assert type(cache).__name__ == "ConnectionProxy"
    assert cache._connections["default"].__class__.__name__ == "DatabaseCache"


def test_a_closed_account_stays_out(luca: Person, ines: Person) -> None:
    browser = sign_in("luca@example.com")
    people.close(luca, by=ines, at=AT)
    assert not is_in(browser)
    answer = Client().post("/login/", {"login": "luca@example.com", "password": WORDS}, follow=True)
    assert "account is closed" in answer.content.decode()


def test_the_next_page_is_one_of_ours(luca: Person) -> None:
    for wanted, got in (("/feed/", "/feed/"), ("https://evil.example/", "/"), ("//evil.example/", "/")):
        answer = Client().post(f"/login/?next={wanted}", {"login": "luca@example.com", "password": WORDS})
        assert answer.headers["Location"] == got


# The second factor


def test_with_an_app_the_password_alone_lets_nobody_in(luca: Person) -> None:
    app_of(luca)
    browser = Client()
    answer = browser.post("/login/", {"login": "luca@example.com", "password": WORDS})
    assert answer.headers["Location"] == "/login/code/"
    assert not is_in(browser)
    assert "wrong" in browser.post("/login/code/", {"code": "000000"}).content.decode()
    assert not is_in(browser)
    browser.post("/login/code/", {"code": code()})
    assert is_in(browser)


def test_a_code_works_once(luca: Person) -> None:
    app_of(luca)
    used = code()
    for wanted in (True, False):
        browser = sign_in("luca@example.com")
        browser.post("/login/code/", {"code": used})
        assert is_in(browser) is wanted


def test_six_wrong_codes_are_too_many(luca: Person) -> None:
    app_of(luca)
    browser = sign_in("luca@example.com")
    said = [browser.post("/login/code/", {"code": "000000"}).content.decode() for _ in range(6)]
    assert "Too many tries" in said[-1]
    browser.post("/login/code/", {"code": code()})
    assert not is_in(browser)


# A new password by mail


@pytest.fixture
def mailing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_ON = True
    settings.ADDRESS = "http://127.0.0.1:8321"
    monkeypatch.setitem(signin.Forgotten.extra_context, "mail", True)


def test_the_same_answer_for_known_and_unknown_people(luca: Person, mailing: None) -> None:
    answers = []
    for email in ("luca@example.com", "nobody@example.com", "terminal@system.invalid"):
        answer = Client().post("/login/forgotten/", {"email": email}, follow=True)
        answers.append((answer.redirect_chain, answer.status_code, answer.content))
    assert len(set(map(str, answers))) == 1
    assert [each.to for each in mails(1)] == [["luca@example.com"]]


def test_the_link_of_the_mail_sets_a_password_once_and_ends_the_sessions(luca: Person, mailing: None) -> None:
    before = sign_in("luca@example.com")
    Client().post("/login/forgotten/", {"email": "Luca@example.com"}, HTTP_HOST="testserver")
    path = link_of(str(mails(1)[0].body))
    browser = Client()
    form = browser.get(path, follow=True)
    assert form.status_code == 200
    at = form.redirect_chain[-1][0]
    assert b"too short" in browser.post(at, {"password1": "short", "password2": "short"}).content
    done = browser.post(at, {"password1": WRONG, "password2": WRONG})
    assert done.headers["Location"] == "/login/"
    assert not is_in(before)
    assert not is_in(browser)  # the second factor is asked at the door
    assert is_in(sign_in("luca@example.com", WRONG))
    assert "is over" in Client().get(path).content.decode()


def test_a_change_is_told_by_mail(luca: Person, mailing: None) -> None:
    form = {"oldpassword": WORDS, "password1": WRONG, "password2": WRONG}
    sign_in("luca@example.com").post("/me/password/", form)
    told = mails(1)[0]
    assert (told.to, told.subject) == (["luca@example.com"], "Your sign-in to Gaitway changed")
    assert "The password was changed." in told.body
    assert WRONG not in told.body


def test_a_mail_is_asked_for_five_times_a_minute(luca: Person, mailing: None) -> None:
    answers = [Client().post("/login/forgotten/", {"email": "luca@example.com"}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    others = [Client().post("/login/forgotten/", {"email": "nobody@example.com"}).status_code for _ in range(6)]
    assert others == answers


# Links


def test_somebody_new_chooses_a_name_and_a_password(world: World) -> None:
    path = signin.link(invitations.make(world.theo, by=world.admin, at=timezone.now()))
    browser = Client()
    for password, said in (
        ("too short", "too short"),
        ("password1234", "too common"),
        ("theo@example.com", "too similar"),
        ("", "Choose a password."),
    ):
        answer = browser.post(path, {"name": "Theo", "password": password})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    answer = browser.post(path, {"name": "Theo O.", "password": WORDS})
    assert answer.headers["Location"] == reverse("secure")
    assert is_in(browser)
    assert browser.get("/me/app/").status_code == 200  # a password chosen just now needn't be typed again
    assert browser.get(path).status_code == 404
    assert is_in(sign_in("theo@example.com"))


def test_the_first_administrator_says_the_address(world: World) -> None:
    path = signin.link(invitations.make(None, by=world.admin, at=timezone.now()))
    browser = Client()
    assert browser.post(path, {"name": "Ines", "password": WORDS}).status_code == 422
    browser.post(path, {"email": "Ines@example.com", "name": "Ines", "password": WORDS})
    assert browser.get("/people/").status_code == 200


def test_a_link_shows_nothing_of_whom_it_isnt_for(world: World) -> None:
    assert Client().get("/enter/guess/").status_code == 404
    assert b"theo" not in Client().get("/enter/guess/").content


def test_the_demo_links_are_dead_outside_the_demo(world: World, settings: Settings) -> None:
    path = signin.demo_link(world.theo)
    assert Client().get(path).status_code == 404
    settings.DEMO = True
    browser = Client()
    browser.get(path)
    assert is_in(browser)


def test_a_session_dies_with_the_epoch(luca: Person) -> None:
    """The planted control of all that ends sessions: without the epoch this one would live."""
    browser = sign_in("luca@example.com")
    assert is_in(browser)
    Person.objects.filter(pk=luca.pk).update(epoch=7)
    assert Session.objects.exists()
    assert not is_in(browser)
