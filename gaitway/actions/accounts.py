"""How people sign in. What changes it ends every session and every token of the person: whoever held one of them has to
show once more who they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Event, Person, Token

LONGEST = 100  # characters of the name of a passkey
NEW = timedelta(days=1)  # a session is listed before it is kept


@turn()
def set_password(person: Person, password: str, *, by: Person, at: datetime) -> None:
    """`password` was checked by the validators of the settings. Only one's own."""
    _own(person, by)
    person.set_password(password)
    person.save(update_fields=["password"])
    changed(person, "password", by=by, at=at)


@turn()
def changed(person: Person, what: str, *, by: Person, at: datetime) -> None:
    """Says in an event that the password, a second factor or a link to single sign-on changed (`what`: a key of
    queries.words.access.SIGN_IN), and cuts the person off."""
    _own(person, by)
    cut_off(person, at=at)
    events.record(Event.Kind.SIGN_IN, by=by, at=at, data={"what": what})


@turn()
def end_session(person: Person, pk: int, *, by: Person, at: datetime) -> None:
    """One session of one's own. Raises UserSession.DoesNotExist."""
    _own(person, by)
    UserSession.objects.get(pk=pk, user=person).end()


@turn()
def end_sessions(person: Person, *, by: Person, at: datetime) -> None:
    """All of them, and the tokens: by the person, or by an administrator."""
    if by.pk != person.pk and not by.is_administrator:
        raise NotAllowed(_("Only an administrator ends the sessions of somebody else."))
    cut_off(person, at=at)
    if by.pk == person.pk:
        events.record(Event.Kind.SIGN_IN, by=by, at=at, data={"what": "ended"})


@turn()
def leave(person: Person, pk: int, *, by: Person, at: datetime) -> None:
    """Unlinks a provider of single sign-on. Raises SocialAccount.DoesNotExist, and Refused where it is the only way in."""
    _own(person, by)
    link = SocialAccount.objects.get(pk=pk, user=person)
    if not person.has_usable_password():
        raise Refused(_("This is your only way in. Ask an administrator for a link first, and set a password with it."))
    link.delete()
    changed(person, "left", by=by, at=at)


@turn()
def name_passkey(person: Person, pk: int, name: str, *, by: Person, at: datetime) -> None:
    """One of one's own; nothing else about it changes. Raises Authenticator.DoesNotExist, and Refused."""
    _own(person, by)
    passkey = Authenticator.objects.select_for_update().get(pk=pk, user=person, type=Authenticator.Type.WEBAUTHN)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise Refused(_("A passkey has a name of 1 to %(most)s characters.") % {"most": LONGEST})
    if passkey.data.get("name") != name:
        passkey.data["name"] = name
        passkey.save(update_fields=["data"])
        events.record(Event.Kind.SIGN_IN, by=by, at=at, data={"what": "passkey named"})


@turn()
def sweep(*, at: datetime) -> None:
    """Sessions that ran out by themselves."""
    Session.objects.filter(expire_date__lt=at).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).filter(
        last_seen_at__lt=at - NEW
    ).delete()


def cut_off(person: Person, *, at: datetime) -> None:
    """Ends all sessions and tokens, in the caller's transaction. `person` is up to date afterwards, so that the session
    of the change itself can go on."""
    Person.objects.filter(pk=person.pk).update(epoch=F("epoch") + 1)
    person.refresh_from_db(fields=["epoch"])
    Token.objects.filter(person=person, ended_at=None).update(ended_at=at)
    for session in UserSession.objects.filter(user=person):
        session.end()


def _own(person: Person, by: Person) -> None:
    if by.pk != person.pk or person.is_system or not person.is_active:
        raise NotAllowed(_("People change for themselves alone how they sign in."))
