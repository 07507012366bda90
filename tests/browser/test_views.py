"""The portfolio by keys, saved views, objectives and the screen on the wall, in a real browser."""

from __future__ import annotations

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gaitway.actions import screens, views
from gaitway.models import Following, View
from tests.world import AT, World

from .test_pages import Enter, watched

pytestmark = pytest.mark.browser
LARGE = """() => Math.min(...[...document.querySelectorAll('#wall *')]
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && each.getClientRects().length
        && !each.closest('svg, .hide'))
    .map((each) => parseFloat(getComputedStyle(each).fontSize)))"""


def address_of_a_screen(house: World) -> str:
    kept = [
        views.save(name=name, page="portfolio", query=query, scope="everyone", by=house.admin, at=AT)
        for name, query in (("Everything", ""), ("Off track", "state=off_track"))
    ]
    return f"/tv/{screens.make(name='Hall', views=kept, by=house.admin, at=AT)[1]}/"


def on_the_first_row(page: Page) -> None:
    page.goto("/")
    page.locator("[data-row] [data-open]").first.focus()


@time_machine.travel(AT)
def test_a_look_beside_the_list_opens_and_closes_by_keys(enter: Enter) -> None:
    page, complaints = watched(enter("sofia"))
    on_the_first_row(page)
    page.keyboard.press("p")
    peek = page.get_by_role("complementary", name="A look at one initiative")
    expect(peek.get_by_role("link", name="Open")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.keyboard.press("Escape")
    expect(peek.get_by_role("link", name="Open")).to_have_count(0)
    assert complaints == []


@time_machine.travel(AT)
def test_rows_are_selected_by_a_key_and_followed_together(enter: Enter) -> None:
    page, complaints = watched(enter("sofia"))
    on_the_first_row(page)
    page.keyboard.press("x")
    expect(page.get_by_text("Selected: 1")).to_be_visible()
    page.get_by_role("button", name="Follow").press("Enter")
    expect(page.get_by_role("link", name="Norway").or_(page.get_by_text("Norway")).first).to_be_visible()
    assert Following.objects.count() == 1
    assert complaints == []


@time_machine.travel(AT)
def test_s_leads_to_the_gate_of_a_row_and_a_to_its_new_lead(enter: Enter) -> None:
    page, complaints = watched(enter("sofia"))
    on_the_first_row(page)
    page.keyboard.press("a")
    expect(page.get_by_text("Selected: 1")).to_be_visible()
    expect(page.get_by_label("New lead")).to_be_focused()
    on_the_first_row(page)
    page.keyboard.press("s")
    page.wait_for_url("**/gates/north/norway/crawl/")
    assert complaints == []


@time_machine.travel(AT)
def test_a_view_is_saved_in_two_clicks(enter: Enter) -> None:
    page, complaints = watched(enter("luca"))
    page.goto("/?state=on_track")
    page.get_by_text("Save this view").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("navigation", name="Saved views").get_by_role("link", name="My view")).to_be_visible()
    assert View.objects.get().query == "state=on_track"
    assert complaints == []


@time_machine.travel(AT)
def test_a_screen_turns_and_is_read_from_afar(enter: Enter, house: World) -> None:
    page, complaints = watched(enter("sofia", width=1920))
    page.goto(address_of_a_screen(house))
    expect(page.get_by_role("heading", name="Everything")).to_be_visible()
    assert page.evaluate(LARGE) >= 28
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Off track")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    assert complaints == []


@time_machine.travel(AT)
def test_a_screen_that_nobody_answers_says_how_old_it_is(enter: Enter, house: World) -> None:
    page = enter("sofia", width=1920).new_page()
    page.goto(address_of_a_screen(house))
    expect(page.locator("[data-age]")).to_contain_text("as of")
    page.route("**/tv/**", lambda route: route.abort())
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-age]")).to_contain_text("old")  # AT is long ago for the browser
    expect(page.get_by_role("heading", name="Everything")).to_be_visible()
