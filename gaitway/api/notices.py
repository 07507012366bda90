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
from .values import Day, In, Out, Target, viewer

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
    later_until: datetime | None


class Aside(In):
    until: Day


class NoticeLater(Out):
    notice_id: int
    later_until: datetime


class AllDone(Out):
    """How many that was."""

    done: int


class Inbox(Out):
    tab: str
    needs: int
    follow: int
    later: int
    notices: list[Notice]


class NoticeDone(Out):
    notice_id: int
    done: bool


@router.get("/inbox", response=Inbox)
def inbox(request: HttpRequest, tab: Literal["needs", "follow", "later", "done"] = "needs") -> asked.InboxPage:
    """One's own inbox, the newest 50."""
    return asked.inbox(viewer(request), tab)


@router.post("/inbox/{int:notice_id}/done", response=NoticeDone, auth=ACT)
def done(request: HttpRequest, notice_id: int) -> dict[str, object]:
    person = viewer(request)
    notices.done(asked.find(person, notice_id), by=person, at=timezone.now())
    return {"notice_id": notice_id, "done": True}


@router.post("/inbox/{int:notice_id}/later", response=NoticeLater, auth=ACT)
def later(request: HttpRequest, notice_id: int, aside: Aside) -> dict[str, object]:
    """Lays it aside until the morning of a day, within a year."""
    person = viewer(request)
    until = asked.morning(aside.until)
    notices.later(asked.find(person, notice_id), until=until, by=person, at=timezone.now())
    return {"notice_id": notice_id, "later_until": until}


@router.post("/inbox/done", response=AllDone, auth=ACT)
def all_done(request: HttpRequest) -> dict[str, int]:
    """All that one follows; what needs somebody is done one by one."""
    return {"done": len(notices.all_done(by=viewer(request), at=timezone.now()))}
