"""Who is what in an initiative or an area: the only door through which roles are given and taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events, summaries
from gaitway.actions.turns import turn
from gaitway.engine.stages import State
from gaitway.models import Area, Event, Initiative, Person, Role
from gaitway.models.visible import within
from gaitway.queries import rights
from gaitway.queries.words.access import role_name

Place = Initiative | Area
ALONE = (Role.Kind.SPONSOR, Role.Kind.LEAD)  # of which a place has one


@turn()
def give(person: Person, role: str, place: Place, *, by: Person, at: datetime) -> Role:
    """Gives a role; a sponsor and a lead take the place of the one before. Giving it twice changes nothing.

    Raises NotAllowed where the giver holds no role as high, and Refused for a role that isn't known or a person who
    can't have one."""
    kind = _kind(role)
    _lock(place)
    if not rights.may_assign(by, kind, place):
        raise NotAllowed(_who_may(kind, place))
    if not person.is_active or person.is_system:
        raise Refused(_("%(person)s can't have a role: only people who may sign in can.") % {"person": person})
    if kind in ALONE:
        for before in place.roles.filter(role=kind).exclude(person=person).select_related("person"):
            _take(before, place, by=by, at=at)
    made = _give(person, kind, place, by=by, at=at)
    _refresh(place, at=at)
    return made


@turn()
def take(person: Person, role: str, place: Place, *, by: Person, at: datetime) -> None:
    """Takes a role back. Nothing happens where the person doesn't have it. Raises NotAllowed, and Refused where an
    initiative would be left without a sponsor or a lead: give the role to somebody else instead."""
    kind = _kind(role)
    _lock(place)
    if not rights.may_assign(by, kind, place):
        raise NotAllowed(_who_may(kind, place))
    found = place.roles.filter(person=person, role=kind).select_related("person").first()
    if found is None:
        return
    if kind in ALONE and (left := _left_alone(kind, place)):
        raise Refused(
            _("%(left)s would have no %(kind)s any more. Give the role to somebody else instead.")
            % {"left": left, "kind": role_name(kind)}
        )
    _take(found, place, by=by, at=at)
    _refresh(place, at=at)


@turn()
def arrange(place: Place, wanted: Sequence[tuple[Person, str]], *, by: Person, at: datetime) -> None:
    """Brings the roles of a place to what a strategy file says. The first ones are told with the strategy itself."""
    if not rights.may_apply(by):
        raise NotAllowed(_("Only an administrator or a strategist can say who does what in a whole strategy."))
    _lock(place)
    present = list(place.roles.select_related("person"))
    pairs = {(person.pk, _kind(role)) for person, role in wanted}
    for role in present:
        if (role.person_id, role.role) not in pairs:
            _take(role, place, by=by, at=at)
    for person, kind in wanted:
        _give(person, _kind(kind), place, by=by, at=at, told=bool(present))


def begin(person: Person, role: str, initiative: Initiative, *, by: Person, at: datetime) -> Role:
    """A first role in an initiative that was just added: whoever may add it says who sponsors and leads it."""
    if not person.is_active or person.is_system:
        raise Refused(_("%(person)s can't have a role: only people who may sign in can.") % {"person": person})
    return _give(person, _kind(role), initiative, by=by, at=at)


def _give(person: Person, kind: Role.Kind, place: Place, *, by: Person, at: datetime, told: bool = True) -> Role:
    before = _of(person, place)
    role, made = Role.objects.get_or_create(person=person, role=kind, **_where(place))
    if made and told:
        _record(Event.Kind.ROLE_GIVEN, person, kind, place, before, by=by, at=at)
    return role


def _take(role: Role, place: Place, *, by: Person, at: datetime) -> None:
    before = _of(role.person, place)
    role.delete()
    _record(Event.Kind.ROLE_TAKEN, role.person, role.role, place, before, by=by, at=at)


def _record(
    what: Event.Kind, person: Person, kind: str, place: Place, before: list[str], *, by: Person, at: datetime
) -> None:
    data = {
        "person": person.pk, "name": person.name, "role": str(kind), "before": before, "after": _of(person, place),
        "area": place.name if isinstance(place, Area) else "",
    }  # fmt: skip
    events.record(what, by=by, at=at, initiative=place if isinstance(place, Initiative) else None, data=data)


def _of(person: Person, place: Place) -> list[str]:
    return sorted(place.roles.filter(person=person).values_list("role", flat=True))


def _refresh(place: Place, *, at: datetime) -> None:
    there = Initiative.objects.filter(area=place) if isinstance(place, Area) else [place]
    summaries.refresh(there, at=at)


def _where(place: Place) -> dict[str, Any]:
    return {"area" if isinstance(place, Area) else "initiative": place}


def _lock(place: Place) -> None:
    """Two who give the same role at once come one after the other."""
    type(place)._default_manager.select_for_update().get(pk=place.pk)


def _left_alone(kind: Role.Kind, place: Place) -> str:
    """The name of an initiative in which nobody would have this role without the one of the place; "" where all have."""
    others = Role.objects.filter(role=kind).exclude(**_where(place))
    ended = (State.STOPPED, State.FINISHED)
    rows = Initiative.objects.filter(**{"area" if isinstance(place, Area) else "pk": place.pk}).current()
    left = rows.exclude(state__in=ended).exclude(within(others)).first()
    return left.name if left else ""


def _kind(role: str) -> Role.Kind:
    if role not in Role.Kind.values:
        raise Refused(
            _("A role is one of %(values)s, not %(role)s.")
            % {"values": ", ".join(Role.Kind.values), "role": repr(role)}
        )
    return Role.Kind(role)


def _who_may(kind: str, place: Place) -> str:
    if isinstance(place, Area):
        words = _("Only an administrator or a strategist can say who is %(role)s in %(area)s.")
        return words % {"role": role_name(kind), "area": place}
    if kind == Role.Kind.SPONSOR:
        words = _("Only its sponsor, a strategist or an administrator can say who is %(role)s of %(initiative)s.")
    else:
        words = _(
            "Only its sponsor, its lead, a strategist or an administrator can say who is %(role)s of %(initiative)s."
        )
    return words % {"role": role_name(kind), "initiative": place}
