from __future__ import annotations

from datetime import datetime

from django.db import transaction

from gaitway.actions import NotAllowed, events
from gaitway.models import Event, Person
from gaitway.queries import rights

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


@transaction.atomic
def invite(email: str, *, name: str = "", access: str = Person.Access.MEMBER, by: Person, at: datetime) -> Person:
    """The person with this e-mail, made where there is none: without a password until the first sign-in."""
    email = email.strip().lower()
    found: Person | None = Person.objects.filter(email=email).first()
    if found:
        return found
    if not rights.may_invite(by, access):
        raise NotAllowed(f"{by} can't invite a {access}: strategists and administrators invite, none above themselves.")
    person = Person(email=email, name=name or _name_from(email), access=access, invited_at=at)
    person.set_unusable_password()
    person.save()
    events.record(Event.Kind.INVITED, by=by, at=at, data={"person": person.name})
    return person


@transaction.atomic
def rename(person: Person, name: str, *, by: Person, at: datetime) -> None:
    before, person.name = person.name, name
    person.save(update_fields=["name"])
    events.record(Event.Kind.RENAMED, by=by, at=at, data={"person": person.pk, "before": before, "after": name})


@transaction.atomic
def join(person: Person, *, by: Person, at: datetime) -> None:
    """The first sign-in."""
    if person.joined_at is None:
        person.joined_at = at
        person.save(update_fields=["joined_at"])
        events.record(Event.Kind.JOINED, by=by, at=at, data={"person": person.name})


@transaction.atomic
def set_display(person: Person, *, theme: str, density: str, keys: bool, by: Person, at: datetime) -> None:
    if by.pk != person.pk:
        raise NotAllowed("Only you change how Gaitway looks to you.")
    person.theme, person.density, person.keys = theme, density, keys
    person.save(update_fields=["theme", "density", "keys"])


def _name_from(email: str) -> str:
    return email.split("@")[0].replace(".", " ").replace("_", " ").title()
