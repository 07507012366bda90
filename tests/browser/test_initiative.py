"""The one-pager, its fields, the gate and the review, as a person uses them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from gaitway.actions import meetings
from gaitway.models import Decision, Initiative, Review, ReviewNote, Task
from tests.world import AT, TODAY, World

from .test_pages import foresee, watched

pytestmark = pytest.mark.browser
Enter = Callable[..., BrowserContext]
NORWAY = "/initiatives/north/norway/"
SOON = TODAY.replace(day=20)


def begun(house: World) -> Review:
    made = meetings.start(house.strategy, by=house.sofia, at=AT, today=SOON)
    meetings.add(made, house.iceland, by=house.sofia, at=AT)
    return made


def text(page: Page) -> str:
    return page.locator("#v-name").inner_text().strip()


def test_a_value_is_changed_by_keys_alone(enter: Enter, house: World) -> None:
    page, complaints = watched(enter("luca"))
    page.goto(NORWAY)
    page.locator("#v-name [data-inplace-open]").focus()
    page.keyboard.press("e")
    expect(page.locator("#v-name input[name=name]")).to_be_focused()
    page.keyboard.type("Norge")
    page.keyboard.press("Escape")
    assert text(page) == "Norway"
    expect(page.locator("#v-name [data-inplace-open]")).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator("#v-name input[name=name]")).to_be_focused()
    page.keyboard.type("Norge")
    page.keyboard.press("Enter")
    expect(page.locator("#v-name h1")).to_have_text("Norge")
    expect(page.locator("#v-name [data-inplace-open]")).to_be_focused()
    assert Initiative.objects.get(key="norway").name == "Norge"
    assert complaints == []


def test_leaving_a_field_saves_it_and_a_fault_keeps_what_was_typed(enter: Enter, house: World) -> None:
    page, _ = watched(enter("sofia"))
    page.goto(NORWAY)
    page.locator("#v-hypothesis p").click()
    expect(page.locator("#v-hypothesis textarea")).to_be_focused()
    page.keyboard.type("Oslo first.")
    page.locator(".answer").click()
    expect(page.locator("#v-hypothesis p")).to_have_text("Oslo first.")
    page.locator("#v-stage-crawl b").click()
    page.locator("#v-stage-crawl [name=ends]").fill("2026-04-30")
    page.locator("#v-stage-crawl button").click()
    expect(page.locator("#v-stage-crawl .error")).to_contain_text("needs a reason")
    expect(page.locator("#v-stage-crawl [name=ends]")).to_have_value("2026-04-30")
    page.locator("#v-stage-crawl [name=reason]").fill("Customs")
    page.keyboard.press("Enter")
    expect(page.locator("#v-stage-crawl")).to_contain_text("30 Apr")


@time_machine.travel(AT)
def test_it_prints_on_one_page(enter: Enter, house: World) -> None:
    foresee(house)
    page, _ = watched(enter("sofia"))
    page.goto(NORWAY)
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Edit")).to_be_hidden()
    expect(page.get_by_role("heading", name="Norway", level=1)).to_be_visible()


def test_a_gate_is_decided_by_keys_alone(enter: Enter, house: World) -> None:
    page, complaints = watched(enter("sofia"))
    page.goto("/gates/north/norway/crawl/")
    page.keyboard.press("d")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.get_by_label("Reason").focus()
    page.keyboard.type("Customs took a month.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Customs took a month.").first).to_be_visible()
    assert Decision.objects.get().choice == "hold"
    assert complaints == []


def test_a_review_is_run_by_keys_alone(enter: Enter, house: World) -> None:
    review = begun(house)
    page, complaints = watched(enter("sofia"))
    page.goto(f"/reviews/{review.pk}/")
    page.keyboard.press("n")
    page.keyboard.type("Customs took a month")
    expect(page.locator("[data-note-said]")).to_have_text("Saved")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.type("Ask two carriers")
    page.keyboard.press("Enter")
    expect(page.locator("#meet-said")).to_contain_text("Ask two carriers")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Iceland", level=1)).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="Norway", level=1)).to_be_visible()
    expect(page.locator("#note")).to_have_value("Customs took a month")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Iceland", level=1)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Minutes of")).to_be_visible()
    assert Task.objects.filter(name="Ask two carriers").exists()
    assert ReviewNote.objects.filter(kind="note").count() == 1
    assert complaints == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_everybody_can_read_them(enter: Enter, house: World, dark: bool, width: int) -> None:
    review, over = begun(house), begun(house)
    meetings.note(over.items.first(), "Customs", by=house.sofia, at=AT)  # type: ignore[arg-type]  # there is one
    meetings.end(over, by=house.sofia, at=AT)
    page, complaints = watched(enter("sofia", dark=dark, width=width))
    paths = [
        f"{NORWAY}edit/", f"{NORWAY}crawl/plan/", f"{NORWAY}history/", "/initiatives/new/", "/reviews/",
        f"/reviews/{review.pk}/", f"/reviews/{over.pk}/minutes/",
    ]  # fmt: skip
    for path in paths:
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(NORWAY)
    page.locator("#v-name [data-inplace-open]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#v-name input[name=name]")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert complaints == []


def test_all_of_it_works_without_javascript(enter: Enter, house: World) -> None:
    page = enter("sofia", js=False).new_page()
    page.goto(NORWAY)
    page.get_by_role("link", name="Change the name").click()
    page.get_by_label("Name").fill("Norge")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Norge", level=1)).to_be_visible()
    review = begun(house)
    page.goto(f"/reviews/{review.pk}/")
    page.get_by_label("Note").fill("Customs")
    page.locator("#meet-note button").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="End, to the minutes").click()
    expect(page.get_by_text("Customs")).to_be_visible()
