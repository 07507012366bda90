"""Why a text is no number or no date, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gaitway.lib.dates import NotADate
from gaitway.lib.numbers import NotANumber

# What lib says, which knows no language: named here so that translators find it.
REASONS = (
    gettext_noop("it is too long for a date"),
    gettext_noop("there is no such day"),
    gettext_noop("it isn't a date like 2026-03-31"),
    gettext_noop("it names no month"),
    gettext_noop("nothing stands there"),
    gettext_noop("it has %(n)s characters"),
    gettext_noop("it is a formula: paste its value"),
    gettext_noop("it is text"),
    gettext_noop("it is larger than any number that can be kept"),
    gettext_noop("its separators are mixed up"),
    gettext_noop("its thousands aren't groups of three digits"),
)


def why(error: NotADate | NotANumber) -> str:
    return _(error.reason) % error.values


def no_such_period() -> str:
    return _("there is no such period")
