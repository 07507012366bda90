"""What changes while a page is open shows on it, without a reload, and disturbs nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from gaitway.actions import gates, observations
from gaitway.models import Job, Source
from gaitway.web.live import hub
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.browser
Enter = Callable[..., BrowserContext]
WEEK = date(2026, 2, 16)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """No stream outlives its test."""
    yield
    for each in list(hub.listeners):
        each.tell(over=True)
    until(lambda: hub._thread is None)


def until(what: Callable[[], object], seconds: float = 15.0) -> None:
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, "it never came"
        time.sleep(0.05)


def deliver(house: World, orders: float) -> None:
    observations.record(house.orders, {WEEK: (orders, 1.0)}, by=house.admin, at=timezone.now())


def opened(context: BrowserContext, path: str, streams: int = 1) -> Page:
    page = context.new_page()
    page.goto(path)
    page.evaluate("window.before = true")  # gone after a reload
    until(lambda: len(hub.listeners) == streams)
    return page


def test_two_tabs_share_one_stream_and_both_show_what_arrives(enter: Enter, house: World) -> None:
    context = enter("sofia")
    kpi = opened(context, "/kpis/north/orders/")
    initiative = opened(context, "/initiatives/north/norway/")
    assert len(hub.listeners) == 1
    deliver(house, 4321.0)
    expect(initiative.locator("#now")).to_contain_text("4,321")
    kpi.bring_to_front()
    expect(kpi.locator("#head")).to_contain_text("4,321")
    assert kpi.evaluate("window.before")
    assert initiative.evaluate("window.before")
    assert len(hub.listeners) == 1
    assert Axe().run(kpi).violations_count == 0
    # The tab that listened closes; the other goes on by itself.
    kpi.close()
    deliver(house, 5432.0)
    expect(initiative.locator("#now")).to_contain_text("5,432", timeout=10_000)


def test_a_verdict_shows_and_typing_is_not_disturbed(enter: Enter, house: World) -> None:
    page = opened(enter("sofia"), "/gates/north/norway/crawl/")
    page.get_by_label("Reason").fill("Half a sent")
    page.get_by_text("The trigger as it is written").click()
    expect(page.locator("#judged")).to_contain_text("as of –")
    deliver(house, 7.0)
    gates.evaluate(house.crawl, through=TODAY, by=house.admin, at=timezone.now())
    expect(page.locator("#judged")).not_to_contain_text("as of –")
    assert page.get_by_label("Reason").input_value() == "Half a sent"
    assert page.locator("#judged details").first.get_attribute("open") is not None


def test_a_part_in_which_somebody_types_waits(enter: Enter, house: World) -> None:
    observations.record(house.orders, {date(2026, 2, 9): (5.0, 1.0)}, by=house.admin, at=AT)
    page = opened(enter("sofia"), "/kpis/north/orders/")
    page.evaluate("""() => {
      const field = document.createElement("input");
      field.id = "typed";
      document.getElementById("over-time").append(field);
      field.focus();
    }""")
    page.keyboard.type("I am wri")
    deliver(house, 4321.0)
    expect(page.locator("#head")).to_contain_text("4,321")
    assert page.locator("#typed").input_value() == "I am wri"


def test_an_answer_from_before_a_zoom_does_not_undo_it(enter: Enter, house: World) -> None:
    page = opened(enter("sofia"), "/roadmap/")
    held: list[Route] = []
    page.route("**/roadmap/", lambda route: held.append(route))  # not the zoom's, which has its query
    with page.expect_request("**/roadmap/"):
        deliver(house, 7.0)
        gates.evaluate(house.crawl, through=TODAY, by=house.admin, at=timezone.now())
    page.get_by_role("link", name="Weeks").click()
    weeks = page.get_by_role("link", name="Weeks")
    expect(weeks).to_have_attribute("aria-current", "true")
    with page.expect_response(lambda answer: answer.url.endswith("?z=week")):  # asked anew, for what is seen now
        held[0].continue_()
    expect(weeks).to_have_attribute("aria-current", "true")
    assert page.evaluate("window.before")


def test_a_question_whose_sender_is_gone_holds_no_news_up(enter: Enter, house: World) -> None:
    page = opened(enter("sofia"), "/roadmap/")
    held: list[Route] = []
    page.route("**/roadmap/?z=week", lambda route: held.append(route))
    with page.expect_request("**/roadmap/?z=week"):
        page.get_by_role("link", name="Weeks").click()
    page.get_by_role("link", name="Months").click()  # its answer takes the first link away
    expect(page.get_by_role("link", name="Months")).to_have_attribute("aria-current", "true")
    held[0].abort()
    with page.expect_request(lambda asked: asked.url.endswith("?z=month") and "renewal" in asked.headers):
        deliver(house, 7.0)
        gates.evaluate(house.crawl, through=TODAY, by=house.admin, at=timezone.now())


def test_sources_show_how_far_a_pull_is(enter: Enter, house: World) -> None:
    page = opened(enter("sofia"), "/sources/")
    job = Job.objects.create(
        kind=Job.Kind.PULL, key=f"pull:{Source.objects.get().pk}", due_at=AT, done=1, steps=8,
        lease_until=timezone.now() + timedelta(minutes=5),
    )  # fmt: skip
    expect(page.locator("#sources")).to_contain_text("1 of 8 KPIs")
    Job.objects.filter(pk=job.pk).update(done=5)
    expect(page.locator("#sources")).to_contain_text("5 of 8 KPIs")
    assert Axe().run(page).violations_count == 0


def test_without_javascript_nothing_listens(enter: Enter) -> None:
    page = enter("sofia", js=False).new_page()
    page.goto("/kpis/north/orders/")
    assert hub.listeners == []
