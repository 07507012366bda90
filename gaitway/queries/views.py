"""Saved views: lists that somebody wants to see again, as query strings under names. A view keeps a question, never an
answer: whoever opens one sees what they may see themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.db.models import Prefetch
from django.urls import reverse

from gaitway.models import Person, Pin, View

LONGEST = 2000
PASSING = frozenset({"page", "peek", "x", "columns", "csrfmiddlewaretoken", "next"})  # of one look, not of the question


@dataclass(frozen=True, slots=True)
class Tab:
    """One view as its reader has it. `query` begins with "?"; `owner` is nobody where it is the reader's own."""

    pk: int
    name: str
    page: str
    scope: str
    query: str
    owner: Person | None
    pinned: bool
    digest: bool
    opens: bool
    current: bool
    can_change: bool

    @property
    def address(self) -> str:
        return reverse(self.page) + self.query


@dataclass(frozen=True, slots=True)
class Bar:
    """What a page offers of its views: those that are pinned, all others, the one that is open, and the question that
    would be saved now ("" for the whole list)."""

    page: str
    pinned: Sequence[Tab]
    others: Sequence[Tab]
    current: Tab | None
    query: str
    scopes: Sequence[str]

    @property
    def opening(self) -> str:
        """The query string with which the page opens that was asked for without one; "" where the reader chose none."""
        return next((tab.query.removeprefix("?") for tab in self.pinned if tab.opens), "")


def clean(query: str) -> str:
    """The question in a query string, always in the same order, so that two that ask the same are the same."""
    pairs = parse_qsl(query.removeprefix("?"), max_num_fields=100)
    kept = sorted((name, value) for name, value in pairs if name not in PASSING and value)
    return urlencode(kept)


def may_change(viewer: Person, view: View) -> bool:
    """Its owner; of what is for everyone also those who see everything."""
    return viewer.is_active and (view.owner_id == viewer.pk or (view.scope == View.Scope.EVERYONE and viewer.sees_all))


def scopes(viewer: Person) -> list[str]:
    """With whom the viewer may share one."""
    return [View.Scope.MINE.value] if viewer.is_guest else list(View.Scope.values)


def find(viewer: Person, pk: int) -> View:
    """Raises View.DoesNotExist."""
    found: View = View.objects.visible_to(viewer).distinct().select_related("owner").get(pk=pk)
    return found


def listed(viewer: Person, page: str = "", query: str = "") -> list[Tab]:
    """Those that the viewer may open, of one page or of all: pinned ones first, as they were pinned. Two queries."""
    rows = View.objects.visible_to(viewer)
    if page:
        rows = rows.filter(page=page)
    mine = Prefetch("pins", Pin.objects.filter(person=viewer), to_attr="mine")
    found = rows.distinct().select_related("owner").prefetch_related(mine)
    asked = clean(query)
    pairs = [(view, view.mine[0] if view.mine else None) for view in found]
    pairs.sort(key=lambda pair: (pair[1] is None, pair[1].position if pair[1] else 0))
    return [_tab(viewer, view, pin, bool(page) and clean(view.query) == asked) for view, pin in pairs]


def _tab(viewer: Person, view: View, pin: Pin | None, current: bool) -> Tab:
    return Tab(
        view.pk, view.name, view.page, view.scope, f"?{view.query}" if view.query else "?",
        None if view.owner_id == viewer.pk else view.owner, pin is not None, bool(pin and pin.digest),
        bool(pin and pin.opens), current, may_change(viewer, view),
    )  # fmt: skip


def bar(viewer: Person, page: str, query: str) -> Bar:
    """For the page with this name, and its query string just now. Two queries."""
    tabs = listed(viewer, page, query)
    current = next((tab for tab in tabs if tab.current), None)
    pinned = [tab for tab in tabs if tab.pinned]
    return Bar(page, pinned, [tab for tab in tabs if not tab.pinned], current, clean(query), scopes(viewer))


def pinned(viewer: Person) -> list[Tab]:
    """What the side bar may offer."""
    return [tab for tab in listed(viewer) if tab.pinned]


def subscribed(viewer: Person) -> list[View]:
    """Those whose week stands in the viewer's digest."""
    seen = View.objects.visible_to(viewer).values("pk")
    return [pin.view for pin in Pin.objects.filter(person=viewer, digest=True, view__in=seen).select_related("view")]
