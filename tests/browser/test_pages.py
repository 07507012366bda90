"""What a person sees and does, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from gaitway.actions import forecasts, gates, observations
from gaitway.models import Decision
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.browser
Enter = Callable[..., BrowserContext]
PATHS = [
    "/",
    "/initiatives/north/norway/",
    "/initiatives/north/norway/people/",
    "/me/away/",
    "/settings/permissions/",
    "/gates/north/norway/crawl/",
    "/kpis/",
    "/kpis/north/orders/",
    "/inbox/",
    "/feed/",
    "/nothing/",
]

COMING = {
    "/kpis/north/orders/": ["What is to come"],
    "/initiatives/north/norway/": ["When it will be met", "Can these dates prove it?"],
    "/gates/north/norway/crawl/": ["When it will be met", "Can these dates prove it?"],
}


def foresee(house: World) -> None:
    """Half a year of orders; Norway, in crawl since January, is undecided and forecast."""
    rows = {date(2026, 2, 23) - timedelta(weeks=i): (float(5 + (i * 7) % 5), 1.0) for i in range(26)}
    observations.record(house.orders, rows, by=house.admin, at=AT)
    yesterday = TODAY - timedelta(days=1)
    gates.evaluate(house.crawl, through=yesterday, by=house.admin, at=AT)
    forecasts.keep_gate(house.crawl, as_of=yesterday, at=AT)
    forecasts.keep_proof(house.crawl, as_of=yesterday, at=AT, pilots=40)


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what its console complains of (a missing page is no complaint)."""
    page, said = context.new_page(), []
    page.on(
        "console", lambda m: said.append(m.text) if m.type in ("error", "warning") and "404" not in m.text else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_everybody_can_read_every_page(enter: Enter, dark: bool, width: int) -> None:
    page, complaints = watched(enter("sofia", dark=dark, width=width))
    for path in PATHS:
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
    assert complaints == []


@time_machine.travel(AT)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_the_future_and_the_evidence_can_be_read_too(enter: Enter, house: World, dark: bool, width: int) -> None:
    """With numbers in the house: fans, dates, proofs on paper, and evidence that closed in."""
    foresee(house)
    page, complaints = watched(enter("sofia", dark=dark, width=width))
    for path, panels in COMING.items():
        page.goto(path)
        for panel in panels:
            expect(page.get_by_role("heading", name=panel)).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


@time_machine.travel(AT)
def test_a_forecast_is_read_with_the_arrow_keys(enter: Enter, house: World) -> None:
    foresee(house)
    page, complaints = watched(enter("sofia"))
    page.goto("/kpis/north/orders/")
    figure = page.locator("[aria-labelledby=coming] figure")
    figure.locator("[data-plot]").focus()
    page.keyboard.press("End")
    expect(figure.locator(".read")).to_contain_text("80%")
    page.keyboard.press("Home")
    expect(figure.locator(".read")).not_to_contain_text("80%")
    page.goto("/gates/north/norway/crawl/")
    figure = page.locator(".closing figure")
    figure.locator("[data-plot]").focus()
    page.keyboard.press("End")
    expect(figure.locator(".read")).to_contain_text("At least")
    assert complaints == []


def test_signing_in_is_readable_too(chromium: object, house: World, live_server: object) -> None:
    page = chromium.new_page()  # type: ignore[attr-defined]
    page.goto(f"{live_server.url}/login/")  # type: ignore[attr-defined]
    assert Axe().run(page).violations_count == 0
    page.close()


def test_nothing_scrolls_sideways_at_400_percent(enter: Enter) -> None:
    page, _ = watched(enter("sofia", width=320))
    for path in PATHS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_sofia_decides_in_three_clicks(enter: Enter, house: World) -> None:
    page, complaints = watched(enter("sofia"))
    page.goto("/initiatives/north/norway/")
    page.get_by_role("link", name="Gate to Walk").click()
    page.get_by_text("Move on to Walk").click()
    page.get_by_label("Reason").fill("It works in Oslo.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("It works in Oslo.").first).to_be_visible()
    assert Decision.objects.get().by == house.sofia
    assert complaints == []


def test_all_of_it_works_without_javascript(enter: Enter, house: World) -> None:
    page = enter("sofia", js=False).new_page()
    for path in PATHS[:-1]:
        assert page.goto(path).status == 200  # type: ignore[union-attr]
    page.goto("/gates/north/norway/crawl/")
    page.get_by_text("Move on with conditions").click()
    page.get_by_label("Conditions", exact=True).fill("Hire a clerk")
    page.get_by_label("Reason").fill("Nearly there.")
    page.get_by_role("button", name="Record the decision").click()
    assert Decision.objects.get().conditions == "Hire a clerk"


def test_the_keys_lead_around(enter: Enter) -> None:
    page, complaints = watched(enter("sofia"))
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="KPIs", level=1)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("g i")
    assert page.url.endswith("/kpis/") or "q=" in page.url  # typing into a field is no command
    page.keyboard.press("Escape")
    assert complaints == []


def test_what_a_first_visit_costs(enter: Enter) -> None:
    page, _ = watched(enter("sofia"))
    sizes: list[tuple[str, int]] = []
    # The stream of changes is never finished, and so isn't counted.
    page.on("requestfinished", lambda request: sizes.append((request.url, len(request.response().body()))))
    page.goto("/", wait_until="load")
    page.wait_for_timeout(500)
    assert len(sizes) <= 12
    scripts = sum(size for url, size in sizes if ".js" in url)
    assert scripts <= 90_000, "htmx is 50 kB before compression"
    assert page.locator("*").count() <= 2_500
