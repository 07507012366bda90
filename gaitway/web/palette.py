"""The command palette: where to go and what to do, as the viewer types it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gaitway.lib import folding
from gaitway.lib.folding import Part
from gaitway.models import Person
from gaitway.queries import search

from . import navigation
from .search import address
from .viewer import viewer


@dataclass(frozen=True, slots=True)
class Option:
    """Leads to `href`, or chooses `display` (a name and a value of the form for how it looks)."""

    words: list[Part]
    note: str
    image: str
    href: str = ""
    display: str = ""
    letters: str = ""


ICONS = {
    "initiative": "layout-list", "kpi": "chart-line", "objective": "target", "task": "square-check", "person": "user",
    "view": "pin",
}  # fmt: skip


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    person, q = viewer(request), request.GET.get("q", "")[:200]
    sought = folding.words(q)
    rooms = [
        Option(_words(room.words, sought), "", room.image, room.address, letters=f"G {room.letter.upper()}")
        for room in navigation.rooms(person)
    ]
    pages = [Option(_words(words, sought), "", image, reverse(name)) for words, name, image in _pages(person)]
    hits = [Option(hit.title, hit.within, ICONS[hit.kind], address(hit)) for hit in search.suggest(person, q) if sought]
    places = [*(_matching(rooms, sought)), *hits, *(_matching(pages, sought) if sought else [])]
    acts = _matching([*_here(request, sought), *_acts(sought)], sought)
    page = {"q": q, "places": places, "acts": acts, "more": bool(sought)}
    return render(request, "parts/palette.html", page)


def _words(words: object, sought: list[str]) -> list[Part]:
    return folding.marked(str(words), sought)


def _matching(options: list[Option], sought: list[str]) -> list[Option]:
    def text(option: Option) -> str:
        return folding.fold("".join(part for part, _hit in option.words) + " " + option.note)

    return [option for option in options if all(word in text(option) for word in sought)]


def _pages(person: Person) -> list[tuple[str, str, str]]:
    """The smaller pages: words, name of the address, icon."""
    found = [
        (_("Settings"), "settings", "settings"),
        (_("Account"), "account", "user"),
        (_("Notices: what comes near"), "preferences", "bell"),
        (_("Away: who stands in"), "away", "plane"),
        (_("Tokens for programs"), "tokens", "key-round"),
        (_("Permissions"), "permissions", "shield"),
        (_("Saved views"), "views", "pin"),
    ]
    if person.sees_all:
        found += [(_("Begin a strategy"), "start", "rocket"), (_("Style guide"), "ui", "palette")]
    if person.is_administrator:
        found += [(_("Channels"), "channels", "send"), (_("Audit"), "audit", "scroll-text")]
    return [each for each in found if navigation.exists(each[1])]


def _acts(sought: list[str]) -> list[Option]:
    """What can be done from anywhere."""
    leads = [
        (_("Check in"), "checkins", "message-square"),
        (_("Add a value"), "grid", "pencil"),
        (_("Import a table"), "uploads", "upload"),
    ]
    found = [
        Option(_words(words, sought), "", image, reverse(name))
        for words, name, image in leads
        if navigation.exists(name)
    ]
    shown = [
        (_("Switch to dark"), "theme:dark", "moon"),
        (_("Switch to light"), "theme:light", "sun"),
        (_("Colours as the system has them"), "theme:auto", "sun-moon"),
        (_("Compact rows"), "density:compact", "rows-4"),
        (_("Normal rows"), "density:normal", "rows-3"),
        (_("Roomy rows"), "density:roomy", "rows-2"),
    ]
    return found + [Option(_words(words, sought), "", image, display=act) for words, act, image in shown]


def _here(request: HttpRequest, sought: list[str]) -> list[Option]:
    """What can be done with the initiative or the KPI whose page is open."""
    try:
        match = resolve(urlsplit(request.headers.get("HX-Current-URL", "")).path or "/")
    except Resolver404:
        return []
    key = match.kwargs.get("key", "")
    found = {
        "initiative": [(_("Check in here"), "check_in", "message-square"), (_("Who does what"), "roles", "users")],
    }.get(match.url_name or "", [])
    return [
        Option(_words(words, sought), "", image, reverse(name, args=[key]))
        for words, name, image in found
        if navigation.exists(name)
    ]
