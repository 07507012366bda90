"""Norway with numbers: filled, judged and looked at."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

from django.test import Client

from gaitway.actions import gates, observations, strategies
from gaitway.models import Stage
from tests.world import AT, STRATEGY, TODAY, World, document

KPI, GATE, PAGE = "/kpis/north/orders/", "/gates/north/norway/crawl/", "/initiatives/north/norway/"
LAST = date(2026, 2, 23)  # the Monday of the newest whole week
YESTERDAY = TODAY - timedelta(days=1)


def fill(world: World, values: list[float], *, last: date = LAST) -> None:
    """Weeks up to the one from `last` on."""
    first = last - timedelta(weeks=len(values) - 1)
    rows = {first + timedelta(weeks=i): (float(value), 1.0) for i, value in enumerate(values)}
    observations.record(world.orders, rows, by=world.admin, at=AT)


def get(world: World, path: str, who: str = "theo") -> Any:
    made = Client()
    made.force_login(getattr(world, who))
    return made.get(path)


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def judged(world: World, values: list[float], trigger: str = "") -> Stage:
    """Norway in crawl since 5 January, judged as of yesterday."""
    if trigger:
        changed = STRATEGY.replace("trigger: orders >= 6 with 95% confidence", f"trigger: {trigger}")
        strategies.apply(document(changed), by=world.admin, at=AT, today=TODAY, reason="Ask otherwise.")
    fill(world, values)
    assert gates.evaluate(world.crawl, through=YESTERDAY, by=world.admin, at=AT)
    return world.crawl
