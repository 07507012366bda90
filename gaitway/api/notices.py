from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.actions import notices
from gaitway.queries import notices as asked

from .scopes import ACT
from .values import Out, Target, viewer

router = Router()


class Notice(Out):
    notice_id: int = Field(validation_alias="pk")
    kind: str
    title: str
    body: str
    at: datetime
    target: Target | None
    done: bool
    urgent: bool


class Inbox(Out):
    tab: str
    needs: int
    follow: int
    notices: list[Notice]


class NoticeDone(Out):
    notice_id: int
    done: bool


@router.get("/inbox", response=Inbox)
def inbox(request: HttpRequest, tab: Literal["needs", "follow", "done"] = "needs") -> asked.InboxPage:
    """One's own inbox, the newest 50."""
    return asked.inbox(viewer(request), tab)


@router.post("/inbox/{int:notice_id}/done", response=NoticeDone, auth=ACT)
def done(request: HttpRequest, notice_id: int) -> dict[str, object]:
    person = viewer(request)
    notices.done(asked.find(person, notice_id), by=person, at=timezone.now())
    return {"notice_id": notice_id, "done": True}
