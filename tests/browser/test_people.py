"""The pages of people and of one's account, as eyes and screen readers get them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from gaitway.actions import accounts, people
from gaitway.models import Person
from tests.web.insiders import WORDS
from tests.world import AT, World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True])
def test_people_and_account_are_readable_and_fit(
    chromium: Browser, house: World, live_server: object, dark: bool
) -> None:
    ines = people.invite("ines@example.com", access=Person.Access.ADMINISTRATOR, by=house.admin, at=AT)
    accounts.set_password(ines, WORDS, by=ines, at=AT)
    people.join(ines, by=ines, at=AT)
    scheme = "dark" if dark else "light"
    context = chromium.new_context(base_url=live_server.url, color_scheme=scheme)  # type: ignore[attr-defined,arg-type]
    page = context.new_page()
    page.goto("/login/")
    page.get_by_label("E-mail").fill("ines@example.com")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in", exact=True).click()
    for path in ("/people/", "/me/", "/me/password/", "/me/secure/"):
        page.goto(path)
        for summary in page.locator("main summary").all():
            summary.click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.set_viewport_size({"width": 1280, "height": 800})
    context.close()
