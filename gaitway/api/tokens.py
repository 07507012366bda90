from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import tokens
from gaitway.queries import tokens as asked

from .scopes import ACT
from .values import Out, Person, viewer

router = Router()


class Token(Out):
    """A token without itself: it was shown once. `state`: alive, expired or ended."""

    token_id: int = Field(validation_alias="pk")
    name: str
    hint: str
    person: Person
    scopes: list[str]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    state: str


class TokenEnded(Out):
    token_id: int
    state: str


@router.get("/tokens", response=list[Token])
def listed(request: HttpRequest) -> list[asked.TokenLine]:
    """One's own tokens; an administrator sees everybody's. They are made on the page and on the command line."""
    return asked.listed(viewer(request), timezone.now())


@router.post("/tokens/{int:token_id}/end", response=TokenEnded, auth=ACT)
def end(request: HttpRequest, token_id: int) -> dict[str, object]:
    person = viewer(request)
    tokens.end(asked.find(person, token_id), by=person, at=timezone.now())
    return {"token_id": token_id, "state": "ended"}
