from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import people
from gaitway.models import Person as PersonRow

from .scopes import ACT
from .values import In, Out, Person, viewer

router = Router()


class Me(Out):
    person_id: int = Field(validation_alias="pk")
    name: str
    email: str
    access: str
    theme: str
    density: str
    keys: bool
    language: str


class Display(In):
    theme: Literal["auto", "light", "dark"] | None = None
    density: Literal["compact", "normal", "roomy"] | None = None
    keys: bool | None = None
    language: Literal["", "en", "de", "es", "uk"] | None = None  # nothing: as the browser asks


@router.get("/people", response=list[Person])
def listed(request: HttpRequest) -> list[PersonRow]:
    """Colleagues; for a guest, the people of the initiatives that it sees."""
    return list(PersonRow.objects.visible_to(viewer(request)).filter(is_system=False, is_active=True))


@router.get("/me", response=Me)
def me(request: HttpRequest) -> PersonRow:
    """Who asks."""
    return viewer(request)


@router.post("/me/display", response=Me, auth=ACT)
def display(request: HttpRequest, display: Display) -> PersonRow:
    """How Gaitway looks to you; what isn't sent stays."""
    person = viewer(request)
    people.set_display(
        person,
        theme=display.theme or person.theme,
        density=display.density or person.density,
        keys=person.keys if display.keys is None else display.keys,
        language=person.language if display.language is None else display.language,
        by=person,
        at=timezone.now(),
    )
    return person
