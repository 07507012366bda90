"""The page on which administrators manage people."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from gaitway.models import Invitation, Person
from tests.web.insiders import WORDS, app_of, is_in, link_of, mails, sign_in


@pytest.fixture
def browser(ines: Person) -> Client:
    return sign_in("ines@example.com")


def test_everybody_is_listed_with_access_and_second_factor(browser: Client, luca: Person) -> None:
    app_of(luca)
    page = browser.get("/people/").content.decode()
    assert "5 people can sign in, 1 without a second factor." in page
    row = re.search(r"<tr>(?:(?!</tr>).)*luca@example\.com.*?</tr>", page, re.S)[0]  # type: ignore[index]
    assert "member" in row
    assert "On</span>" in row
    assert "terminal@system.invalid" not in page


def test_without_mail_the_link_is_shown_once_and_lets_in(browser: Client) -> None:
    form = {"email": "New@Example.com", "name": "Nora New", "access": "member"}
    answer = browser.post("/people/", form)
    path = link_of(re.search(r'<code id="link">(.+?)</code>', answer.content.decode())[1])  # type: ignore[index]
    assert "/enter/" not in browser.get("/people/").content.decode()
    new = Client()
    assert "Nora New" in new.get(path).content.decode()
    new.post(path, {"name": "Nora", "password": WORDS})
    assert is_in(new)
    assert Person.objects.get(email="new@example.com").access == "member"


def test_with_mail_the_link_goes_to_the_person_alone(browser: Client, settings: Settings) -> None:
    settings.EMAIL_ON = True
    answer = browser.post("/people/", {"email": "new@example.com", "access": "guest"})
    assert "/enter/" not in answer.content.decode()
    sent = mails(1)[0]
    assert sent.to == ["new@example.com"]
    assert Client().get(link_of(str(sent.body))).status_code == 200


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"email": ""}, "Say whom you invite."),
        ({"email": "x"}, "valid email"),
        ({"email": "LUCA@example.com"}, "in the list already"),
        ({"email": "terminal@system.invalid"}, "in the list already"),
        ({"email": "new@example.com", "access": "king"}, "king is not one"),
    ],
)
def test_wrong_input_stays_on_the_page_with_its_reason(browser: Client, form: dict[str, str], said: str) -> None:
    answer = browser.post("/people/", {"access": "member", "name": ""} | form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_change_of_access_ends_the_sessions(browser: Client, luca: Person) -> None:
    lucas = sign_in("luca@example.com")
    browser.post(f"/people/{luca.pk}/access/", {"access": "guest"})
    assert Person.objects.get(pk=luca.pk).access == "guest"
    assert not is_in(lucas)
    assert is_in(sign_in("luca@example.com"))
    feed = browser.get("/feed/").content.decode()
    assert "changed the access of Luca Brandt from member to guest" in feed


def test_the_feed_says_how_people_sign_in_to_administrators_alone(browser: Client, luca: Person) -> None:
    assert "set a new password" in browser.get("/feed/").content.decode()
    others = sign_in("luca@example.com").get("/feed/").content.decode()
    assert others.count("set a new password") == 1  # one's own


def test_the_last_administrator_is_told_so(browser: Client, ines: Person) -> None:
    for path, form in (("close", {}), ("access", {"access": "member"})):
        answer = browser.post(f"/people/{ines.pk}/{path}/", form, follow=True)
        assert "last administrator" in answer.content.decode()
    assert is_in(browser)


def test_close_and_reopen(browser: Client, luca: Person) -> None:
    lucas = sign_in("luca@example.com")
    browser.post(f"/people/{luca.pk}/close/")
    assert not is_in(lucas)
    assert not is_in(sign_in("luca@example.com"))
    browser.post(f"/people/{luca.pk}/reopen/")
    assert is_in(sign_in("luca@example.com"))


def test_an_administrator_ends_all_sessions_of_somebody(browser: Client, luca: Person) -> None:
    lucas = [sign_in("luca@example.com") for _ in range(2)]
    browser.post(f"/people/{luca.pk}/sessions/end/")
    assert [is_in(each) for each in lucas] == [False, False]
    assert is_in(browser)


def test_a_new_link_is_for_who_has_not_come_in(browser: Client, luca: Person) -> None:
    answer = browser.post(f"/people/{luca.pk}/link/", follow=True)
    assert "has signed in already" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_others_find_nothing_here(browser: Client, luca: Person) -> None:
    lucas = sign_in("luca@example.com")
    absent = lucas.get("/nowhere/at/all/").content
    assert lucas.get("/people/").content == absent
    assert b'href="/people/"' not in lucas.get("/").content
    assert b'href="/people/"' in browser.get("/").content
