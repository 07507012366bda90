"""What a screen on a wall shows: as much as its maker may see, without restricted initiatives and names where it wasn't
made for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from django.db.models import Max
from django.utils import timezone

from gaitway.models import Person, Screen, Summary, View
from gaitway.queries import portfolio
from gaitway.queries.portfolio import Counts, Filters, Row
from gaitway.queries.tokens import digest

ROWS = 8  # that can be read from four metres
OLD = timedelta(hours=26)  # every active gate is judged once a day


@dataclass(frozen=True, slots=True)
class Slide:
    """`old`: how many hours nothing was worked out any more; 0 while all is fresh."""

    title: str
    number: int
    count: int
    counts: Counts
    rows: Sequence[Row]
    found: int
    at: datetime
    old: int
    seconds: int
    names: bool


def alive(token: str, at: datetime) -> Screen | None:
    """The screen of this token, where it lasts and its maker still may."""
    found = Screen.objects.filter(digest=digest(token), ended_at=None, expires_at__gt=at).select_related("person")
    screen = found.first()
    return screen if screen and screen.person.is_active and screen.person.sees_all else None


def slide(screen: Screen, number: int, at: datetime) -> Slide:
    """Number `number` of its views, counted from 1 and around; the whole portfolio where it has none."""
    seen = View.objects.visible_to(screen.person).values("pk")
    views = list(screen.views.filter(pk__in=seen, page=View.Page.PORTFOLIO))
    count = max(1, len(views))
    number = (number - 1) % count + 1
    view = views[number - 1] if views else None
    filters = Filters.of(dict(parse_qsl(view.query)) if view else {})
    today = timezone.localdate(at)
    counts, rows, found = portfolio.wall(screen.person, filters, today, ROWS, restricted=screen.restricted)
    newest = Summary.objects.aggregate(newest=Max("at"))["newest"]
    age = at - newest if newest else timedelta(0)
    old = int(age.total_seconds() // 3600) if age > OLD else 0
    title = view.name if view else screen.name
    return Slide(title, number, count, counts, rows, found, at, old, screen.seconds, screen.names)


def listed(viewer: Person) -> list[Screen]:
    return list(Screen.objects.visible_to(viewer).select_related("person").prefetch_related("views"))


def choices(viewer: Person) -> list[View]:
    """The views that a screen of the viewer may show."""
    return list(View.objects.visible_to(viewer).filter(page=View.Page.PORTFOLIO).distinct())
