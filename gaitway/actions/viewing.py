"""An administrator looks at the pages as somebody else sees them. Beginning and end are recorded."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Event, Person
from gaitway.queries import rights


@turn()
def begin(person: Person, *, by: Person, at: datetime) -> None:
    """Raises NotAllowed, and Refused for oneself or who can't sign in."""
    if not rights.may_view_as(by):
        raise NotAllowed(_("Only an administrator can see the pages as somebody else."))
    if person.pk == by.pk:
        raise Refused(_("These are your own eyes: choose somebody else."))
    if not person.is_active or person.is_system:
        raise Refused(_("%(person)s can't sign in, and sees no pages.") % {"person": person})
    _record(person, True, by=by, at=at)


@turn()
def end(person: Person, *, by: Person, at: datetime) -> None:
    _record(person, False, by=by, at=at)


def _record(person: Person, begun: bool, *, by: Person, at: datetime) -> None:
    events.record(Event.Kind.VIEWED_AS, by=by, at=at, data={"person": person.pk, "name": person.name, "begun": begun})
