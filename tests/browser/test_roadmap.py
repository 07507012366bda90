"""The roadmap in a real browser: by keys, by pointer, without JavaScript, in the dark and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from gaitway.actions import milestones
from gaitway.models import Stage
from tests.browser.test_pages import watched
from tests.world import AT, World

pytestmark = pytest.mark.browser
Enter = Callable[..., BrowserContext]
PATHS = [
    "/roadmap/?from=2026-01&z=month", "/roadmap/?view=lanes", "/roadmap/?view=calendar&from=2026-01&z=month",
    "/roadmap/north/norway/", "/gates/north/norway/crawl/move/?to=2026-04-12", "/roadmap/north/norway/milestones/",
]  # fmt: skip


@pytest.fixture
def marked(house: World) -> World:
    milestones.add(house.norway, "Fair in Oslo", date(2026, 4, 11), by=house.luca, at=AT)
    house.iceland.needs.add(house.norway)
    Stage.objects.filter(initiative=house.iceland).update(starts=date(2026, 3, 1), ends=date(2026, 6, 1))
    return house


def ends() -> date | None:
    return Stage.objects.get(initiative__key="norway", key="crawl").ends


@time_machine.travel(AT)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_everybody_can_read_it(enter: Enter, marked: World, dark: bool, width: int) -> None:
    page, complaints = watched(enter("sofia", dark=dark, width=width))
    for path in PATHS:
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints == []


@time_machine.travel(AT)
def test_a_gate_is_moved_with_keys_alone(enter: Enter, marked: World) -> None:
    page, complaints = watched(enter("sofia"))
    page.goto("/roadmap/?from=2026-01&z=month")
    gate = page.get_by_role("link", name="Norway: gate from Crawl to Walk")
    gate.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Fair in Oslo")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(gate).to_be_focused()
    expect(page.locator("[data-read]")).to_contain_text("Norway: gate from Crawl to Walk")
    page.keyboard.press("]")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("New end of Crawl")).to_have_value("2026-04-29")
    expect(sheet).to_contain_text("Milestone “Fair in Oslo” on 11 Apr lies in between.")
    expect(sheet).to_contain_text("Iceland needs it, and would begin on 1 Mar, before the gate.")
    sheet.get_by_label("New end of Crawl").fill("2026-04-12")
    sheet.get_by_label("New end of Crawl").dispatch_event("change")
    expect(sheet).to_contain_text("84 days become 98")
    sheet.get_by_label("Reason").fill("The fair is later.")
    sheet.get_by_role("button", name="Move the gate").press("Enter")
    expect(page.get_by_text("Gate moved to 12 Apr.")).to_be_visible()
    assert ends() == date(2026, 4, 12)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Taken back")).to_be_visible()
    assert ends() == date(2026, 3, 29)
    assert complaints == []


@time_machine.travel(AT)
def test_dragging_a_gate_shows_what_it_touches_and_saves_nothing(enter: Enter, marked: World) -> None:
    page, complaints = watched(enter("sofia"))
    page.goto("/roadmap/?from=2026-01&z=month")
    box = page.get_by_role("link", name="Norway: gate from Crawl to Walk").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_contain_text("What it touches")
    assert page.get_by_label("New end of Crawl").input_value() > "2026-04-01"
    assert ends() == date(2026, 3, 29)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert complaints == []


@time_machine.travel(AT)
def test_a_zoom_swaps_the_part_alone(enter: Enter, marked: World) -> None:
    page, complaints = watched(enter("sofia"))
    page.goto("/roadmap/")
    page.evaluate("window.here = true")
    page.get_by_role("link", name="Weeks").click()
    expect(page.get_by_role("link", name="Weeks")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Later", exact=True).click()
    page.wait_for_url("**/roadmap/?z=week&from=2026-03-02")
    page.get_by_label("Filter by name").fill("ice")
    expect(page.get_by_role("link", name="Norway", exact=True)).to_be_hidden()
    assert "z=week" in page.url
    assert page.evaluate("window.here")
    assert complaints == []


@time_machine.travel(AT)
def test_all_of_it_works_without_javascript(enter: Enter, marked: World) -> None:
    page = enter("sofia", js=False).new_page()
    page.goto("/roadmap/")
    page.get_by_label("Norway: gates and milestones").click()
    page.get_by_label("Name of the milestone").fill("Launch")
    page.get_by_label("Day of the milestone").fill("2026-05-01")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("“Launch” stands on the roadmap.")).to_be_visible()
    page.goto("/gates/north/norway/crawl/move/")
    page.get_by_label("New end of Crawl").fill("2026-04-12")
    page.get_by_label("Reason").fill("The fair is later.")
    page.get_by_role("button", name="Show what it touches").click()
    expect(page.get_by_text("84 days become 98")).to_be_visible()
    page.get_by_role("button", name="Move the gate").click()
    assert ends() == date(2026, 4, 12)


@time_machine.travel(AT)
def test_a_tap_on_a_phone_opens_the_sheet(enter: Enter, marked: World) -> None:
    page, complaints = watched(enter("luca", width=390))
    page.goto("/roadmap/?from=2026-01&z=month")
    page.locator(".tl-row").first.click(position={"x": 150, "y": 60})
    expect(page.get_by_role("dialog")).to_contain_text("Fair in Oslo")
    assert complaints == []
