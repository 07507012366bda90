from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from gaitway.models import Person, Token


@dataclass(frozen=True, slots=True)
class TokenLine:
    """`state`: alive, expired or ended."""

    pk: int
    name: str
    hint: str
    person: Person
    scopes: list[str]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    state: str


def digest(text: str) -> str:
    """What is kept of a token. It has 256 bits of chance, so that a plain hash says nothing of it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def alive(text: str, at: datetime) -> Token | None:
    """The token as it was sent, while it lives and its person does. Looked up by its hash: how long that takes says
    nothing of the token."""
    found: Token | None = (
        Token.objects.select_related("person")
        .filter(digest=digest(text), ended_at=None, expires_at__gt=at, person__is_active=True)
        .first()
    )
    return found


def listed(viewer: Person, at: datetime) -> list[TokenLine]:
    """One's own; an administrator sees everybody's. Newest first."""
    rows = Token.objects.visible_to(viewer).select_related("person")
    return [
        TokenLine(row.pk, row.name, row.hint, row.person, row.scopes, row.made_at, row.expires_at, row.used_at, _state(row, at))
        for row in rows
    ]  # fmt: skip


def find(viewer: Person, pk: int) -> Token:
    """Raises Token.DoesNotExist."""
    return Token.objects.visible_to(viewer).get(pk=pk)


def _state(row: Token, at: datetime) -> str:
    return "ended" if row.ended_at or not row.person.is_active else "expired" if row.expires_at <= at else "alive"
