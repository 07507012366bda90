"""One's own account: what changes it asks first who one is, and ends every other session."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.utils import timezone

from gaitway.actions import tokens
from gaitway.models import Event, Person
from gaitway.queries import tokens as asked
from tests.web.insiders import SECRET, WORDS, app_of, code, is_in, sign_in
from tests.world import World

OnCommit = Callable[..., AbstractContextManager[object]]
NEW = "other words of somebody"


def again(browser: Client, path: str) -> None:
    """Shows once more who one is, on the way to a page."""
    answer = browser.get(path)
    assert answer.headers["Location"] == f"/login/again/?next={path.replace('/', '%2F')}"
    assert browser.post(answer.headers["Location"], {"password": NEW}).status_code == 200  # wrong
    assert browser.post(answer.headers["Location"], {"password": WORDS}).headers["Location"] == path


@pytest.mark.parametrize(
    "path", ["/me/app/", "/me/passkeys/", "/me/codes/", "/me/codes/new/", "/me/app/off/", "/me/passkeys/1/off/"]
)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_change_of_a_factor_asks_first_who_one_is(luca: Person, path: str, verb: str) -> None:
    browser = sign_in("luca@example.com")
    app_of(luca)
    Authenticator.objects.create(user=luca, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    answer = getattr(browser, verb)(path)
    if (path, verb) == ("/me/codes/", "post"):
        assert answer.status_code == 405
    else:
        assert answer.headers["Location"].startswith("/login/again/?next=")
    assert Authenticator.objects.count() == 2


def test_an_app_is_turned_on_and_off(luca: Person, django_capture_on_commit_callbacks: OnCommit) -> None:
    here, there = sign_in("luca@example.com"), sign_in("luca@example.com")
    _row, token = tokens.make(luca, name="x", scopes=["read"], by=luca, at=timezone.now())
    again(here, "/me/app/")
    page = here.get("/me/app/").content.decode()
    secret = re.search(r'<code class="key">(\w+)</code>', page)[1]  # type: ignore[index]
    assert "Codes" not in str(Authenticator.objects.values_list("type"))
    assert b"wrong" in here.post("/me/app/", {"code": "000000"}).content
    with django_capture_on_commit_callbacks(execute=True):
        done = here.post("/me/app/", {"code": code(secret)})
    assert done.headers["Location"] == "/me/codes/"  # drawn with it, shown at once
    assert (is_in(here), is_in(there)) == (True, False)
    assert asked.alive(token, timezone.now()) is None
    codes = re.findall(r"<code>(\d{4}) (\d{4})</code>", here.get("/me/codes/").content.decode())
    assert len(codes) == 10
    other = sign_in("luca@example.com")
    other.post("/login/code/", {"code": "".join(codes[0])})
    assert is_in(other)
    here.post("/me/app/off/")
    assert not Authenticator.objects.exists()  # the recovery codes go with the last factor
    assert (is_in(here), is_in(other)) == (True, False)
    said = Event.objects.filter(kind="sign-in changed", by=luca).order_by("pk").values_list("data__what", flat=True)
    assert list(said) == ["password", "app on", "app off"]


def test_a_recovery_code_works_once(luca: Person, django_capture_on_commit_callbacks: OnCommit) -> None:
    app_of(luca)
    browser = sign_in("luca@example.com")
    browser.post("/login/code/", {"code": code()})
    again(browser, "/me/codes/new/")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/me/codes/new/")
    found = re.findall(r"<code>(\d{4}) (\d{4})</code>", browser.get("/me/codes/").content.decode())
    for wanted in (True, False):
        other = sign_in("luca@example.com")
        other.post("/login/code/", {"code": "".join(found[0])})
        assert is_in(other) is wanted
    assert "9 of 10" in browser.get("/me/codes/").content.decode()


def test_secrets_of_factors_are_not_in_the_database(luca: Person) -> None:
    """With the planted control that they are found where they are."""
    app_of(luca)

    def holds(text: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from mfa_authenticator where cast(data as text) like %s", [f"%{text}%"])
            return bool(cursor.fetchone()[0])

    assert not holds(SECRET)
    Authenticator.objects.update(data={"secret": SECRET})
    assert holds(SECRET)


def test_where_the_key_was_lost_no_code_fits(luca: Person) -> None:
    found = app_of(luca)
    found.data = {"secret": "not ours"}
    found.save()
    browser = sign_in("luca@example.com")
    for tried in (code(), "000000", code("AAAAAAAA")):
        browser.post("/login/code/", {"code": tried})
    assert not is_in(browser)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(luca: Person) -> None:
    here, there = sign_in("luca@example.com"), sign_in("luca@example.com")
    form = {"oldpassword": WORDS, "password1": NEW, "password2": NEW}
    assert here.post("/me/password/", form | {"oldpassword": NEW}).status_code == 200  # wrong
    assert here.post("/me/password/", form | {"password1": "short", "password2": "short"}).status_code == 200
    assert is_in(there)
    assert here.post("/me/password/", form).headers["Location"] == "/me/"
    assert (is_in(here), is_in(there)) == (True, False)
    assert is_in(sign_in("luca@example.com", NEW))
    assert not is_in(sign_in("luca@example.com", WORDS))


def test_sessions_are_listed_and_end_one_by_one_or_all(luca: Person) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    here = sign_in("luca@example.com", browser=Client(HTTP_USER_AGENT=agent))
    others = [sign_in("luca@example.com") for _ in range(2)]
    page = here.get("/me/").content.decode()
    assert "Firefox · Linux" in page
    assert page.count("127.0.0.1</td>") == 3
    assert page.count("/me/sessions/") == 3  # one for each of the others, one for all of them
    first = UserSession.objects.exclude(user_agent=agent).order_by("pk").first()
    here.post(f"/me/sessions/{first.pk}/end/")
    assert [is_in(each) for each in others] == [False, True]
    here.post("/me/sessions/end/")
    assert [is_in(each) for each in (*others, here)] == [False, False, True]
    assert here.get("/me/").content.decode().count("127.0.0.1</td>") == 1


def test_nobody_ends_a_session_of_somebody_else(luca: Person, ines: Person) -> None:
    browser = sign_in("ines@example.com")
    sign_in("luca@example.com", browser=(lucas := Client()))
    row = UserSession.objects.get(user=luca)
    assert browser.post(f"/me/sessions/{row.pk}/end/").status_code == 404
    assert is_in(lucas)


def test_nobody_removes_a_passkey_of_somebody_else(luca: Person, ines: Person) -> None:
    key = Authenticator.objects.create(user=ines, type="webauthn", data={"name": "x", "credential": {}})
    browser = sign_in("luca@example.com")
    again(browser, f"/me/passkeys/{key.pk}/off/")
    assert browser.post(f"/me/passkeys/{key.pk}/off/").status_code == 404
    assert Authenticator.objects.get() == key


def made_up(person: Person) -> list[str]:
    """Answers that no device gives, from nonsense to nearly right."""
    parts = {
        "userHandle": b64(str(person.pk)),
        "clientDataJSON": b64("{}"),
        "authenticatorData": b64("x"),
        "signature": "",
    }
    whole = {"id": "eA", "rawId": "eA", "type": "public-key", "response": parts}
    cut = [whole | {"response": parts | {name: value}} for name in parts for value in (None, 1, [], b64("\xff" * 40))]
    odd = ["{}", "[]", "1", "null", '{"id": "x"}', '{"response": []}', "x", "", "[" * 900 + "]" * 900]
    return odd + [json.dumps(each) for each in (whole, *cut)]


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("latin-1")).decode().rstrip("=")


def test_a_made_up_passkey_lets_nobody_in_and_breaks_nothing(luca: Person) -> None:
    Authenticator.objects.create(user=luca, type="webauthn", data={"name": "x", "credential": {}})
    for n, said in enumerate(made_up(luca)):
        browser = Client(REMOTE_ADDR=f"198.51.100.{n}")
        browser.get("/login/passkey/", headers={"accept": "application/json"})
        assert browser.post("/login/passkey/", {"credential": said}).status_code == 302
        assert not is_in(browser)


def test_a_made_up_passkey_is_not_added(luca: Person) -> None:
    browser = sign_in("luca@example.com")
    again(browser, "/me/passkeys/")
    browser.get("/me/passkeys/")
    for said in made_up(luca):
        assert browser.post("/me/passkeys/", {"name": "x", "credential": said}).status_code == 200
    assert not Authenticator.objects.exists()


def test_that_somebody_was_here_is_noted_every_ten_minutes(luca: Person) -> None:
    import time_machine

    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        browser = sign_in("luca@example.com")
        clock.shift(599)
        browser.get("/feed/")
        assert Person.objects.get(pk=luca.pk).seen_at == begun
        clock.shift(2)
        browser.get("/feed/")
        found = Person.objects.get(pk=luca.pk).seen_at
        assert (found - begun).total_seconds() == 601
        assert UserSession.objects.get(user=luca).last_seen_at == found


def test_who_signs_in_elsewhere_has_no_password_to_change(world: World) -> None:
    browser = Client()
    browser.force_login(world.theo)
    assert browser.get("/me/password/").headers["Location"] == "/me/"
    page = browser.get("/me/").content.decode()
    assert "/me/app/" not in page


PAGES = {
    "/login/": None, "/login/forgotten/": None, "/login/forgotten/sent/": None, "/login/new-password/1-x/": None,
    "/me/": "luca", "/me/secure/": "luca", "/me/password/": "luca", "/me/app/": "luca", "/me/passkeys/": "luca",
    "/me/codes/": "luca", "/me/codes/new/": "luca", "/me/app/off/": "luca", "/login/again/": "luca",
    "/login/again/code/": "luca", "/people/": "ines",
}  # fmt: skip


@pytest.mark.parametrize(("path", "who"), PAGES.items(), ids=PAGES)
def test_every_page_is_one_of_ours(luca: Person, ines: Person, path: str, who: str | None) -> None:
    """In our frame, under a policy without exceptions, with no script or style in the page itself."""
    browser = sign_in(f"{who}@example.com") if who else Client()
    if path not in ("/me/app/",):
        app_of(luca)
        codes = {"seed": get_adapter().encrypt("x"), "used_mask": 0}
        Authenticator.objects.create(user=luca, type="recovery_codes", data=codes)
    if who:
        browser.post("/login/again/", {"password": WORDS})
    answer = browser.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "gaitway/css/site.css" in page
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", page)
