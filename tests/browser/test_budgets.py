"""What every page may weigh, and what it owes to everybody: on a wide screen in light and on a phone in the dark.

A browser's first visit is measured as a server that compresses would send it. What lies under /static/ is kept by the
browser afterwards, so that all else is the price of each further page."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Request

from bench.shots import Shot, pages
from gaitway.models import Person
from tests.world import World

pytestmark = pytest.mark.browser
Enter = Callable[..., BrowserContext]

COLD, SCRIPTS, STYLES, WARM = 120_000, 35_000, 25_000, 20_000  # bytes
REQUESTS, NODES = 12, 2_500
NARROW = 320
WIDE = {"roadmap", "grid", "enter"}  # drawings and sheets of cells, which scroll
STREAM = "/live/"


@dataclass
class Visit:
    """What one page fetched."""

    requests: list[Request] = field(default_factory=list)

    def bytes(self, *, kind: str = "", kept: bool | None = None) -> int:
        return sum(
            sent(each)
            for each in self.requests
            if (not kind or each.resource_type == kind) and (kept is None or is_kept(each) == kept)
        )


def is_kept(request: Request) -> bool:
    return urlsplit(request.url).path.startswith("/static/")


def sent(request: Request) -> int:
    answer = request.response()
    if answer is None or 300 <= answer.status < 400:
        return 0
    body = answer.body()
    return min(len(body), len(gzip.compress(body, 6, mtime=0)))


def weighed(visit: Visit) -> Iterator[str]:
    """Where it is above what it may be."""
    limits = [
        ("cold", visit.bytes(), COLD),
        ("scripts", visit.bytes(kind="script"), SCRIPTS),
        ("styles", visit.bytes(kind="stylesheet"), STYLES),
        ("warm", visit.bytes(kept=False), WARM),
        ("requests", len(visit.requests), REQUESTS),
        ("requests when warm", sum(not is_kept(each) for each in visit.requests), 1),
    ]
    yield from (f"{name} {found} instead of {most}" for name, found, most in limits if found > most)


def owed(page: Page, name: str) -> Iterator[str]:
    """What is wrong for somebody who reads it."""
    nodes = page.evaluate("document.querySelectorAll('*').length")
    if nodes > NODES:
        yield f"{nodes} nodes"
    found = Axe().run(page)
    if found.violations_count:
        yield found.generate_report()
    if name not in WIDE:
        size = page.viewport_size
        page.set_viewport_size({"width": NARROW, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(size or {"width": 1280, "height": 800})
        if width > NARROW:
            yield f"{width} px wide where there are {NARROW}"


def read() -> list[Shot]:
    """The pages among the addresses: others take a POST alone, give a file, or lead on."""
    client = Client()
    client.force_login(Person.objects.get(email="sofia@example.com"))
    answers = [(shot, client.get(shot.path)) for shot in pages(full=True)]
    return [
        shot
        for shot, answer in answers
        if answer.status_code in (200, 404) and answer.headers["Content-Type"].startswith("text/html")
    ]


@pytest.mark.parametrize(
    ("dark", "width"),
    [pytest.param(False, 1280, id="light"), pytest.param(True, 390, id="dark-phone", marks=pytest.mark.slow)],
)
def test_every_page_keeps_its_budget(enter: Enter, full: World, dark: bool, width: int) -> None:
    page = enter("sofia", dark=dark, width=width).new_page()
    faults: list[str] = []
    said: list[str] = []
    now: list[Visit] = []

    def fetched(request: Request) -> None:
        for visit in now:
            if request.is_navigation_request():
                visit.requests.clear()  # what the page before asked for last, and nobody waits for any more
            visit.requests.append(request)

    page.on("requestfinished", fetched)
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    for shot in read():
        visit = Visit()
        said.clear()
        now[:] = [visit]
        page.goto(shot.path, wait_until="load")
        now.clear()
        visit.requests = [each for each in visit.requests if urlsplit(each.url).path != STREAM]
        complaints = [text for text in said if not (shot.name == "missing" and "404" in text)]
        faults += [f"{shot.name}: {fault}" for fault in (*weighed(visit), *owed(page, shot.name), *complaints)]
    assert not faults, "\n".join(faults)


STILL = "document.getAnimations().every(each => each.effect.getComputedTiming().duration < 1)"
READS = """[...document.querySelectorAll('h1')].length == 1
  && [...document.querySelectorAll('h1, .button, .state')].filter(each => each.checkVisibility())
    .every(each => getComputedStyle(each).color != getComputedStyle(document.documentElement).backgroundColor)"""


@pytest.mark.slow
def test_every_page_is_read_without_scripts_colours_and_motion(enter: Enter, full: World) -> None:
    page = enter("sofia", js=False).new_page()
    faults: list[str] = []
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    for shot in read():
        answer = page.goto(shot.path, wait_until="load")
        status = answer.status if answer else 0
        if status != (404 if shot.name == "missing" else 200):
            faults.append(f"{shot.name}: {status}")
        faults += [f"{shot.name}: {what}" for what, asked in (("moves", STILL), ("no heading, or one colour", READS))
                   if not page.evaluate(asked)]  # fmt: skip
    assert not faults, "\n".join(faults)
