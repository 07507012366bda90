"""Unknown tokens are counted by who sends them, not by the proxy in between."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from gaitway.api.door import FAILURES

WRONG = {"Authorization": "Bearer gaitway_nothing"}


def tried(times: int, forwarded: str) -> int:
    """What the last of these tries is answered."""
    browser = Client()
    return [
        browser.get("/api/v1/me", headers=WRONG | {"X-Forwarded-For": forwarded}).status_code for _ in range(times)
    ][-1]


@pytest.fixture(autouse=True)
def nobody_counted(db: object) -> None:
    cache.clear()


def test_behind_a_proxy_one_address_holds_up_nobody_else(settings: Settings) -> None:
    settings.PROXIES = 1
    assert tried(FAILURES + 1, "203.0.113.7") == 429
    assert tried(1, "203.0.113.8") == 401
    assert tried(1, "203.0.113.8, 203.0.113.7") == 429  # what the proxy added counts, not what stands before it


def test_without_a_proxy_the_header_of_anybody_changes_nothing(settings: Settings) -> None:
    settings.PROXIES = 0
    assert tried(FAILURES + 1, "203.0.113.7") == 429
    assert tried(1, "203.0.113.8") == 429
