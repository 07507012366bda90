"""What happened, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator

from gaitway.models import Comment, Event, Person
from gaitway.queries.values import FeedItem, Target
from gaitway.queries.words import happenings

PAGE = 50
QUOTED = 300  # characters of a comment


@dataclass(frozen=True, slots=True)
class FeedDay:
    day: date
    items: list[FeedItem]


@dataclass(frozen=True, slots=True)
class FeedPage:
    days: list[FeedDay]
    more: str | None


def feed(viewer: Person, before: str = "") -> FeedPage:
    """Newest first, a page at a time; `before` is what the page above gave as `more`."""
    asked = told(viewer).select_related("by", "initiative__strategy")
    if before.isdigit() and len(before) < 19:
        last = Event.objects.filter(pk=int(before)).first()
        if last is not None:
            asked = asked.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    rows = list(asked[: PAGE + 1])
    pairs = list(zip(rows[:PAGE], items(rows[:PAGE]), strict=True))
    days = [
        FeedDay(day, [item for _row, item in group])
        for day, group in groupby(pairs, key=lambda pair: timezone.localdate(pair[0].at))
    ]
    return FeedPage(days, str(rows[PAGE - 1].pk) if len(rows) > PAGE else None)


def told(viewer: Person) -> QuerySet[Event]:
    """What the viewer may see; a move that was decided is told as the decision, and a check-in that is due only to who
    owes it."""
    decided = Q(kind=Event.Kind.STAGE_MOVED) & Q(data__decision__gt=0)
    return Event.objects.visible_to(viewer).news().exclude(decided | Q(kind=Event.Kind.CHECK_IN_DUE))


def items(rows: Iterable[Event]) -> list[FeedItem]:
    """A comment is quoted as long as it stands: an event doesn't keep its words."""
    rows = list(rows)
    told = [row.data["comment"] for row in rows if row.kind == Event.Kind.COMMENTED]
    texts = dict(Comment.objects.filter(pk__in=told).values_list("pk", "text")) if told else {}
    return [_item(row, texts) for row in rows]


def _item(event: Event, comments: Mapping[int, str]) -> FeedItem:
    said = happenings.said(event)
    if event.kind == Event.Kind.COMMENTED:
        said = said._replace(quote=Truncator(comments.get(event.data["comment"], "")).chars(QUOTED))
    target = None
    if event.initiative is not None:
        key = f"{event.initiative.strategy.key}/{event.initiative.key}"
        target = Target("initiative", key, event.initiative.name)
    return FeedItem(
        event.at, None if event.by.is_system else event.by, event.kind, said.text, target, said.quote,
        bool(event.data.get("against_evidence")),
    )  # fmt: skip
