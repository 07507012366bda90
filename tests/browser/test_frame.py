"""Getting around: palette, undo, keys, side bar, and the way from nothing to the first initiative."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from gaitway.models import Initiative, Person, Task
from tests.world import World

pytestmark = pytest.mark.browser
Enter = Callable[..., BrowserContext]


def opened(context: BrowserContext) -> tuple[Page, list[str]]:
    page, said = context.new_page(), []
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


def test_the_palette_leads_to_an_initiative_by_keys_alone(enter: Enter) -> None:
    page, complaints = opened(enter("sofia"))
    page.goto("/feed/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("norw")
    expect(page.get_by_role("option", name="Norway").first).to_have_attribute("aria-selected", "true")
    # Behind a modal dialog the heading of the page is nobody's for a while.
    seen = Axe().run(page, options={"rules": {"page-has-heading-one": {"enabled": False}}})
    assert seen.violations_count == 0, seen.generate_report()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Norway", level=1)).to_be_visible()
    page.wait_for_load_state()  # its scripts too
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-recent")).to_contain_text("Feed")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    assert complaints == []


def test_the_palette_does_what_it_offers(enter: Enter, house: World) -> None:
    page, complaints = opened(enter("sofia"))
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("switch to dark")
    page.get_by_role("option", name="Switch to dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert complaints == []


def test_a_tick_is_taken_back_by_its_button_and_by_a_key(enter: Enter, house: World) -> None:
    page, complaints = opened(enter("luca"))
    page.goto("/initiatives/north/norway/")
    tick = page.get_by_role("button", name="Done: Translate the catalogue")
    tick.click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("Done: Translate the catalogue")
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("Taken back")
    assert Task.objects.get().done_on is None
    page.reload()  # without the toast that says so
    tick.click()
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(toast).to_contain_text("Taken back")
    assert Task.objects.get().done_on is None
    assert complaints == []


def test_without_javascript_the_way_back_is_a_button(enter: Enter, house: World) -> None:
    page = enter("luca", js=False).new_page()
    page.goto("/initiatives/north/norway/")
    page.get_by_role("button", name="Done: Translate the catalogue").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: Done: Translate the catalogue")).to_be_visible()
    assert Task.objects.get().done_on is None


def test_the_list_of_keys_shows_what_works_here_and_the_side_bar_stays_narrow(enter: Enter) -> None:
    page, complaints = opened(enter("sofia"))
    page.goto("/feed/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_text("This list")).to_be_visible()
    expect(keys.get_by_text("Filter")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("[")
    expect(page.locator("html")).to_have_attribute("data-side", "narrow")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-side", "narrow")
    seen = Axe().run(page)
    assert seen.violations_count == 0, seen.generate_report()
    assert complaints == []


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 390)])
def test_its_pages_can_be_read_by_everybody(enter: Enter, house: World, dark: bool, width: int) -> None:
    Person.objects.filter(pk=house.sofia.pk).update(access="administrator")
    page, complaints = opened(enter("sofia", dark=dark, width=width))
    for path in ("/search/", "/search/?q=norway", "/search/?q=zzz", "/settings/", "/start/"):
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints == []


def test_from_nothing_to_a_first_initiative_in_two_steps_without_javascript(enter: Enter, house: World) -> None:
    Person.objects.filter(pk=house.sofia.pk).update(access="strategist")
    page = enter("sofia", js=False).new_page()
    page.goto("/start/")
    page.get_by_label("Name of the strategy").fill("Enter the south")
    page.get_by_text("Working with AI").click()
    page.get_by_role("button", name="Next: words and numbers").click()
    page.get_by_label("First initiative").fill("An assistant for sales")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="An assistant for sales", level=1)).to_be_visible()
    assert Initiative.objects.get(name="An assistant for sales").stage_key == "crawl"
