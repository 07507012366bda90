"""What the pages say, what they cost, and the headers around them."""

from __future__ import annotations

import gzip

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gaitway.actions import strategies
from gaitway.models import Initiative
from tests.world import AT, STRATEGY, TODAY, World, document

PAGES = {
    "/": 12,
    "/initiatives/north/norway/": 28,
    "/initiatives/north/norway/history/": 16,
    "/initiatives/north/norway/edit/": 24,
    "/initiatives/new/?like=north/norway": 16,
    "/reviews/": 16,
    "/gates/north/norway/crawl/": 26,
    "/initiatives/north/norway/crawl/trigger/": 18,
    "/kpis/": 10,
    "/kpis/enter/": 9,
    "/kpis/north/orders/": 17,
    "/inbox/": 9,
    "/feed/": 8,
}


@pytest.fixture
def browser(world: World) -> Client:
    made = Client()
    made.force_login(world.sofia)
    made.get("/")  # the first page fills what is remembered
    return made


def many(world: World, count: int) -> None:
    """As many initiatives like Norway."""
    head, tail = STRATEGY.split("      - key: iceland")
    block = "      - key: norway" + head.split("      - key: norway")[1]
    copies = "".join(block.replace("key: norway", f"key: norway{i}") for i in range(count))
    strategies.apply(document(head + copies + "      - key: iceland" + tail), by=world.admin, at=AT, today=TODAY)


@pytest.mark.parametrize(("path", "limit"), PAGES.items())
def test_queries(browser: Client, path: str, limit: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    assert len(asked) <= limit, "\n".join(query["sql"][:150] for query in asked)


def test_more_initiatives_ask_no_more_queries(browser: Client, world: World) -> None:
    with CaptureQueriesContext(connection) as few:
        browser.get("/")
    many(world, 12)
    assert Initiative.objects.count() == 14
    with CaptureQueriesContext(connection) as more:
        browser.get("/")
    assert len(more) <= len(few)


@pytest.mark.slow
def test_bytes_and_nodes_of_a_portfolio_of_sixty(browser: Client, world: World) -> None:
    many(world, 58)
    page = browser.get("/").content
    assert page.count(b"<tr data-row>") == 60
    assert len(gzip.compress(page)) <= 20_000
    assert page.count(b"<") - page.count(b"</") <= 2_500


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_inline_style_or_script(browser: Client, path: str) -> None:
    response = browser.get(path)
    page = response.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in response.headers["Permissions-Policy"]


def test_hostile_words_stay_words(browser: Client, world: World) -> None:
    Initiative.objects.filter(key="norway").update(
        name="<script>alert(1)</script>", hypothesis='"><img src=x onerror=1>'
    )
    for path in PAGES:
        page = browser.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_filter_is_part_of_the_address(browser: Client) -> None:
    assert b"Norway" in browser.get("/?stage=crawl&show=mine&group=area").content
    assert b"Norway</a>" not in browser.get("/?q=zzz").content
    assert browser.get("/?sort=password&group=__class__&page=-1&state=x").status_code == 200


def test_a_decision_without_a_reason_comes_back_with_what_was_typed(browser: Client, world: World) -> None:
    form = {"choice": "conditional go", "conditions": "Hire a clerk", "reason": "", "moves": world.norway.moves}
    response = browser.post("/gates/north/norway/crawl/", form)
    assert response.status_code == 422
    assert b"A decision needs its reason." in response.content
    assert b"Hire a clerk" in response.content


def test_an_older_page_is_told_of_a_conflict(browser: Client, world: World) -> None:
    response = browser.post("/gates/north/norway/crawl/", {"choice": "go", "reason": "x", "moves": 0})
    assert response.status_code == 409
    assert b"Look again" in response.content


def test_how_it_looks_is_kept(browser: Client, world: World) -> None:
    browser.post(
        "/me/display/", {"theme": "dark", "density": "compact", "keys": "off", "next": "https://evil.example/"}
    )
    world.sofia.refresh_from_db()
    assert (world.sofia.theme, world.sofia.density, world.sofia.keys) == ("dark", "compact", False)
    assert b'data-theme="dark"' in browser.get("/").content
