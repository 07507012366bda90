"""When the evidence gave its verdict."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gaitway.engine.logic import Outcome

from .formats import day


def verdict(outcome: str, on: date | None) -> str:
    """met 14 Mar"""
    if outcome == Outcome.MET:
        return _("met %(day)s") % {"day": day(on)}
    return _("not met %(day)s") % {"day": day(on)} if outcome == Outcome.UNMET else _("not yet")


def both(any_time: str, any_day: date | None, at_end: str, end_day: date | None) -> str:
    """What the two tests say of one criterion."""
    words = _("At any time: %(any)s. By the end of the stage: %(end)s.")
    return words % {"any": verdict(any_time, any_day), "end": verdict(at_end, end_day)}
