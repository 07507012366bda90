from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import initiatives
from gaitway.queries import history as asked

from .scopes import ACT
from .values import FeedItem, Out, viewer

router = Router()
MOST = 2**63 - 1  # that a number in the database can be


class HistoryTurn(Out):
    what: str
    before: str
    after: str


class HistoryEntry(Out):
    """`turns`: what each thing was before, and what it became. `restorable`: the reader may bring it back."""

    event_id: int = Field(validation_alias="pk")
    item: FeedItem
    turns: list[HistoryTurn]
    restorable: bool


class History(Out):
    """`more` is the `before` of the next page, null on the last."""

    initiative_id: str = Field(validation_alias="key")
    name: str
    retired: bool
    entries: list[HistoryEntry]
    more: int | None


class Restored(Out):
    """`changed` is false where it was so already."""

    initiative_id: str
    changed: bool


@router.get("/initiatives/{pair:initiative_id}/history", response=History)
def listed(
    request: HttpRequest,
    initiative_id: str,
    kind: Literal["", "decisions", "evidence", "plan", "work", "people", "talk"] = "",
    person_id: int = 0,
    first: date | None = None,
    last: date | None = None,
    before: int = 0,
) -> asked.HistoryPage:
    """Everything that happened in it, newest first, 50 at a time. Also of one that was retired."""
    sought = asked.Sought(kind, max(0, min(person_id, MOST)), first, last, max(0, min(before, MOST)))
    return asked.page(viewer(request), initiative_id, sought)


@router.post("/initiatives/{pair:initiative_id}/history/{int:event_id}/restore", response=Restored, auth=ACT)
def restore(request: HttpRequest, initiative_id: str, event_id: int) -> dict[str, object]:
    """Brings the fields that one change wrote back to what they were before it."""
    person = viewer(request)
    event = asked.find(person, initiative_id, event_id)
    made = initiatives.restore(event, by=person, at=timezone.now())
    return {"initiative_id": initiative_id, "changed": made is not None}
