"""One thing with many initiatives: each in a transaction of its own, so that one that is refused keeps no other back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events, preferences, roles
from gaitway.actions.turns import turn
from gaitway.models import Event, Initiative, Person, Role
from gaitway.queries import rights

MOST = 500  # initiatives at once


@dataclass(frozen=True, slots=True)
class Done:
    """`fault`: why it was not done; "" where it was."""

    key: str
    name: str
    words: str
    fault: str = ""


def do(what: str, keys: Sequence[str], *, by: Person, at: datetime, to: Person | None = None) -> list[Done]:
    """`what`: follow, ask or lead (which needs `to`); `keys`: `strategy/initiative`. What `by` may not see is left out
    as if it weren't there. Raises Refused where there is no such thing to do."""
    ways: dict[str, Callable[[Initiative], str]] = {
        "follow": lambda row: _follow(row, by, at),
        "ask": lambda row: ask(row, by=by, at=at),
        "lead": lambda row: _lead(row, to, by, at),
    }
    if what not in ways:
        raise Refused(
            _("With many initiatives one can %(ways)s, not “%(what)s”.") % {"ways": ", ".join(ways), "what": what[:20]}
        )
    seen = Initiative.objects.visible_to(by).current().select_related("strategy", "objective")
    rows = {f"{row.strategy.key}/{row.key}": row for row in seen if f"{row.strategy.key}/{row.key}" in set(keys)}
    found = []
    for key, row in ((key, rows[key]) for key in dict.fromkeys(keys) if key in rows):
        try:
            with turn():
                found.append(Done(key, row.name, ways[what](row)))
        except (Refused, NotAllowed) as error:
            found.append(Done(key, row.name, "", str(error)))
    return found


@turn()
def ask(initiative: Initiative, *, by: Person, at: datetime) -> str:
    """Asks its lead to check in. By the people who work on it, and those who see everything."""
    if not rights.works_in(by, initiative):
        raise NotAllowed(_("Only the people who work on %(name)s can ask for a check-in.") % {"name": initiative.name})
    there = Role.objects.filter(role=Role.Kind.LEAD, person__is_active=True)
    own, area = there.filter(initiative=initiative), there.filter(area__isnull=False, area=initiative.area_id)
    lead = own.select_related("person").first() or area.select_related("person").first()
    if lead is None:
        raise Refused(_("%(name)s has no lead who could be asked.") % {"name": initiative.name})
    data = {"person": lead.person_id, "name": lead.person.name}
    events.record(Event.Kind.ASKED, by=by, at=at, initiative=initiative, data=data)
    return _("%(person)s is asked to check in") % {"person": lead.person.name}


def _follow(initiative: Initiative, by: Person, at: datetime) -> str:
    preferences.follow(initiative, by=by, at=at)
    return _("followed")


def _lead(initiative: Initiative, to: Person | None, by: Person, at: datetime) -> str:
    if to is None:
        raise Refused(_("Choose who shall lead it."))
    roles.give(to, Role.Kind.LEAD, initiative, by=by, at=at)
    return _("%(person)s leads it") % {"person": to.name}
