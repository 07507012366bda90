from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import bulk
from gaitway.actions.bulk import Done

from .people import somebody
from .scopes import ACT
from .values import In, Out, viewer

router = Router()


class Together(In):
    """`ask` asks the leads to check in; `lead` gives each this lead (`to`, an e-mail)."""

    do: Literal["follow", "ask", "lead"]
    initiatives: Annotated[list[Annotated[str, Field(max_length=130)]], Field(min_length=1, max_length=bulk.MOST)]
    to: Annotated[str, Field(max_length=254)] | None = None


class TogetherDone(Out):
    """`words`: what was done; `fault`: why it was not, empty where it was."""

    initiative_id: str = Field(validation_alias="key")
    name: str
    words: str
    fault: str


@router.post("/initiatives/together", response=list[TogetherDone], auth=ACT)
def together(request: HttpRequest, together: Together) -> list[Done]:
    """Does one thing with many initiatives, each by itself: one that is refused keeps no other back. What isn't there, or
    isn't yours to see, is left out."""
    person = viewer(request)
    to = somebody(person, together.to) if together.to is not None else None
    return bulk.do(together.do, together.initiatives, by=person, at=timezone.now(), to=to)
