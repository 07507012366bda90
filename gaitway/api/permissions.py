from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from gaitway.queries import permissions as asked

from .values import Out

router = Router()


class Permission(Out):
    """One thing that can be done. `may`: by access, and by a role of a member; `note`: who else, and what stands in the way."""

    right: str
    words: str
    note: str
    group: str
    may: dict[str, bool]


@router.get("/permissions", response=list[Permission])
def table(request: HttpRequest) -> list[dict[str, object]]:  # noqa: ARG001  # ninja gives it
    """Who may do what: the same for everybody who asks."""
    return asked.as_json()
