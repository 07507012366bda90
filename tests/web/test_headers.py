"""What every answer says to browsers and proxies, and how sessions begin and end; docs/asvs.csv points here."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from gaitway.models import Person
from tests.api.conftest import Caller, read, token
from tests.web.insiders import WORDS, is_in, sign_in
from tests.world import World

NAMES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS")


def test_what_a_page_says_to_browsers(luca: Person) -> None:
    page = sign_in("luca@example.com").get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert f"{name} 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in page.headers


def test_cookies_are_for_us_alone(luca: Person) -> None:
    browser = sign_in("luca@example.com")
    assert browser.cookies["sessionid"]["httponly"]
    assert {browser.cookies[name]["samesite"] for name in ("sessionid", "csrftoken")} == {"Lax"}


def test_with_https_cookies_belong_to_this_host_and_browsers_come_back_by_https(tmp_path: Path) -> None:
    code = f"from django.conf import settings as s; print(*[getattr(s, name) for name in {NAMES!r}])"
    environ = {**os.environ, "GAITWAY_HTTPS": "1", "GAITWAY_HOME": str(tmp_path)}
    environ["DJANGO_SETTINGS_MODULE"] = "gaitway.settings"
    said = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["__Host-sessionid", "__Host-csrftoken", "31536000", "True"]


def test_the_api_refuses_what_comes_without_https_and_pages_redirect(world: World, settings: Settings) -> None:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    call = Caller(token(world.sofia))
    refused = call("GET", "me")
    assert (refused.status_code, read(refused)["error"]["code"]) == (403, "forbidden")
    assert "end this token" in read(refused)["error"]["message"]
    assert call.client.get("/api/v1/me", headers=call.headers, secure=True).status_code == 200
    assert Client().get("/login/").status_code == 301


def test_trace_is_not_answered(luca: Person) -> None:
    assert sign_in("luca@example.com").trace("/").status_code == 405


def test_signing_out_clears_the_browser(luca: Person) -> None:
    browser = sign_in("luca@example.com")
    assert browser.post("/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(browser)


def test_who_shows_once_more_who_they_are_gets_another_session(luca: Person) -> None:
    browser = sign_in("luca@example.com")
    before = browser.cookies["sessionid"].value
    assert browser.post(reverse("account_reauthenticate"), {"password": WORDS}).status_code == 302
    after = browser.cookies["sessionid"].value
    assert before != after
    assert is_in(browser)
    assert [each.session_key for each in UserSession.objects.filter(user=luca)] == [after]
    browser.cookies["sessionid"] = before
    assert not is_in(browser)


@pytest.mark.parametrize(("days", "step", "stays"), [(29, 7, True), (31, 7, False), (15, 15, False)])
def test_a_session_ends_after_a_month_or_two_weeks_of_silence(luca: Person, days: int, step: int, stays: bool) -> None:
    began = timezone.now()
    with time_machine.travel(began) as clock:
        browser = sign_in("luca@example.com")
        for day in [*range(step, days, step), days]:
            clock.move_to(began + timedelta(days=day))
            found = is_in(browser)
    assert found == stays


def test_signing_in_and_refusals_are_in_the_log(luca: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gaitway.access"):
        sign_in("luca@example.com", "wrong words of somebody")
        browser = sign_in("luca@example.com")
        browser.get("/channels/")
        Caller(token(luca))("GET", "strategies/north/file")
        browser.post("/logout/")
    assert [each.getMessage() for each in caplog.records if each.name == "gaitway.access"] == [
        "Somebody at 127.0.0.1 failed to sign in",
        f"Person {luca.pk} signed in from 127.0.0.1",
        f"Person {luca.pk} was refused: GET /channels/",
        f"Person {luca.pk} was refused: GET /api/v1/strategies/north/file",
        f"Person {luca.pk} signed out from 127.0.0.1",
    ]
