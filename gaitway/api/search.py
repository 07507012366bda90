from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from gaitway.queries import search as asked

from .problems import Problem
from .values import Out, Target, viewer

router = Router()


class Hit(Out):
    """`piece`: where the words stand beside the name."""

    name: str
    piece: str
    within: str
    target: Target
    initiative: Target | None
    at: datetime | None


class Group(Out):
    kind: str
    total: int
    hits: list[Hit]


class Found(Out):
    total: int
    page: int
    pages: int
    groups: list[Group]


@router.get("/search", response=Found)
def search(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200)],
    kind: str = "",
    page: Annotated[int, Query(ge=1, le=asked.DEEPEST)] = 1,
) -> dict[str, object]:
    """All of the words, in any case and with or without accents: the first few of each kind, or one `kind` page by page."""
    if kind and kind not in asked.KINDS:
        raise Problem(422, f"There is no kind {kind[:40]!r}. Kinds: {', '.join(asked.KINDS)}.", "query kind")
    found = asked.search(viewer(request), q, kind, page)
    return {
        "total": found.total, "page": found.page, "pages": found.pages,
        "groups": [{"kind": each.kind, "total": each.total, "hits": [_hit(hit) for hit in each.hits]}
                   for each in found.groups],
    }  # fmt: skip


def _hit(hit: asked.Hit) -> dict[str, object]:
    piece = "".join(text for text, _marked in hit.piece)
    return {"name": hit.name, "piece": piece, "within": hit.within, "target": hit.target, "initiative": hit.home,
            "at": hit.at}  # fmt: skip
