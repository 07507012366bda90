from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import roles
from gaitway.queries import initiatives
from gaitway.queries import roles as asked

from .people import somebody
from .scopes import ACT
from .values import In, Out, Person, Responsibility, viewer

router = Router()


class Giving(In):
    """A role of a person in the initiative."""

    person: Annotated[str, Field(max_length=254, description="The e-mail")]
    role: Literal["sponsor", "lead", "contributor", "consulted", "viewer"]


class RoleGiven(Out):
    """`area`: by whose roles it comes; empty: the initiative's own."""

    person: Person
    role: str
    area: str


class Roles(Out):
    """`may_give`: the roles that the reader may give and take."""

    initiative_id: str = Field(validation_alias="key")
    given: list[RoleGiven]
    who: list[Responsibility] = Field(validation_alias="lines")
    may_give: list[str]


@router.get("/initiatives/{pair:initiative_id}/roles", response=Roles)
def listed(request: HttpRequest, initiative_id: str) -> dict[str, object]:
    """Who has which role in it, and who does what."""
    person = viewer(request)
    page = asked.page(person, initiatives.find(person, initiative_id))
    return {
        "key": page.key,
        "given": page.given,
        "lines": page.lines,
        "may_give": [role for role, _name in page.may_give],
    }


@router.post("/initiatives/{pair:initiative_id}/roles", response=list[Responsibility], auth=ACT)
def give(request: HttpRequest, initiative_id: str, giving: Giving) -> list[asked.Line]:
    """Gives a role; a sponsor and a lead take the place of the one before. Answers who does what then."""
    person = viewer(request)
    initiative = initiatives.find(person, initiative_id)
    roles.give(somebody(person, giving.person), giving.role, initiative, by=person, at=timezone.now())
    return initiatives.page(person, initiative_id, timezone.localdate()).who


@router.post("/initiatives/{pair:initiative_id}/roles/take", response=list[Responsibility], auth=ACT)
def take(request: HttpRequest, initiative_id: str, giving: Giving) -> list[asked.Line]:
    """Takes a role back, but never the last sponsor or lead. Answers who does what then."""
    person = viewer(request)
    initiative = initiatives.find(person, initiative_id)
    roles.take(somebody(person, giving.person), giving.role, initiative, by=person, at=timezone.now())
    return initiatives.page(person, initiative_id, timezone.localdate()).who
