"""Check-ins in words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.engine.checkins import Agreement

from .formats import day


def outlook(value: str) -> str:
    return {"on track": _("On track"), "at risk": _("At risk"), "off track": _("Off track")}[value]


def beside(agreement: Agreement, state: str, said: str) -> str:
    """As "Owner says on track; evidence says at risk": nothing where both agree or nobody said anything. `state` as
    `queries.health.health` gives it."""
    names = {"on track": _("on track"), "at risk": _("at risk"), "off track": _("off track")}
    if said not in names or agreement == Agreement.AGREES:
        return ""
    if state == "no_data":
        return _("Owner says %(said)s; there is no fresh evidence") % {"said": names[said]}
    shown = state.replace("_", " ")
    if shown not in names:
        return ""
    return _("Owner says %(said)s; evidence says %(shown)s") % {"said": names[said], "shown": names[shown]}


def question(to: str, ends: date | None, today: date) -> str:
    """What the outlook answers: `to` is the next stage, "" where finishing is next."""
    if ends is None:
        return (
            _("Will the gate to %(stage)s be reached in time?") % {"stage": to}
            if to
            else _("Will it be finished in time?")
        )
    named = {"stage": to, "day": day(ends)}
    if ends < today:
        late = _("The gate to %(stage)s was due on %(day)s. Will it be reached soon?")
        return (late if to else _("It was to be finished by %(day)s. Will it be soon?")) % named
    return (
        _("Will the gate to %(stage)s be reached by %(day)s?") if to else _("Will it be finished by %(day)s?")
    ) % named


def ahead(name: str) -> str:
    """Where no stage runs."""
    return _("Does %(name)s go as it should?") % {"name": name}


def due(count: int) -> str:
    """The first line of the page of those that are due."""
    if not count:
        return _("No check-in is due from you.")
    return ngettext("%(n)s check-in is due from you.", "%(n)s check-ins are due from you.", count) % {"n": count}


def coming(name: str, on: date) -> str:
    return _("The next is %(name)s, on %(day)s.") % {"name": name, "day": day(on)}


def owed(on: date) -> str:
    """In the week of a person."""
    return _("a check-in is due since %(day)s") % {"day": day(on)}
