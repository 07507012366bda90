"""Who does what in an initiative: responsible, accountable, consulted and informed, derived from roles and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gaitway.models import Initiative, Person, Role, Task
from gaitway.queries import parts, rights
from gaitway.queries.words.access import role_name

Kind = Role.Kind


@dataclass(frozen=True, slots=True)
class Line:
    """The initiative itself, or one of its tasks. `fault`: what is wrong where nobody is accountable, and the fix."""

    what: str
    task: int | None
    responsible: Sequence[Person]
    accountable: Person | None
    consulted: Sequence[Person]
    informed: Sequence[Person]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One role of one person. `area`: the area that it comes by; nothing: of the initiative's own."""

    person: Person
    role: str
    name: str
    area: str
    may_take: bool


@dataclass(frozen=True, slots=True)
class RolesPage:
    key: str
    name: str
    lines: Sequence[Line]
    given: Sequence[Given]
    may_give: Sequence[tuple[str, str]]


def table(initiative: Initiative, tasks: Sequence[Task]) -> list[Line]:
    """The initiative first, then its open tasks. Of one that went through parts.with_roles, and tasks with their people."""
    by_kind: dict[str, list[Person]] = {}
    for role in parts.roles(initiative):
        by_kind.setdefault(role.role, []).append(role.person)
    lead, sponsor = parts.lead(initiative), parts.sponsor(initiative)
    team = [person for person in by_kind.get(Kind.CONTRIBUTOR, []) if person != lead]
    asked, told = by_kind.get(Kind.CONSULTED, []), by_kind.get(Kind.VIEWER, [])
    fault = "" if sponsor else _("Nobody is accountable for %(name)s: give it a sponsor.") % {"name": initiative.name}
    lines = [Line(initiative.name, None, [lead, *team] if lead else team, sponsor, asked, told, fault)]
    for task in tasks:
        if task.done_on is None:
            answers = task.accountable or lead
            missing = _("Nobody is accountable for “%(name)s”: give the task somebody, or the initiative a lead.")
            fault = "" if answers else missing % {"name": task.name}
            lines.append(Line(task.name, task.pk, [task.owner] if task.owner else [], answers, asked, told, fault))
    return lines


def page(viewer: Person, initiative: Initiative) -> RolesPage:
    """`initiative` as queries.initiatives.find gives it."""
    stage = parts.present(initiative)
    tasks = [task for task in stage.tasks.all() if task.retired_at is None] if stage else []
    may = [kind for kind in rights.RANKS if rights.may_assign(viewer, kind, initiative)]
    rows = sorted(parts.roles(initiative), key=lambda role: rights.RANKS.index(Kind(role.role)))
    return RolesPage(
        f"{initiative.strategy.key}/{initiative.key}",
        initiative.name,
        table(initiative, tasks),
        [_given(role, may) for role in rows],
        [(kind.value, role_name(kind)) for kind in may],
    )


def people(viewer: Person) -> list[Person]:
    """Those to whom the viewer may give a role."""
    return list(Person.objects.visible_to(viewer).filter(is_active=True, is_system=False))


def _given(role: Role, may: Sequence[str]) -> Given:
    of_area = role.area.name if role.area else ""
    return Given(role.person, role.role, role_name(role.role), of_area, role.role in may and not of_area)
