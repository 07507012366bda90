from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Status
from pydantic import AfterValidator, Field, StringConstraints

from gaitway.actions import Refused, screens
from gaitway.models import Screen as Row
from gaitway.queries import screens as asked

from .scopes import ACT
from .values import In, Out, Person, shown_once, text, viewer

router = Router()


class ScreenView(Out):
    view_id: int = Field(validation_alias="pk")
    name: str


class Screen(Out):
    """A page for a wall, without its address: that was shown once. `person`: through whose eyes it looks; `names` and
    `restricted`: whether it shows people's names, and what is restricted."""

    screen_id: int = Field(validation_alias="pk")
    name: str
    hint: str
    person: Person
    views: list[ScreenView]
    seconds: int
    names: bool
    restricted: bool
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None


class ScreenMade(Screen):
    """`address` is in this answer alone; whoever has it sees the screen. Null where an answer is repeated."""

    address: str | None


class Hanging(In):
    """`views`: of the portfolio, in whose order it turns its pages; none: the whole portfolio. Each stays for `seconds`."""

    name: Annotated[str, StringConstraints(max_length=100), AfterValidator(text)]
    views: Annotated[list[int], Field(max_length=screens.VIEWS)] = []
    seconds: Annotated[int, Field(ge=screens.FEWEST_SECONDS, le=screens.MOST_SECONDS)] = 20
    days: Annotated[int, Field(ge=1, le=screens.MOST)] = screens.DAYS
    names: bool = False
    restricted: bool = False


class ScreenEnded(Out):
    screen_id: int
    ended_at: datetime


@router.get("/screens", response=list[Screen])
def listed(request: HttpRequest) -> list[dict[str, object]]:
    """All of the house, for administrators and strategists; none for others."""
    return [_shown(row) for row in asked.listed(viewer(request))]


@router.post("/screens", response={201: ScreenMade}, auth=ACT)
def make(request: HttpRequest, hanging: Hanging) -> Status[object]:
    """Makes one. Its address needs no sign-in: it shows as much as its maker may see."""
    person = viewer(request)
    said = hanging.model_dump(exclude={"views"})
    known = {view.pk: view for view in asked.choices(person)}
    if unknown := [pk for pk in hanging.views if pk not in known]:
        raise Refused(
            f"views: there is no view {unknown[0]} of the portfolio here. GET /views?page=portfolio lists them."
        )
    made, token = screens.make(**said, views=[known[pk] for pk in hanging.views], by=person, at=timezone.now())
    shown_once(request, "address")
    address = request.build_absolute_uri(reverse("wall", settings.ROOT_URLCONF, [token]))
    return Status(201, {**_shown(made), "address": address})


@router.post("/screens/{int:screen_id}/end", response=ScreenEnded, auth=ACT)
def end(request: HttpRequest, screen_id: int) -> dict[str, object]:
    """Its address shows nothing any more. Ending it twice changes nothing."""
    person = viewer(request)
    row = Row.objects.visible_to(person).get(pk=screen_id)
    screens.end(row, by=person, at=timezone.now())
    row.refresh_from_db()
    return {"screen_id": screen_id, "ended_at": row.ended_at}


def _shown(row: Row) -> dict[str, object]:
    names = (
        "pk",
        "name",
        "hint",
        "person",
        "seconds",
        "names",
        "restricted",
        "made_at",
        "expires_at",
        "used_at",
        "ended_at",
    )
    return {**{name: getattr(row, name) for name in names}, "views": list(row.views.all())}
