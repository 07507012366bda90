from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from gaitway.models import Person


def viewer(request: HttpRequest) -> Person:
    """Who is signed in; the middleware let nobody else through."""
    assert isinstance(request.user, Person)  # noqa: S101  # tells the type checker what the middleware guarantees
    request.user.day = timezone.localdate()
    return request.user


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, rather than a form."""
    return request.headers.get("Accept", "").startswith("application/json")
