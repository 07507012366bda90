"""Longer words than English has: nothing runs out of the page, and nothing is cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import BrowserContext

from gaitway.models import Person
from tests.browser.test_pages import PATHS, foresee
from tests.world import AT, World

pytestmark = pytest.mark.browser
Enter = Callable[..., BrowserContext]
MORE = ["/grid/", "/import/", "/decisions/", "/me/", "/me/notices/", "/me/tokens/", "/sources/", "/people/"]
# Sideways overflow of the page, and text that is cut off in what people press or steer by.
FAULTS = """() => {
  const found = [], wide = document.documentElement;
  if (wide.scrollWidth > wide.clientWidth) found.push(`the page is ${wide.scrollWidth} px wide`);
  for (const each of document.querySelectorAll("a.button, button, .nav a, .segment label, h1, h2, .chip")) {
    if (!each.offsetParent || getComputedStyle(each).position === "absolute") continue;
    if (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible")
      found.push(`cut: ${each.textContent.trim().slice(0, 60)}`);
  }
  return found;
}"""


@time_machine.travel(AT)
@pytest.mark.parametrize("language", ["de", "uk"])
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_every_page_has_room_for_longer_words(enter: Enter, house: World, language: str, width: int) -> None:
    foresee(house)
    Person.objects.update(language=language)
    page = enter("sofia", width=width).new_page()
    found = {}
    for path in [*PATHS, *MORE]:
        page.goto(path)
        if faults := page.evaluate(FAULTS):
            found[path] = faults
    assert found == {}
