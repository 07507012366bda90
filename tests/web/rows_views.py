"""The rows of the matrix for saved views: who may reach what, in the order of its ACTORS from Nadia on."""

from __future__ import annotations

from gaitway.actions import screens, views
from gaitway.models import Screen, View
from tests.world import AT, World

OK, AWAY, NO, GONE, WRONG, AGAIN = 200, 302, 403, 404, 405, 422
SIGN_IN = ("sign in", "sign in")
NEVER = (*SIGN_IN, *(WRONG,) * 6)
ANYBODY = (*SIGN_IN, *(OK,) * 6)
DOES = (*SIGN_IN, *(AWAY,) * 6)


def a_view(_world: World) -> dict[str, object]:
    return {"name": "Mine", "page": "portfolio", "query": "show=mine", "scope": "mine"}


def a_table(_world: World) -> dict[str, object]:
    return {"text": "Week\tOrders\n2026-02-23\t7\n"}


def a_reset(_world: World) -> dict[str, object]:
    return {"period": "2026-02-02", "reason": "New"}


# Name, what GET answers, what POST answers, what is posted.
ROWS = {
    "screens": (
        (*SIGN_IN, *(NO,) * 5, OK),
        (*SIGN_IN, *(NO,) * 5, OK),
        lambda world: {"name": "Hall", "seconds": 20, "days": 9},
    ),
    "screen_end": (NEVER, (*SIGN_IN, *(GONE,) * 5, AWAY), lambda world: {}),
    "wall": ((GONE,) * 8, (WRONG,) * 8, lambda world: {}),
    "objectives": (ANYBODY, NEVER, lambda world: {}),
    "objective": ((*SIGN_IN, GONE, *(OK,) * 5), NEVER, lambda world: {}),
    "portfolio_columns": (NEVER, DOES, lambda world: {"column": "state"}),
    "portfolio_export": (ANYBODY, NEVER, lambda world: {}),
    # Nothing ticked goes back; what isn't seen is left out without a word.
    "bulk": (NEVER, (*SIGN_IN, *(OK,) * 6), lambda world: {"do": "follow", "x": ["north/norway", "north/iceland"]}),
    "views": (ANYBODY, DOES, a_view),
    # Sofia shares hers with everyone: all but the guest may open it, she and who sees everything may change it.
    "view_change": (NEVER, (*SIGN_IN, GONE, NO, NO, NO, AWAY, AWAY), a_view),
    "view_keep": (NEVER, (*SIGN_IN, GONE, *(AWAY,) * 5), a_view),
    "view_delete": (NEVER, (*SIGN_IN, GONE, NO, NO, NO, AWAY, AWAY), a_view),
}


FORMS: dict[str, list[object]] = {"portfolio_export": ["csv"]}


def arrange(world: World) -> None:
    views.save(name="Walking", page="portfolio", query="stage=walk", scope="everyone", by=world.sofia, at=AT)
    screens.make(name="Hall", views=[], by=world.admin, at=AT)


def argument(name: str, which: str) -> list[object]:
    if name == "wall":
        return ["no-token"]
    if name == "screen_end":
        return [Screen.objects.get().pk if which == "own" else 999_999]
    if name == "objective":
        return ["north/customers" if which == "own" else "north/nothing"]
    if name in ROWS and name != "views":
        return (
            [View.objects.get().pk if which == "own" else 999_999] if name.startswith("view_") else FORMS.get(name, [])
        )
    return []
