"""What the engine says is wrong, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gaitway.engine.phrases import Phrase
from gaitway.engine.triggers import TriggerError

# Moves and states as the engine names them, which knows no language: here so that translators find them.
MOVES = (
    gettext_noop("propose"), gettext_noop("start"), gettext_noop("go"), gettext_noop("conditional go"),
    gettext_noop("hold"), gettext_noop("back"), gettext_noop("pause"), gettext_noop("resume"), gettext_noop("stop"),
    gettext_noop("finish"),
)  # fmt: skip
STATES = (
    gettext_noop("proposed"), gettext_noop("active"), gettext_noop("paused"), gettext_noop("stopped"),
    gettext_noop("finished"),
)  # fmt: skip


def say(text: object) -> str:
    """A phrase of the engine with everything that stands in it; any other value as it is."""
    if isinstance(text, tuple):
        return ", ".join(map(say, text))
    if not isinstance(text, Phrase):
        return str(text)
    words = _(text.template)
    return words % {name: say(value) for name, value in text.values.items()} if text.values else words


def why(error: ValueError) -> str:
    """Of an error whose first argument is what it says."""
    return say(error.args[0])


def placed(error: TriggerError) -> str:
    """With the place in the text, and what was probably meant."""
    words = {"line": error.line, "column": error.column, "fault": say(error.message)}
    text = _("line %(line)s, column %(column)s: %(fault)s") % words
    if error.suggestion and not error.message.endswith(error.suggestion):
        return _("%(text)s; did you mean %(suggestion)s?") % {"text": text, "suggestion": error.suggestion}
    return f"{text}."
