"""Pages with something in them, and all that they fold away, for every eye: wide in light and dark, and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gaitway.models import Task
from tests.world import AT, World

from .test_pages import Enter, watched
from .test_views import address_of_a_screen

pytestmark = pytest.mark.browser
LOOKS = [
    pytest.param(False, 1280, id="light"),
    pytest.param(True, 1280, id="dark"),
    pytest.param(False, 390, id="phone"),
]
UNFOLD = "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


def addresses(full: World) -> list[str]:
    task = Task.objects.get(initiative=full.norway)
    return [
        "/?peek=north/norway", "/objectives/", "/objectives/?show=map", "/objectives/north/customers/", "/views/",
        "/screens/", address_of_a_screen(full), "/my/", f"/tasks/{task.pk}/", "/ui/",
    ]  # fmt: skip


def faults(page: Page, width: int) -> Iterator[str]:
    found = Axe().run(page)
    if found.violations_count:
        yield found.generate_report()
    if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
        yield f"{needed} px wide where there are {width}"


@pytest.mark.parametrize(("dark", "width"), LOOKS)
def test_everybody_can_read_what_is_there_and_what_is_folded(enter: Enter, full: World, dark: bool, width: int) -> None:
    page, complaints = watched(enter("sofia", dark=dark, width=width))
    wrong: list[str] = []
    for path in addresses(full):
        page.goto(path)
        wrong += [f"{path}: {fault}" for fault in faults(page, width)]
        page.evaluate(UNFOLD)
        wrong += [f"{path} unfolded: {fault}" for fault in faults(page, width)]
    assert not wrong, "\n".join(wrong)
    assert complaints == []


@pytest.mark.parametrize(("dark", "width"), LOOKS)
def test_everybody_can_read_what_opens_over_a_page(enter: Enter, full: World, dark: bool, width: int) -> None:
    page, complaints = watched(enter("sofia", dark=dark, width=width))
    page.goto("/")
    page.locator("[data-row] [data-peek]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#peek-title")).to_be_focused()
    wrong = [f"peek: {fault}" for fault in faults(page, width)]
    page.goto("/roadmap/?from=2026-01&z=month")
    page.locator("a[data-sheet]").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    wrong += [f"sheet: {fault}" for fault in faults(page, width)]
    page.goto("/")
    page.get_by_role("button", name="display and sign out").click()
    wrong += [f"display: {fault}" for fault in faults(page, width)]
    assert not wrong, "\n".join(wrong)
    assert complaints == []
