from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import roles
from gaitway.queries import areas as asked

from .people import somebody
from .roles import Giving
from .scopes import ACT
from .values import Out, Person, viewer

router = Router()


class AreaRole(Out):
    person: Person
    role: str


class Area(Out):
    area_id: int = Field(validation_alias="pk")
    name: str
    initiatives: int
    roles: list[AreaRole] = Field(validation_alias="given")


@router.get("/areas", response=list[Area])
def listed(request: HttpRequest) -> list[asked.AreaLine]:
    """Areas, and who is what in every initiative of them. Administrators and strategists alone."""
    return asked.page(viewer(request)).areas


@router.post("/areas/{int:area_id}/roles", response=list[Area], auth=ACT)
def give(request: HttpRequest, area_id: int, giving: Giving) -> list[asked.AreaLine]:
    """Gives a role; a sponsor and a lead take the place of the one before. Answers all areas as they are then."""
    person = viewer(request)
    area = asked.find(person, area_id)
    roles.give(somebody(person, giving.person), giving.role, area, by=person, at=timezone.now())
    return asked.page(person).areas


@router.post("/areas/{int:area_id}/roles/take", response=list[Area], auth=ACT)
def take(request: HttpRequest, area_id: int, giving: Giving) -> list[asked.AreaLine]:
    """Takes a role back, but never the last sponsor or lead of an initiative. Answers all areas as they are then."""
    person = viewer(request)
    area = asked.find(person, area_id)
    roles.take(somebody(person, giving.person), giving.role, area, by=person, at=timezone.now())
    return asked.page(person).areas
