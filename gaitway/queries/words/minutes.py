"""What the minutes of a review say of one initiative, in a few lines."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gaitway.models import ReviewItem, ReviewNote

from .formats import day


def digest(notes: Iterable[ReviewNote]) -> str:
    return "\n".join(line(note) for note in notes) or _("Talked about, nothing noted.")


def line(note: ReviewNote) -> str:
    match note.kind:
        case ReviewNote.Kind.DECISION if note.decision is not None:
            return _("Decided: %(choice)s. %(reason)s") % {
                "choice": choice(note.decision.choice),
                "reason": note.decision.reason,
            }
        case ReviewNote.Kind.ACTION:
            task = note.task
            who = task.owner.name if task and task.owner else _("nobody yet")
            if task and task.due:
                return _("Action: %(text)s (%(who)s, by %(day)s)") % {
                    "text": note.text,
                    "who": who,
                    "day": day(task.due),
                }
            return _("Action: %(text)s (%(who)s)") % {"text": note.text, "who": who}
    return note.text


def choice(value: str) -> str:
    return {
        "go": _("move on"),
        "conditional go": _("move on with conditions"),
        "hold": _("stay"),
        "back": _("step back"),
        "stop": _("stop"),
    }[value]


def reason(value: str) -> str:
    """Why an initiative stands on the agenda."""
    kind = ReviewItem.Reason
    return {
        kind.GATE.value: _("gate due"),
        kind.OFF_TRACK.value: _("off track"),
        kind.DISAGREEMENT.value: _("owner and evidence disagree"),
        kind.NO_DATA.value: _("no fresh data"),
        kind.FLAGGED.value: _("asked for"),
    }[value]
