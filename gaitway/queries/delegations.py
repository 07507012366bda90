"""Who is away, and who stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gaitway.models import Delegation, Initiative, Person, Role
from gaitway.models.visible import within


@dataclass(frozen=True, slots=True)
class Line:
    """`state`: coming, running, over or ended."""

    pk: int
    person: Person
    to: Person
    starts: date
    ends: date
    reason: str
    state: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class AwayPage:
    lines: list[Line]
    covers: list[str]
    for_others: bool

    @property
    def running(self) -> list[Line]:
        return [line for line in self.lines if line.state == "running"]


def listed(viewer: Person, today: date) -> list[Line]:
    """One's own, in either part; an administrator sees everybody's. The latest first."""
    rows = Delegation.objects.visible_to(viewer).select_related("person", "to")
    return [_line(row, today) for row in rows]


def page(viewer: Person, today: date) -> AwayPage:
    roles = Role.objects.filter(person=viewer, role__in=(Role.Kind.SPONSOR, Role.Kind.LEAD))
    covers = Initiative.objects.visible_to(viewer).current().filter(within(roles))
    return AwayPage(listed(viewer, today), [initiative.name for initiative in covers], viewer.is_administrator)


def find(viewer: Person, pk: int) -> Delegation:
    """Raises Delegation.DoesNotExist."""
    return Delegation.objects.visible_to(viewer).select_related("person", "to").get(pk=pk)


def people(viewer: Person) -> list[Person]:
    """Whom the viewer may choose."""
    return list(Person.objects.visible_to(viewer).filter(is_active=True, is_system=False))


def _line(row: Delegation, today: date) -> Line:
    state = "ended" if row.ended_at else "coming" if row.starts > today else "running" if row.ends >= today else "over"
    return Line(row.pk, row.person, row.to, row.starts, row.ends, row.reason, state, state in ("coming", "running"))
