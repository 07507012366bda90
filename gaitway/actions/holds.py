"""While something is held, nothing leaves the house: sources aren't asked and nobody is told. Verdicts go on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Event, Hold, Person


def begin(reason: str, *, at: datetime, using: str = "default") -> Hold:
    """Of a database that nobody uses yet: it says why nothing leaves once somebody does. Releasing it is the event."""
    Hold.objects.using(using).filter(released_at=None).delete()
    return Hold.objects.using(using).create(reason=reason, at=at)


@turn()
def release(*, by: Person, at: datetime) -> Hold:
    """What waited goes out. Raises Refused where nothing is held, NotAllowed for all but administrators."""
    if not by.is_administrator:
        raise NotAllowed(_("Only an administrator can let things leave the house again."))
    hold = Hold.objects.select_for_update().filter(released_at=None).first()
    if hold is None:
        raise Refused(_("Nothing is held: sources are asked and people are told."))
    hold.released_at = at
    hold.save(update_fields=["released_at"])
    data: dict[str, Any] = {"reason": hold.reason, "held_at": hold.at.isoformat()}
    events.record(Event.Kind.RESTORED, by=by, at=at, data=data)
    return hold
