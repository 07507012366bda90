"""Writing a trigger in a real browser: it looks while one types, and works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from gaitway.actions import observations
from tests.browser.test_pages import watched
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.browser
Enter = Callable[..., BrowserContext]
PATH = "/initiatives/north/norway/crawl/trigger/"


@pytest.fixture(autouse=True)
def told(house: World) -> None:
    rows = {TODAY - timedelta(weeks=i): (float(7 + i % 3), 1.0) for i in range(1, 27)}
    observations.record(house.orders, rows, by=house.admin, at=AT)


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Trigger", exact=True)


def worked_out(page: Page) -> None:
    expect(page.get_by_role("heading", name="On the history of its KPIs")).to_be_visible(timeout=30_000)


@time_machine.travel(AT)
def test_it_looks_while_one_types_and_saves(enter: Enter, house: World) -> None:
    page, complaints = watched(enter("luca"))
    page.goto(PATH)
    worked_out(page)
    field(page).fill("oders >= 7 with 95% confidence")
    expect(page.get_by_text("there is no KPI 'oders'")).to_be_visible()
    expect(page.locator("mark")).to_have_text("oders")
    expect(page.get_by_role("status").filter(has_text="Something is wrong")).to_be_visible()
    field(page).fill("orders >= 7  WITH 95% confidence")
    expect(page.get_by_text("orders >= 7 with 95% confidence").first).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="not saved yet")).to_be_visible()
    worked_out(page)
    page.get_by_label("Reason").fill("Six was too easy.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. The stage is judged by it from now on.")).to_be_visible()
    assert house.crawl.trigger == "orders >= 7 with 95% confidence"
    assert complaints == []


@time_machine.travel(AT)
def test_it_works_without_javascript(enter: Enter, house: World) -> None:
    page = enter("luca", js=False).new_page()
    page.goto(PATH)
    field(page).fill("orders >= 7 for 3 weeks")
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.get_by_text("Orders per week at least 7 in each of the last 3 weeks").first).to_be_visible()
    worked_out(page)
    page.get_by_label("Reason").fill("Steadier.")
    page.get_by_role("button", name="Save").click()
    assert house.crawl.trigger == "orders >= 7 for 3 weeks"


@time_machine.travel(AT)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_everybody_can_read_it(enter: Enter, dark: bool, width: int) -> None:
    page, complaints = watched(enter("luca", dark=dark, width=width))
    page.goto(PATH)
    worked_out(page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    field(page).fill("orders >= 7 over 3 dyas")
    expect(page.locator("mark")).to_have_text("dyas")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
