from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AfterValidator, Field, StringConstraints

from gaitway.actions import Refused, accounts, people
from gaitway.lib.strategyfile.shape import Email
from gaitway.models import Person as PersonRow
from gaitway.queries import people as asked

from .scopes import ACT
from .values import In, Out, Person, text, viewer

router = Router()
Access = Literal["administrator", "strategist", "member", "guest"]


class Me(Out):
    person_id: int = Field(validation_alias="pk")
    name: str
    email: str
    access: str
    theme: str
    density: str
    keys: bool
    language: str


class Display(In):
    theme: Literal["auto", "light", "dark"] | None = None
    density: Literal["compact", "normal", "roomy"] | None = None
    keys: bool | None = None
    language: Literal["", "en", "de", "es", "uk"] | None = None  # nothing: as the browser asks


class Account(Out):
    """`state`: active, invited (has not come in yet) or closed. `secured`: has a second factor; null where that is the
    matter of single sign-on. `invited_until`: how long a link is good."""

    person: Person
    access: str
    state: str
    secured: bool | None
    invited_until: datetime | None
    seen_at: datetime | None


class Inviting(In):
    email: Annotated[Email, Field(max_length=254)]
    name: Annotated[str, StringConstraints(max_length=200), AfterValidator(text)] = ""
    access: Access = "member"


class Granting(In):
    access: Access


@router.get("/people", response=list[Person])
def listed(request: HttpRequest) -> list[PersonRow]:
    """Colleagues; for a guest, the people of the initiatives that it sees."""
    return list(PersonRow.objects.visible_to(viewer(request)).filter(is_system=False, is_active=True))


@router.get("/me", response=Me)
def me(request: HttpRequest) -> PersonRow:
    """Who asks."""
    return viewer(request)


@router.post("/me/display", response=Me, auth=ACT)
def display(request: HttpRequest, display: Display) -> PersonRow:
    """How Gaitway looks to you; what isn't sent stays."""
    person = viewer(request)
    people.set_display(
        person,
        theme=display.theme or person.theme,
        density=display.density or person.density,
        keys=person.keys if display.keys is None else display.keys,
        language=person.language if display.language is None else display.language,
        by=person,
        at=timezone.now(),
    )
    return person


@router.get("/accounts", response=list[Account])
def all_accounts(request: HttpRequest) -> list[dict[str, object]]:
    """Everybody, and how they come in: for administrators alone."""
    return [_account(line) for line in asked.listed(viewer(request), timezone.now())]


@router.post("/people", response={201: Account}, auth=ACT)
def invite(request: HttpRequest, inviting: Inviting) -> Status[object]:
    """Somebody new. For administrators; the link with which they come in is made on the page, or by `gaitway login`."""
    person, at = viewer(request), timezone.now()
    asked.listed(person, at)  # nobody else learns who is known here
    if PersonRow.objects.filter(email=inviting.email.lower()).exists():
        raise Refused(f"email: {inviting.email} is in the list already.")
    made = people.invite(inviting.email, name=inviting.name, access=inviting.access, by=person, at=at)
    return Status(201, _of(person, made.pk))


@router.post("/people/{int:person_id}/access", response=Account, auth=ACT)
def grant(request: HttpRequest, person_id: int, granting: Granting) -> dict[str, object]:
    """What somebody may do everywhere. Their sessions and tokens end."""
    by = viewer(request)
    people.set_access(asked.find(by, person_id), granting.access, by=by, at=timezone.now())
    return _of(by, person_id)


@router.post("/people/{int:person_id}/close", response=Account, auth=ACT)
def close(request: HttpRequest, person_id: int) -> dict[str, object]:
    """Lets nobody in under this name any more; what the person did stays."""
    by = viewer(request)
    people.close(asked.find(by, person_id), by=by, at=timezone.now())
    return _of(by, person_id)


@router.post("/people/{int:person_id}/reopen", response=Account, auth=ACT)
def reopen(request: HttpRequest, person_id: int) -> dict[str, object]:
    by = viewer(request)
    people.reopen(asked.find(by, person_id), by=by, at=timezone.now())
    return _of(by, person_id)


@router.post("/people/{int:person_id}/sessions/end", response={204: None}, auth=ACT)
def end_sessions(request: HttpRequest, person_id: int) -> Status[None]:
    """All sessions and tokens of somebody."""
    by = viewer(request)
    accounts.end_sessions(asked.find(by, person_id), by=by, at=timezone.now())
    return Status(204, None)


def somebody(person: PersonRow, email: str) -> PersonRow:
    """Raises Refused."""
    found = PersonRow.objects.visible_to(person).filter(email=email.lower()).first()
    if found is None:
        raise Refused(f"There is nobody with the e-mail {email!r} here. GET /people lists them.")
    return found


def _of(by: PersonRow, pk: int) -> dict[str, object]:
    """As the list has it: what was just done may have been to the reader themselves."""
    return next(_account(line) for line in asked.listed(by, timezone.now()) if line.person.pk == pk)


def _account(line: asked.PersonLine) -> dict[str, object]:
    names = ("state", "secured", "invited_until")
    said = {name: getattr(line, name) for name in names}
    return {**said, "person": line.person, "access": line.person.access, "seen_at": line.person.seen_at}
