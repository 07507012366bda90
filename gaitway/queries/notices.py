"""One's own inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from gaitway.models import Notice, Person
from gaitway.queries import messages
from gaitway.queries.values import Target

PAGE = 50
MORNING = time(7)  # when what was laid aside comes back


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
    later_until: datetime | None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """`more`: what the next page begins after."""

    tab: str
    needs: int
    follow: int
    later: int
    notices: list[Line]
    more: str | None = None


TABS = ("needs", "follow", "later", "done")


def waiting(viewer: Person) -> int:
    """How many things need the viewer, but for those laid aside."""
    mine = Notice.objects.filter(person=viewer, level=Notice.Level.NEEDS_ME, done_at=None, later_until=None)
    return mine.count()


def inbox(viewer: Person, tab: str = "needs", before: str = "") -> InboxPage:
    """tab: one of TABS. Newest first, a page at a time; `before` is what the page above gave as `more`."""
    tab = tab if tab in TABS else "needs"
    mine = Notice.objects.visible_to(viewer)
    opened = mine.filter(done_at=None, later_until=None)
    needs, follow = opened.filter(level=Notice.Level.NEEDS_ME), opened.filter(level=Notice.Level.FOLLOW)
    later = mine.filter(done_at=None, later_until__isnull=False)
    shown = {"needs": needs, "follow": follow, "later": later, "done": mine.exclude(done_at=None)}[tab]
    if before.isdigit() and len(before) < 19 and (last := mine.filter(pk=int(before)).first()):
        shown = shown.filter(Q(event__at__lt=last.event.at) | Q(event__at=last.event.at, pk__lt=last.pk))
    rows = list(
        shown.select_related("event__by", "event__strategy", "event__initiative__strategy", "stage")[: PAGE + 1]
    )
    more = str(rows[PAGE - 1].pk) if len(rows) > PAGE else None
    return InboxPage(tab, needs.count(), follow.count(), later.count(), [_line(row) for row in rows[:PAGE]], more)


def morning(day: date) -> datetime:
    """The moment of that day at which what was laid aside comes back."""
    return timezone.make_aware(datetime.combine(day, MORNING))


def find(viewer: Person, pk: int) -> Notice:
    """Raises Notice.DoesNotExist."""
    return Notice.objects.visible_to(viewer).get(pk=pk)


def _line(notice: Notice) -> Line:
    said = messages.of(notice.event, notice.stage)
    return Line(
        notice.pk, said.kind, said.title, said.body, said.at, said.target,
        notice.done_at is not None, notice.level == Notice.Level.NEEDS_ME, notice.later_until,
    )  # fmt: skip
