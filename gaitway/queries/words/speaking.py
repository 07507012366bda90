"""In whose language something is said."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from gaitway.models import Person


def to(person: Person | None, otherwise: str | None = None) -> AbstractContextManager[None]:
    """The language that they chose; `otherwise`, and without that the language of the house, where they chose none. Nobody
    is a room, whose readers aren't known."""
    chosen = person.language if person else ""
    return translation.override(chosen or otherwise or settings.LANGUAGE_CODE)
