from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from gaitway.queries import events as asked

from .values import FeedItem, Out, viewer

router = Router()


class Feed(Out):
    """`more` is the `before` of the next page, null on the last."""

    items: list[FeedItem]
    more: str | None


@router.get("/feed", response=Feed)
def feed(request: HttpRequest, before: str = "") -> dict[str, object]:
    """What happened, newest first, 50 at a time."""
    page = asked.feed(viewer(request), before)
    return {"items": [item for day in page.days for item in day.items], "more": page.more}
