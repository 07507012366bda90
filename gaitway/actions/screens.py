from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Event, Person, Screen, View
from gaitway.queries import rights
from gaitway.queries.tokens import digest

DAYS, MOST = 90, 366  # that a screen lives, where nothing is said and at most
FEWEST_SECONDS, MOST_SECONDS = 5, 600
VIEWS = 12
NOTED = timedelta(minutes=1)


@turn()
def make(
    *, name: str, views: Collection[View], seconds: int = 20, names: bool = False, restricted: bool = False,
    days: int = DAYS, by: Person, at: datetime,
) -> tuple[Screen, str]:  # fmt: skip
    """The screen's row, and the token of its address, which nobody can be told again. Raises NotAllowed for who doesn't
    see everything, and Refused for what can't be."""
    if not rights.may_hang_screens(by):
        raise NotAllowed(
            _("Only an administrator or a strategist can make a screen: it shows the house to whoever passes.")
        )
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise Refused(_("A screen needs a name of at most 100 characters: where does it hang?"))
    if not FEWEST_SECONDS <= seconds <= MOST_SECONDS:
        raise Refused(
            _("Each view stays for %(fewest)s to %(most)s seconds, not %(seconds)s.")
            % {"fewest": FEWEST_SECONDS, "most": MOST_SECONDS, "seconds": seconds}
        )
    if not 1 <= days <= MOST:
        raise Refused(_("A screen lives for 1 to %(most)s days, not %(days)s.") % {"most": MOST, "days": days})
    if len(views) > VIEWS or any(view.page != View.Page.PORTFOLIO for view in views):
        raise Refused(_("A screen shows at most %(most)s views, and those of the portfolio alone.") % {"most": VIEWS})
    text = secrets.token_urlsafe(32)
    screen = Screen.objects.create(
        name=name, person=by, digest=digest(text), hint=text[:4], seconds=seconds, names=names, restricted=restricted,
        made_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    screen.views.set(views)
    data = {"screen": screen.pk, "name": name, "restricted": restricted, "names": names}
    events.record(Event.Kind.SCREEN_MADE, by=by, at=at, data=data)
    return screen, text


@turn()
def end(screen: Screen, *, by: Person, at: datetime) -> None:
    """Its address shows nothing any more. Twice changes nothing."""
    if not rights.may_hang_screens(by):
        raise NotAllowed(_("Only an administrator or a strategist can end a screen."))
    if Screen.objects.filter(pk=screen.pk, ended_at=None).update(ended_at=at):
        events.record(Event.Kind.SCREEN_ENDED, by=by, at=at, data={"screen": screen.pk, "name": screen.name})


def used(screen: Screen, *, at: datetime) -> None:
    """Notes that it was looked at, at most once a minute."""
    Screen.objects.filter(Q(used_at=None) | Q(used_at__lt=at - NOTED), pk=screen.pk).update(used_at=at)
