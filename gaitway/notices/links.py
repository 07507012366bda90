"""Addresses for people who read outside the pages."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from gaitway.queries.values import Target


def to(name: str, *args: object) -> str:
    """Of a page, also where an operation of the API asks, which has addresses of its own."""
    return str(settings.ADDRESS) + reverse(name, settings.ROOT_URLCONF, args)


def of(target: Target | None) -> str:
    """Of what a message is about; the inbox where it is about nothing in particular."""
    return to("inbox") if target is None else to(target.kind, target.key)
