"""Markets and business areas, and who is what in every initiative of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q

from gaitway.models import Area, Person, Role
from gaitway.queries import rights
from gaitway.queries.roles import Given
from gaitway.queries.words import access

Kind = Role.Kind


@dataclass(frozen=True, slots=True)
class AreaLine:
    """`initiatives`: how many stand in it, but for those that a file no longer holds."""

    pk: int
    name: str
    initiatives: int
    given: list[Given]


@dataclass(frozen=True, slots=True)
class AreasPage:
    areas: list[AreaLine]
    roles: list[tuple[str, str]]  # that may be given, with their words

    @property
    def given(self) -> int:
        return sum(len(area.given) for area in self.areas)


def page(viewer: Person) -> AreasPage:
    """All of them, for those who give roles there: raises Area.DoesNotExist for others."""
    _require(viewer)
    counted = Count("initiatives", filter=Q(initiatives__retired_at=None))
    roles = Prefetch("roles", Role.objects.select_related("person").order_by("person__name", "pk"))
    rows = Area.objects.annotate(count=counted).prefetch_related(roles).order_by("name")
    return AreasPage(
        [AreaLine(area.pk, area.name, area.count, _given(list(area.roles.all()))) for area in rows],
        [(kind.value, access.role_name(kind)) for kind in rights.RANKS],
    )


def find(viewer: Person, pk: int) -> Area:
    """Raises Area.DoesNotExist."""
    _require(viewer)
    return Area.objects.get(pk=pk)


def _require(viewer: Person) -> None:
    if not (viewer.is_active and viewer.sees_all):
        raise Area.DoesNotExist


def _given(roles: list[Role]) -> list[Given]:
    roles.sort(key=lambda role: rights.RANKS.index(Kind(role.role)))
    return [Given(role.person, role.role, access.role_name(role.role), "", True) for role in roles]
