"""A real Chromium on a real server with the cast's world in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from gaitway.models import Person
from gaitway.web.live import hub
from tests import world as stage
from tests.web.furnished import furnish

# Playwright runs its own event loop in this thread; Django's tests are synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# What is expected comes; how soon, on a machine that does other things too, is not what these tests ask.
expect.set_options(timeout=20_000)

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("GAITWAY_CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def house(really_kept: None, live_server: object, tmp_path: Path) -> stage.World:
    return stage.build(tmp_path)


@pytest.fixture
def enter(chromium: Browser, house: stage.World, live_server: object) -> Iterator[object]:
    """enter("sofia", dark=…, width=…, js=…): a browser in which she is signed in."""
    opened: list[BrowserContext] = []

    def sign_in(name: str, *, dark: bool = False, width: int = 1280, js: bool = True) -> BrowserContext:
        client = Client()
        client.force_login(Person.objects.get(email=f"{name}@example.com"))
        context = chromium.new_context(
            base_url=live_server.url,  # type: ignore[attr-defined]
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=js,
        )
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])  # type: ignore[attr-defined]
        opened.append(context)
        return context

    yield sign_in
    for context in opened:
        context.close()
    for each in list(hub.listeners):  # no stream outlives its test
        each.tell(over=True)


@pytest.fixture
def full(house: stage.World) -> stage.World:
    """One thing of each sort, and somebody who may see every page."""
    furnish(house)
    Person.objects.filter(email="sofia@example.com").update(access=Person.Access.ADMINISTRATOR)
    return house
