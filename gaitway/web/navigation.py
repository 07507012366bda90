"""The rooms of the house: what the side bar, the bar of a phone, the keys and the palette lead to."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gaitway.models import Person
from gaitway.queries import navigation as asked

from .keys import KEYS


@dataclass(frozen=True, slots=True)
class Room:
    """One entry. `name`: of its address. `letter`: after g. `near`: its place in the bar of a phone, where the five
    nearest stand; the others are behind its menu."""

    name: str
    words: str | Promise
    image: str
    letter: str
    near: int = 99
    who: Literal["everyone", "house", "administrators"] = "everyone"

    @property
    def address(self) -> str:
        return reverse(self.name)

    def open_to(self, person: Person) -> bool:
        return {"everyone": True, "house": person.sees_all, "administrators": person.is_administrator}[self.who]


ROOMS = (
    Room("portfolio", _("Portfolio"), "layout-list", "p", 1),
    Room("my_work", _("My work"), "list-checks", "w", 2),
    Room("inbox", _("Inbox"), "inbox", "i", 4),
    Room("roadmap", _("Roadmap"), "chart-gantt", "r", 7),
    Room("board", _("Board"), "square-kanban", "b", 3),
    Room("objectives", _("Objectives"), "target", "o", 6),
    Room("kpis", _("KPIs"), "chart-line", "k", 5),
    Room("reviews", _("Meeting"), "presentation", "m", 9),
    Room("decisions", _("Decisions"), "gavel", "d", 8),
    Room("feed", _("Feed"), "rss", "f", 10),
    Room("sources", _("Sources"), "database", "s", who="house"),
    Room("people", _("People"), "users", "e", who="administrators"),
)
SIDE = "side"  # the cookie that keeps the side bar narrow: no page is drawn twice
NEAR = 5  # in the bar of a phone, beside its menu


def rooms(person: Person) -> list[Room]:
    return [room for room in ROOMS if exists(room.name) and room.open_to(person)]


def near(found: list[Room]) -> set[str]:
    """The names of those in the bar of a phone."""
    return {room.name for room in sorted(found, key=lambda room: room.near)[:NEAR]}


def around(request: HttpRequest, person: Person | None) -> dict[str, Any]:
    """What the layout needs to lead around."""
    found = rooms(person) if person else []
    began: float | None = getattr(request, "began", None)
    return {
        "rooms": found,
        "near_rooms": near(found),
        "far_rooms": {room.name for room in found} - near(found),
        "pins": _pinned(request, person) if person else [],
        "keys_list": KEYS,
        "narrow": request.COOKIES.get(SIDE) == "narrow",
        "spent": (lambda: round((time.perf_counter() - began) * 1000)) if began else None,
    }


def _pinned(request: HttpRequest, person: Person) -> list[tuple[str, str]]:
    """Asked for only where the first question of the page said that there are some."""
    if not getattr(request, "pinned", 0):
        return []
    return [(view.name, f"{reverse(view.page)}?{view.query}") for view in asked.pinned(person) if exists(view.page)]


@cache
def exists(name: str) -> bool:
    """Whether the installation has a page of this name."""
    return name in get_resolver().reverse_dict
