"""The weekly digest as a mail: one query, one template, in HTML and in plain text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from gaitway.models import Person, View
from gaitway.queries import digest as asked
from gaitway.queries import preferences
from gaitway.queries.words import speaking
from gaitway.queries.words.formats import span

from . import links
from .base import Unwanted
from .email import Mail


def mail(person: Person, at: datetime) -> Mail:
    """In the language of the person. Raises Unwanted for a week without anything to tell."""
    with speaking.to(person):
        return _mail(person, at)


def _mail(person: Person, at: datetime) -> Mail:
    found = asked.digest(person, at)
    if found.empty:
        raise Unwanted("There was nothing to tell.")
    end = links.to("unsubscribe", preferences.unsubscribe_token(person, preferences.DIGEST))
    page: dict[str, Any] = {
        "page": found, "link": links.of, "to": links.to, "to_view": _to_view, "home": links.to("portfolio"),
        "settings": links.to("preferences"),
        "unsubscribe": end,
        "parts": [
            (_("To do"), "", found.owed), (_("Goes well"), "good", found.good), (_("Is hard"), "bad", found.hard),
            (_("Went quiet"), "warn", found.quiet),
        ],
    }  # fmt: skip
    count = len(found.decide)
    subject = _("Your week %(span)s: %(sentence)s") % {
        "span": span((found.since, found.until)), "sentence": found.sentence.split(".")[0] + "."
    } if count else _("Your week %(span)s") % {"span": span((found.since, found.until))}  # fmt: skip
    return Mail(subject, render_to_string("mail/digest.txt", page), render_to_string("mail/digest.html", page), end)


def _to_view(view: View) -> str:
    return links.to(view.page) + (f"?{view.query}" if view.query else "")
