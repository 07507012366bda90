"""One's own inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gaitway.models import Event, Notice, Person
from gaitway.queries import events
from gaitway.queries.values import Target
from gaitway.queries.words import happenings

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    pk: int
    kind: str
    title: str
    body: str
    at: datetime
    target: Target | None
    done: bool
    urgent: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    tab: str
    needs: int
    follow: int
    notices: list[Line]
    more: str | None = None


def waiting(viewer: Person) -> int:
    """How many things need the viewer."""
    return Notice.objects.filter(person=viewer, level=Notice.Level.NEEDS_ME, done_at=None).count()


def inbox(viewer: Person, tab: str = "needs") -> InboxPage:
    """tab: needs, follow or done."""
    tab = tab if tab in ("needs", "follow", "done") else "needs"
    mine = Notice.objects.visible_to(viewer)
    opened = mine.filter(done_at=None)
    needs, follow = opened.filter(level=Notice.Level.NEEDS_ME), opened.filter(level=Notice.Level.FOLLOW)
    shown = {"needs": needs, "follow": follow, "done": mine.exclude(done_at=None)}[tab]
    rows = shown.select_related("event__by", "event__strategy", "event__initiative__strategy", "stage")[:PAGE]
    return InboxPage(tab, needs.count(), follow.count(), [_line(notice) for notice in rows])


def find(viewer: Person, pk: int) -> Notice:
    """Raises Notice.DoesNotExist."""
    return Notice.objects.visible_to(viewer).get(pk=pk)


def _line(notice: Notice) -> Line:
    event: Event = notice.event
    item = events.items([event])[0]
    name = item.actor.name if item.actor else "Gaitway"
    target = item.target
    if notice.stage is not None and target is not None:
        target = Target("gate", f"{target.key}/{notice.stage.key}", target.name)
    if event.kind == Event.Kind.OWED and event.strategy is not None:
        target = Target("kpi", f"{event.strategy.key}/{event.data['kpi']}", event.data["name"])
    said = f"{name} {happenings.said(event).text.rstrip(':')}"
    title = f"{target.name}: {said}" if target else said
    return Line(
        notice.pk, event.kind, title, item.quote, event.at, target,
        notice.done_at is not None, notice.level == Notice.Level.NEEDS_ME,
    )  # fmt: skip
