from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from gaitway.models import Invitation, Person

from .tokens import digest


def alive(text: str, at: datetime) -> Invitation | None:
    """The invitation of a link, while it lives and its person may come in. Looked up by its hash."""
    may = Q(person=None) | Q(person__is_active=True, person__is_system=False)
    rows = Invitation.objects.select_related("person", "by").filter(may, used_at=None, expires_at__gt=at)
    found: Invitation | None = rows.filter(digest=digest(text)).first()
    return found


def first_is_there() -> bool:
    """Whether an administrator has come in; until then the terminal offers a link to become it."""
    found: bool = Person.objects.filter(
        access=Person.Access.ADMINISTRATOR, is_active=True, is_system=False, joined_at__isnull=False
    ).exists()
    return found
