"""Who may see what: one rule, asked through `visible_to` on every model.

Administrators and strategists see everything. Members see every initiative that isn't restricted, and those in which
they have a role, of its own or in its area. Guests see only the latter. Who is inactive or not signed in sees nothing.
Who stands in for somebody sees, while it runs, what the roles of the absent let them see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from .initiative import Initiative, Role
    from .person import Person

M = TypeVar("M", bound=Model, covariant=True)


class VisibleQuerySet(QuerySet[M]):
    """Rows that belong to an initiative: visible where the initiative is."""

    initiative: ClassVar[str] = "initiative"  # the path to it

    def visible_to(self, viewer: Person | AnonymousUser) -> Self:
        if isinstance(viewer, AnonymousUser) or not viewer.is_active:
            return self.none()
        if viewer.sees_all:
            return self.all()
        return self.filter(self.seen_by(viewer)).distinct()

    def seen_by(self, viewer: Person) -> Q:
        return involved(viewer, self.initiative)


def involved(viewer: Person, path: str) -> Q:
    """The condition that `path` leads to an initiative which this person, who doesn't see all, may see."""
    from .delegation import Delegation
    from .initiative import Role

    whose = Q(person=viewer)
    if viewer.day is not None:
        whose |= Q(person__in=Delegation.objects.running(viewer.day).filter(to=viewer).values("person"))
    rule = within(Role.objects.filter(whose), path)
    prefix = f"{path}__" if path else ""
    return rule if viewer.is_guest else rule | Q(**{f"{prefix}restricted": False})


def who_see(initiative: Initiative, people: Iterable[Person]) -> list[Person]:
    """Those of these people to whom the initiative is visible in their own right, asked in one query."""
    from .initiative import Role

    here = Q(initiative=initiative) | Q(area__isnull=False, area=initiative.area_id)
    inside = set(Role.objects.filter(here).values_list("person", flat=True))
    open_ = not initiative.restricted
    return [
        each
        for each in people
        if each.is_active and (each.sees_all or each.pk in inside or (open_ and not each.is_guest))
    ]


def within(roles: QuerySet[Role], path: str = "") -> Q:
    """The condition that `path` leads to an initiative in which one of these roles holds, as its own or by its area."""
    prefix = f"{path}__" if path else ""
    own = roles.filter(initiative__isnull=False).values("initiative")
    of_area = roles.filter(area__isnull=False).values("area")
    return Q(**{f"{prefix}id__in": own}) | Q(**{f"{prefix}area__in": of_area})


class OfStage(VisibleQuerySet[M]):
    """Rows that belong to a stage."""

    initiative: ClassVar[str] = "stage__initiative"
