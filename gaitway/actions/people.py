from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, accounts, events
from gaitway.actions.turns import turn
from gaitway.lib import languages
from gaitway.models import Event, Person
from gaitway.queries import rights
from gaitway.queries.words.access import ACCESS

SYSTEM = ("gaitway@system.invalid", "Gaitway")
TERMINAL = ("terminal@system.invalid", "Terminal")


def system(*, at: datetime) -> Person:
    """The name under which automation acts."""
    return _own(*SYSTEM, at=at)


def terminal(*, at: datetime) -> Person:
    """Whoever runs commands on the machine itself: it holds the data, so it is an administrator."""
    return _own(*TERMINAL, at=at)


def _own(email: str, name: str, *, at: datetime) -> Person:
    person: Person
    person, _ = Person.objects.get_or_create(
        email=email,
        defaults={
            "name": name,
            "is_system": True,
            "access": Person.Access.ADMINISTRATOR,
            "invited_at": at,
            "password": "!",
        },
    )
    return person


@turn()
def invite(email: str, *, name: str = "", access: str = Person.Access.MEMBER, by: Person, at: datetime) -> Person:
    """The person with this e-mail, made where there is none: without a password until the first sign-in."""
    email = email.strip().lower()
    found: Person | None = Person.objects.filter(email=email).first()
    if found:
        return found
    if not rights.may_invite(by, access):
        raise NotAllowed(
            _("%(by)s can't invite a %(access)s: strategists and administrators invite, none above themselves.")
            % {"by": by, "access": ACCESS.get(access, access)}
        )
    person = Person(email=email, name=name or _name_from(email), access=access, invited_at=at)
    person.set_unusable_password()
    person.save()
    events.record(Event.Kind.INVITED, by=by, at=at, data={"person": person.name})
    return person


@turn()
def rename(person: Person, name: str, *, by: Person, at: datetime) -> None:
    before, person.name = person.name, name
    person.save(update_fields=["name"])
    events.record(Event.Kind.RENAMED, by=by, at=at, data={"person": person.pk, "before": before, "after": name})


@turn()
def join(person: Person, *, by: Person, at: datetime) -> None:
    """The first sign-in."""
    if person.joined_at is None:
        person.joined_at = at
        person.save(update_fields=["joined_at"])
        events.record(Event.Kind.JOINED, by=by, at=at, data={"person": person.name})


@transaction.atomic
def seen(person: Person, *, session: str | None = None, at: datetime) -> None:
    """That the person used Gaitway, in this session; the caller says so every ten minutes at most."""
    Person.objects.filter(pk=person.pk).update(seen_at=at)
    UserSession.objects.filter(user=person, session_key=session or "").update(last_seen_at=at)


@turn()
def set_access(person: Person, access: str, *, by: Person, at: datetime) -> None:
    """The only door by which somebody's access changes; the sessions and tokens of the person end. Raises NotAllowed for
    who isn't an administrator, so that nobody grants what they haven't, and Refused for the last administrator."""
    person = _managed(person, by)
    if access not in Person.Access.values:
        raise Refused(
            _("Access is one of %(values)s, not %(access)s.")
            % {"values": ", ".join(Person.Access.values), "access": repr(access)}
        )
    if access == person.access:
        return
    if access != Person.Access.ADMINISTRATOR:
        _another_stays(person)
    was, person.access = person.access, access
    person.save(update_fields=["access"])
    accounts.cut_off(person, at=at)
    data = {"person": person.name, "was": str(was), "now": str(access)}
    events.record(Event.Kind.ACCESS, by=by, at=at, data=data)


@turn()
def close(person: Person, *, by: Person, at: datetime) -> None:
    """Lets nobody in under this name any more; what the person did stays."""
    person = _managed(person, by)
    if not person.is_active:
        return
    _another_stays(person)
    person.is_active = False
    person.save(update_fields=["is_active"])
    accounts.cut_off(person, at=at)
    person.invitations.filter(used_at=None).update(used_at=at)
    events.record(Event.Kind.CLOSED, by=by, at=at, data={"person": person.name})


@turn()
def reopen(person: Person, *, by: Person, at: datetime) -> None:
    person = _managed(person, by)
    if person.is_active:
        return
    person.is_active = True
    person.save(update_fields=["is_active"])
    events.record(Event.Kind.REOPENED, by=by, at=at, data={"person": person.name})


def _managed(person: Person, by: Person) -> Person:
    """The person as the database has them, under a lock, together with all administrators: two who demote each other at
    the same moment do it one after the other."""
    if not by.is_administrator or not by.is_active:
        raise NotAllowed(_("Only an administrator changes what others may do."))
    rows = Person.objects.select_for_update().filter(Q(access=Person.Access.ADMINISTRATOR) | Q(pk=person.pk))
    locked: dict[int, Person] = {row.pk: row for row in rows.order_by("pk")}
    actor = locked.get(by.pk)
    if actor is None or not actor.is_administrator or not actor.is_active:
        raise NotAllowed(_("Only an administrator changes what others may do."))
    if locked[person.pk].is_system:
        raise NotAllowed(_("%(person)s is a part of Gaitway itself.") % {"person": person})
    return locked[person.pk]


def _another_stays(person: Person) -> None:
    """Raises Refused where this is the last administrator who has come in."""
    ready = Person.objects.filter(
        access=Person.Access.ADMINISTRATOR, is_active=True, is_system=False, joined_at__isnull=False
    )
    if ready.filter(pk=person.pk).exists() and not ready.exclude(pk=person.pk).exists():
        raise Refused(
            _("%(person)s is the last administrator. Make somebody else one first, and let them sign in.")
            % {"person": person}
        )


@turn()
def set_display(
    person: Person, *, theme: str, density: str, keys: bool, language: str, by: Person, at: datetime
) -> None:
    """`language`: a code, or nothing for the one that the browser asks for."""
    if by.pk != person.pk:
        raise NotAllowed(_("Only you change how Gaitway looks to you."))
    if language not in ("", *languages.NAMES):
        known = ", ".join(languages.NAMES)
        raise Refused(_("A language is one of %(known)s, not %(given)s.") % {"known": known, "given": repr(language)})
    person.theme, person.density, person.keys, person.language = theme, density, keys, language
    person.save(update_fields=["theme", "density", "keys", "language"])


@turn()
def set_columns(person: Person, columns: str, *, by: Person, at: datetime) -> None:
    """Of the portfolio, by their names; nothing: those of the house."""
    if by.pk != person.pk:
        raise NotAllowed(_("Only you change how Gaitway looks to you."))
    person.columns = columns
    person.save(update_fields=["columns"])


def _name_from(email: str) -> str:
    return email.split("@")[0].replace(".", " ").replace("_", " ").title()
