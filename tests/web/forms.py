"""What the matrix posts, where an address takes something."""

from __future__ import annotations

from gaitway.models import Event
from tests.world import World


def a_decision(world: World) -> dict[str, object]:
    return {"choice": "hold", "reason": "Because", "moves": world.norway.moves}


def an_absence(world: World) -> dict[str, object]:
    return {"person": world.sofia.pk, "to": world.luca.pk, "starts": "2099-01-01", "ends": "2099-01-02"}


def a_role(world: World) -> dict[str, object]:
    return {"person": world.theo.pk, "role": "viewer"}


def a_milestone(_world: World) -> dict[str, object]:
    return {"name": "Launch", "on": "2026-04-01"}


def a_move(_world: World) -> dict[str, object]:
    return {"to": "2026-04-12", "rest": "shift", "shown": "2026-04-12/shift", "reason": "Because"}


def first(rows: object) -> int:
    found = rows.values_list("pk", flat=True).first()  # type: ignore[attr-defined]
    return 999_999 if found is None else found


def a_change(world: World) -> dict[str, object]:
    return {"event": first(Event.objects.filter(kind="initiative changed", initiative=world.norway))}
