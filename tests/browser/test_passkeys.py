"""Passkeys in a real browser, with a device of its own making."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, CDPSession, Page, expect

from gaitway.actions import accounts, people
from gaitway.models import Person
from tests.web.insiders import WORDS
from tests.world import AT, World

pytestmark = pytest.mark.browser


def device(page: Page) -> tuple[CDPSession, str]:
    """An authenticator that is built in, unlocked and asks nobody."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = kind | {"isUserVerified": True, "automaticPresenceSimulation": True}
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_is_added_signs_in_alone_and_stays_out_once_removed(
    chromium: Browser, house: World, live_server: object
) -> None:
    luca = house.luca
    accounts.set_password(luca, WORDS, by=luca, at=AT)
    people.join(luca, by=luca, at=AT)
    context = chromium.new_context(base_url=live_server.url)  # type: ignore[attr-defined]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    session, key = device(page)

    page.goto("/login/")
    page.get_by_label("E-mail").fill("luca@example.com")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/me/passkeys/")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Luca's notebook")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/me/")
    expect(page.get_by_text("Luca's notebook").first).to_be_visible()

    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Portfolio")).to_be_visible()

    page.goto("/me/codes/")  # shows once more who one is, by the same device
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    page.context.clear_cookies()  # a password alone isn't enough any more; the same device is the second factor too
    page.goto("/login/")
    page.get_by_label("E-mail").fill("luca@example.com")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Portfolio")).to_be_visible()
    assert complaints == []

    Authenticator.objects.all().delete()
    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This code is wrong")).to_be_visible()
    assert Person.objects.get(pk=luca.pk).last_login is not None
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    context.close()
