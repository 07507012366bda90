"""The ten most frequent jobs: how many clicks they take at most, and that they take none where somebody uses keys alone.

What a pointer did is counted by the page itself, over all pages of one visit. Here stands what isn't counted beside the
page that it belongs to: the check-in on a phone in test_checkins.py, twenty numbers in test_hand.py, the decision by keys
and the review by keys in test_initiative.py, the card by keys in test_board.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from playwright.sync_api import BrowserContext, Page, expect

from gaitway import notices
from gaitway.actions import gates, observations
from gaitway.models import Decision, Event, Kpi, Observation, Review, Task, View
from tests.world import AT, TODAY, World

from .test_initiative import begun
from .test_pages import Enter, watched

pytestmark = pytest.mark.browser
COUNTS = (
    "addEventListener('pointerdown', () => { sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1; }, true)"
)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


@pytest.fixture
def proven(house: World) -> World:
    """Norway has earned its next stage; Sofia is asked to decide."""
    rows = {date(2026, 2, 23) - timedelta(weeks=week): (30.0, 1.0) for week in range(7)}
    observations.record(house.orders, rows, by=house.admin, at=AT)
    gates.evaluate(house.crawl, through=TODAY - timedelta(days=1), by=house.admin, at=AT)
    for event in Event.objects.all():
        notices.tell(event, at=AT)
    return house


@pytest.fixture
def by_hand(house: World) -> World:
    Kpi.objects.filter(pk=house.orders.pk).update(source=None, sql="")
    return house


def visit(context: BrowserContext, path: str = "/") -> tuple[Page, list[str]]:
    page, complaints = watched(context)
    page.add_init_script(COUNTS)
    page.goto(path)
    return page, complaints


def clicks(page: Page) -> int:
    return int(page.evaluate("sessionStorage.clicks ?? 0"))


def by_palette(page: Page, words: str, option: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text(option)
    page.keyboard.press("Enter")


def test_what_needs_a_decision_stands_on_the_first_page(enter: Enter, proven: World) -> None:
    page, complaints = visit(enter("sofia"))
    expect(page.get_by_role("heading", name="Needs your decision")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Decide: Norway")).to_be_in_viewport()
    assert clicks(page) == 0
    assert complaints == []


def test_an_initiative_is_found_with_two_clicks(enter: Enter) -> None:
    page, complaints = visit(enter("sofia"), "/kpis/")
    page.get_by_role("link", name="Search or do").click()
    page.keyboard.type("nor")
    page.get_by_role("option", name="Norway").first.click()
    expect(page.get_by_role("heading", name="Norway", level=1)).to_be_visible()
    assert clicks(page) <= 2
    assert complaints == []


def test_one_number_is_entered_with_two_clicks(enter: Enter, by_hand: World) -> None:
    page, complaints = visit(enter("luca"), "/kpis/north/orders/")
    page.get_by_role("link", name="Enter numbers").click()
    page.locator("td > input").last.click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.locator("td[data-state=saved]")).to_have_count(1)
    assert Observation.objects.get().events == 7
    assert clicks(page) <= 2
    assert complaints == []


def test_one_number_is_entered_by_keys_alone(enter: Enter, by_hand: World) -> None:
    page, complaints = visit(enter("luca"))
    by_palette(page, "add value", "Add a value")
    expect(page.locator("td > input:focus")).to_have_count(1)
    page.wait_for_load_state()  # nobody types before the page listens
    page.keyboard.type("7/100")
    page.keyboard.press("Enter")
    expect(page.locator("td[data-state=saved]")).to_have_count(1)
    made = Observation.objects.get()
    assert (made.kpi, made.period) == (by_hand.conversion, date(2026, 3, 1)), "the newest that is owed"
    assert clicks(page) == 0
    assert complaints == []


def test_a_gate_is_decided_with_three_clicks_and_a_reason(enter: Enter, proven: World) -> None:
    page, complaints = visit(enter("sofia"))
    page.get_by_role("link", name="Decide: Norway").click()
    page.locator(".choice", has_text="Move on to Walk").click()
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "reason":
        page.keyboard.press("Tab")
    page.keyboard.type("It works in Oslo.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("It works in Oslo.").first).to_be_visible()
    assert Decision.objects.get().choice == "go"
    assert clicks(page) <= 3
    assert complaints == []


def test_a_task_is_moved_with_two_clicks(enter: Enter) -> None:
    page, complaints = visit(enter("theo"), "/board/")
    page.get_by_role("link", name="Move: Translate the catalogue").click()
    page.get_by_role("button", name="Move to Doing").click()
    expect(page.locator("#toasts")).to_contain_text("Translate the catalogue: Doing")
    assert Task.objects.get().state == "doing"
    assert clicks(page) <= 2
    assert complaints == []


@pytest.mark.parametrize("path", ["/board/", "/my/"])
def test_a_task_is_added_with_two_clicks_or_by_keys_alone(enter: Enter, house: World, path: str) -> None:
    page, complaints = visit(enter("theo"), path)
    page.get_by_text("Add task").click()
    expect(page.get_by_label("What is to be done?")).to_be_focused()
    page.keyboard.type("Ask two carriers")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Added: Ask two carriers")).to_be_visible()
    page.wait_for_load_state()  # its scripts too
    assert clicks(page) <= 2
    before = clicks(page)
    page.keyboard.press("c")
    expect(page.get_by_label("What is to be done?")).to_be_focused()
    page.keyboard.type("Call the bank")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Added: Call the bank")).to_be_visible()
    assert Task.objects.filter(name__in=["Ask two carriers", "Call the bank"], initiative=house.norway).count() == 2
    assert clicks(page) == before
    assert complaints == []


def test_a_view_is_saved_with_two_clicks_or_by_keys_alone(enter: Enter) -> None:
    page, complaints = visit(enter("luca"), "/?state=on_track")
    page.get_by_text("Save this view").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="My view").first).to_be_visible()
    assert clicks(page) <= 2
    before = clicks(page)
    page.goto("/?stage=crawl")
    by_palette(page, "save view", "Save this view")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Crawling")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Crawling").first).to_be_visible()
    assert set(View.objects.values_list("name", "query")) == {
        ("My view", "state=on_track"),
        ("Crawling", "stage=crawl"),
    }
    assert clicks(page) == before
    assert complaints == []


def test_a_view_is_shared_with_one_click(enter: Enter, house: World) -> None:
    context = enter("luca")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page, complaints = visit(context, "/?stage=crawl")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#live")).to_contain_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith("/?stage=crawl")
    assert clicks(page) == 1
    assert complaints == []


@pytest.mark.parametrize("path", ["/", "/board/", "/kpis/", "/roadmap/"])
def test_what_was_filtered_in_place_is_what_is_saved(enter: Enter, house: World, path: str) -> None:
    page, complaints = visit(enter("sofia"), path)
    page.locator("#q, [data-filter]").first.fill("nor")
    page.wait_for_url("**q=nor**")
    expect(page.locator("#saved-views [name=query]")).to_have_value(re.compile("q=nor"))
    page.get_by_text("Save this view").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="My view").first).to_be_visible()
    assert "q=nor" in View.objects.get().query
    assert complaints == []


def test_a_review_takes_one_click_to_start_and_one_for_each(enter: Enter, proven: World) -> None:
    page, complaints = visit(enter("sofia"), "/reviews/")
    page.get_by_role("button", name="Start review").click()
    expect(page.get_by_role("heading", name="Norway", level=1)).to_be_visible()
    items = Review.objects.get().items.count()
    assert clicks(page) == 1
    for _item in range(items):
        page.locator("[data-turn=next]").click()
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="Minutes of")).to_be_visible()
    assert clicks(page) <= 1 + items
    assert complaints == []


def test_a_review_goes_on_with_one_click_for_each(enter: Enter, house: World) -> None:
    review = begun(house)
    page, complaints = visit(enter("sofia"), f"/reviews/{review.pk}/")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Iceland", level=1)).to_be_visible()
    assert clicks(page) == 1
    assert complaints == []
