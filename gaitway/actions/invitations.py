from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, accounts, people
from gaitway.actions.turns import turn
from gaitway.models import Invitation, Person
from gaitway.queries import invitations as asked
from gaitway.queries.tokens import digest

LIVES = timedelta(days=7)
SHORT = timedelta(hours=1)  # what the terminal prints


@turn()
def make(person: Person | None, *, lives: timedelta = LIVES, by: Person, at: datetime) -> str:
    """What stands in the link, which nobody can be told again; older links of the person end. Without a person it makes
    the first administrator. Raises NotAllowed, and Refused for who has come in already: the terminal alone lets them in
    anew, because such a link asks for no second factor."""
    terminal = by.is_system and by.is_administrator
    if person is None and not terminal:
        raise NotAllowed(_("Only the terminal makes the first administrator."))
    if person is not None and (person.is_system or not person.is_active):
        raise Refused(_("%(person)s can't sign in: the account is closed.") % {"person": person})
    if person is not None and not terminal:
        if not by.is_administrator:
            raise NotAllowed(_("Only an administrator makes links for others."))
        if person.joined_at is not None:
            raise Refused(
                _("%(person)s has signed in already. Forgotten passwords are set anew on the page for signing in.")
                % {"person": person}
            )
    Invitation.objects.filter(person=person, used_at=None).update(used_at=at)
    text = secrets.token_urlsafe(32)
    Invitation.objects.create(person=person, digest=digest(text), by=by, made_at=at, expires_at=at + lives)
    return text


@turn()
def accept(text: str, *, name: str = "", email: str = "", password: str = "", at: datetime) -> Person:
    """Uses the link up and says who came in, with the name and password that they chose; who has a password keeps it.
    Raises Refused for a link that is used, ended or unknown, and where there is an administrator by now."""
    found = asked.alive(text, at)
    if found is None or not Invitation.objects.filter(pk=found.pk, used_at=None).update(used_at=at):
        raise Refused(_("This link has been used, or is too old. Ask for a new one."))
    person = found.person or _first(email, by=found.by, at=at)
    if not person.has_usable_password():
        if not password:
            raise Refused(_("Choose a password."))
        if name.strip():
            people.rename(person, name.strip(), by=person, at=at)
        accounts.set_password(person, password, by=person, at=at)
    people.join(person, by=person, at=at)
    return person


def _first(email: str, *, by: Person, at: datetime) -> Person:
    if asked.first_is_there():
        raise Refused(_("There is an administrator by now. Ask them to invite you."))
    person = people.invite(email, access=Person.Access.ADMINISTRATOR, by=by, at=at)
    if person.is_system or not person.is_active or person.has_usable_password():
        raise Refused(_("This address is taken. Choose another one."))
    if not person.is_administrator:
        people.set_access(person, Person.Access.ADMINISTRATOR, by=by, at=at)
    return person
