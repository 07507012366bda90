"""Cards that move: by pointer, by their menu, by keys, by a form alone, and back where the server says no."""

from __future__ import annotations

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from gaitway.actions import tasks
from gaitway.models import Task
from tests.world import AT, TODAY, World

from .test_pages import Enter, watched

pytestmark = pytest.mark.browser
BOARD, CARD = "/board/", "Translate the catalogue"
PHONE = 390


@pytest.fixture
def busy(house: World) -> World:
    """Something in each column; what Theo sees is Norway alone."""
    for name, state in (("Ask two carriers", "doing"), ("Print the labels", "doing"), ("Wait for customs", "waiting")):
        tasks.add(house.crawl, name, owner=house.theo, state=state, by=house.luca, at=AT)
    done = tasks.add(house.crawl, "Count the boxes", by=house.luca, at=AT)
    tasks.move(done, "done", by=house.luca, at=AT, on=TODAY)
    return house


@pytest.fixture(autouse=True)
def monday() -> object:
    with time_machine.travel(AT):
        yield


def card(page: Page, name: str = CARD) -> Locator:
    return page.locator("[data-card]:not(.ghost)", has_text=name)


def column(page: Page, state: str) -> Locator:
    return page.locator(f"[data-state='{state}']")


def kept(name: str = CARD) -> str:
    return Task.objects.get(name=name).state


def names(state: str) -> list[str]:
    return list(Task.objects.filter(state=state).order_by("rank").values_list("name", flat=True))


def until_kept(page: Page) -> None:
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_a_card_is_dragged_below_another(enter: Enter, busy: World) -> None:
    page, complaints = watched(enter("theo"))
    page.goto(BOARD)
    first, below = names("doing")
    taken, above = card(page).bounding_box(), card(page, first).bounding_box()
    assert taken
    assert above
    page.mouse.move(taken["x"] + 40, taken["y"] + 20)
    page.mouse.down()
    page.mouse.move(above["x"] + 60, above["y"] + above["height"] + 2, steps=5)
    expect(page.locator(".column.here")).to_have_attribute("id", "col-doing")
    page.mouse.up()
    until_kept(page)
    assert page.url.endswith(BOARD), "a drag opens no card"
    assert names("doing") == [first, CARD, below]
    expect(page.locator("#col-doing [data-count]")).to_have_text("3")
    assert complaints == []


def test_escape_ends_a_drag_without_a_move(enter: Enter, busy: World) -> None:
    page, complaints = watched(enter("theo"))
    page.goto(BOARD)
    taken, target = card(page).bounding_box(), column(page, "waiting").bounding_box()
    assert taken
    assert target
    page.mouse.move(taken["x"] + 40, taken["y"] + 20)
    page.mouse.down()
    page.mouse.move(target["x"] + 60, target["y"] + 10, steps=5)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".ghost, .slot")).to_have_count(0)
    expect(column(page, "to do").locator(card(page))).to_be_visible()
    assert kept() == "to do"
    assert complaints == []


def test_the_menu_moves_a_card_and_a_toast_takes_it_back(enter: Enter, busy: World) -> None:
    page, complaints = watched(enter("theo"))
    page.goto(BOARD)
    page.get_by_role("link", name=f"Move: {CARD}").click()
    page.get_by_role("button", name="Move to Waiting").click()
    expect(column(page, "waiting").locator(card(page))).to_be_visible()
    expect(card(page).locator("[data-open]")).to_be_focused()
    until_kept(page)
    assert kept() == "waiting"
    toast = page.locator("#toasts")
    expect(toast).to_contain_text(f"{CARD}: Waiting")
    toast.get_by_role("button", name="Undo").click()
    expect(column(page, "to do").locator(card(page))).to_be_visible()
    assert kept() == "to do"
    assert complaints == []


def test_the_digits_move_the_focused_card(enter: Enter, busy: World) -> None:
    page, complaints = watched(enter("theo"))
    page.goto(BOARD)
    card(page).locator("[data-open]").focus()
    for digit, state in (("2", "doing"), ("3", "waiting"), ("4", "done"), ("1", "to do")):
        page.keyboard.press(digit)
        expect(column(page, state).locator(card(page))).to_be_visible()
        expect(card(page).locator("[data-open]")).to_be_focused()
        until_kept(page)
        assert kept() == state
    assert complaints == []


def test_s_opens_the_columns_of_a_card_and_a_on_its_page_its_owner(enter: Enter, busy: World) -> None:
    page, complaints = watched(enter("theo"))
    page.goto(BOARD)
    card(page).locator("[data-open]").focus()
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Move to Waiting")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*/")
    page.keyboard.press("a")
    expect(page.get_by_label("Owner")).to_be_focused()
    assert complaints == []


def test_what_the_server_refuses_goes_back_and_is_said(enter: Enter, busy: World) -> None:
    page, _ = watched(enter("theo"))
    page.goto(BOARD)
    said = page.locator("#live")

    def refuse(route: Route) -> None:
        route.fulfill(status=422, json={"says": "A rule of the stage waits for it."})

    page.route("**/move/", refuse)
    card(page).locator("[data-open]").focus()
    page.keyboard.press("2")
    expect(said).to_have_text("A rule of the stage waits for it. It stands where it stood.")
    expect(column(page, "to do").locator(card(page))).to_be_visible()
    expect(card(page).locator("[data-open]")).to_be_focused()
    expect(page.locator("#col-doing [data-count]")).to_have_text("2")
    page.unroute("**/move/")
    page.route("**/move/", lambda route: route.abort())
    page.keyboard.press("3")
    expect(said).to_contain_text("The server could not be reached.")
    expect(column(page, "to do").locator(card(page))).to_be_visible()
    page.unroute("**/move/")
    page.route("**/move/", lambda route: route.fulfill(status=500, body="<h1>…</h1>"))
    page.keyboard.press("4")
    expect(said).to_contain_text("That did not work.")
    expect(column(page, "to do").locator(card(page))).to_be_visible()
    assert kept() == "to do"


def test_without_javascript_the_menu_is_a_form_of_the_task(enter: Enter, busy: World) -> None:
    page = enter("theo", js=False).new_page()
    page.goto(BOARD)
    page.get_by_role("link", name=f"Move: {CARD}").click()
    page.get_by_role("button", name="Doing").click()
    assert kept() == "doing"
    page.goto(BOARD)
    expect(column(page, "doing").locator(card(page))).to_be_visible()


def test_a_phone_marks_the_column_in_view_and_stays_there(enter: Enter, busy: World) -> None:
    page, complaints = watched(enter("theo", width=PHONE))
    page.goto(BOARD)
    tabs = page.get_by_role("navigation", name="Columns")
    here = tabs.locator("[aria-current]")
    expect(here).to_have_text("To do 1")
    tabs.get_by_role("link", name="Waiting").click()
    expect(here).to_have_text("Waiting 1")
    expect(card(page, "Wait for customs")).to_be_in_viewport()
    page.locator("#columns").evaluate("board => board.scrollBy({ left: -board.clientWidth, behavior: 'instant' })")
    expect(here).to_have_text("Doing 2")
    moved = card(page, "Ask two carriers")
    moved.locator("[data-menu]").click()
    page.get_by_role("button", name="Move to Waiting").click()
    expect(tabs.get_by_role("link", name="Doing")).to_have_text("Doing 1")
    expect(here).to_have_text("Waiting 2")
    # News of the board comes in its place, and leaves the column in view.
    tasks.add(busy.crawl, "Call the bank", state="waiting", by=busy.luca, at=AT)
    expect(here).to_have_text("Waiting 3", timeout=15_000)
    expect(card(page, "Call the bank")).to_be_in_viewport()
    assert complaints == []


@pytest.mark.parametrize(
    ("dark", "width"), [(False, 1280), (True, 1280), (False, PHONE)], ids=["light", "dark", "phone"]
)
def test_everybody_can_read_it(enter: Enter, busy: World, dark: bool, width: int) -> None:
    page, complaints = watched(enter("theo", dark=dark, width=width))
    for path in (BOARD, f"{BOARD}?q=nothing+like+this", f"{BOARD}?column=doing"):
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(BOARD)
    page.get_by_text("Add task").click()
    card(page).locator("[data-menu]").click()
    expect(page.get_by_role("button", name="Move to Doing")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert complaints == []
