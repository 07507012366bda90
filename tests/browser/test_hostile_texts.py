"""Goal S4 in small: every text of every table is hostile, and no page lets it be more than a text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from bench import hostile_texts
from bench.payloads import PAYLOADS
from tests.web.furnished import furnish
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ("/", "/kpis/", "/feed/", "/initiatives/north/norway/", "/gates/north/norway/crawl/")


def test_a_hundred_different_texts() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 100


@pytest.fixture
def rounds(chromium: Browser, house: World, live_server: object) -> object:
    furnish(house)
    hostile_texts.furnish()
    made = hostile_texts.Round(chromium, live_server.url, house)  # type: ignore[attr-defined]
    yield made
    made.close()


def test_no_text_becomes_more_than_a_text(rounds: hostile_texts.Round) -> None:
    """All payloads in each text at once, in front of one another in two orders, since one may hide those behind it."""
    assert hostile_texts.Texts().empty() == []
    for payloads in (PAYLOADS, PAYLOADS[::-1]):
        whole = "\n".join(payloads)
        assert rounds.run(lambda name, whole=whole: whole.replace("ID", name), guarded=payloads is PAYLOADS) == []


@pytest.mark.parametrize("payload", [PAYLOADS[8], PAYLOADS[45]])
def test_a_template_that_trusts_is_found(rounds: hostile_texts.Round, payload: str) -> None:
    with hostile_texts.trusting():
        found = rounds.run(lambda name: payload.replace("ID", name), only=("/kpis/",))
    assert any("ran: " in each for each in found)
    assert any("data-xss" in each for each in found)
