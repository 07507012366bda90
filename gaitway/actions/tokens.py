from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Event, Person, Token
from gaitway.queries.tokens import digest

PREFIX = "gaitway_"
DAYS, MOST = 90, 366  # that a token lives, where nothing is said and at most
NOTED = timedelta(minutes=1)  # between two notes of when a token was used


@turn()
def make(
    person: Person, *, name: str, scopes: Collection[str], days: int = DAYS, by: Person, at: datetime
) -> tuple[Token, str]:
    """The token's row, and the token itself, which nobody can be told again. Raises NotAllowed for anybody else's, and
    Refused for one without a name or a scope, or that lives too long."""
    if by.pk != person.pk or person.is_system or not person.is_active:
        raise NotAllowed(_("People make tokens for themselves alone."))
    name = name.strip()
    if not name or len(name) > 100:
        raise Refused(_("A token needs a name of at most 100 characters: what will use it?"))
    known = [scope.value for scope in Token.Scope]
    if not scopes or not set(scopes) <= set(known):
        raise Refused(_("A token has one scope or more of %(known)s.") % {"known": ", ".join(known)})
    if not 1 <= days <= MOST:
        raise Refused(_("A token lives for 1 to %(most)s days, not %(days)s.") % {"most": MOST, "days": days})
    text = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person=person, name=name, digest=digest(text), hint=text[: len(PREFIX) + 4],
        scopes=[scope for scope in known if scope in scopes], made_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    data = {"token": token.pk, "name": name, "scopes": token.scopes, "expires_at": token.expires_at.isoformat()}
    events.record(Event.Kind.TOKEN_MADE, by=by, at=at, data=data)
    return token, text


@turn()
def end(token: Token, *, by: Person, at: datetime) -> None:
    """By its person or an administrator. Ending it twice changes nothing."""
    if not by.is_active or (token.person_id != by.pk and not by.is_administrator):
        raise NotAllowed(_("This is somebody else's token."))
    if Token.objects.filter(pk=token.pk, ended_at=None).update(ended_at=at):
        data = {"token": token.pk, "name": token.name, "person": token.person.name}
        events.record(Event.Kind.TOKEN_ENDED, by=by, at=at, data=data)


def used(token: Token, *, at: datetime) -> None:
    """Notes that it was, at most once a minute."""
    if token.used_at is None or token.used_at < at - NOTED:
        rows = Token.objects.filter(Q(used_at=None) | Q(used_at__lt=at - NOTED), pk=token.pk)
        rows.update(used_at=at)
