"""How a cell is written by hand, and what is said under it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gaitway.engine.behaviour import Limits
from gaitway.engine.kpis import Kind
from gaitway.models import Kpi, Person

from .faults import say
from .formats import amount

# The numbers of each kind, as the engine calls them.
NUMBERS = (
    gettext_noop("successes"), gettext_noop("trials"), gettext_noop("n"), gettext_noop("mean"),
    gettext_noop("variance"), gettext_noop("sd"), gettext_noop("numerator"), gettext_noop("denominator"),
    gettext_noop("events"), gettext_noop("exposure"), gettext_noop("value"),
)  # fmt: skip


def number_name(name: str) -> str:
    return _(name)


def how(kpi: Kpi) -> str:
    """How one period of it is written, for the head of its row."""
    return {
        Kind.PROPORTION: _("as successes/trials, like 132/300"),
        Kind.RATIO: _("as above/below, like 1200/40"),
        Kind.MEAN: _("as n; mean; standard deviation, like 40; 12.5; 3.1"),
        Kind.COUNT: _("like 12, or 12/7 with its exposure"),
        Kind.LEVEL: _("like 44%") if kpi.unit == "%" else _("like 44"),
    }[Kind(kpi.kind)]


def wanted(kpi: Kpi) -> str:
    return _("It is written %(how)s.") % {"how": how(kpi)}


def no_number(text: str, why: str) -> str:
    shown = text if len(text) <= 24 else f"{text[:23]}…"
    return _("“%(text)s” is no number: %(why)s.") % {"text": shown, "why": why}


def impossible(why: str) -> str:
    return _("That can't be: %(why)s.") % {"why": say(why)}


def negative_deviation() -> str:
    return _("a standard deviation can't be negative")


def not_per_cent(kpi: Kpi) -> str:
    return _("It is in %(unit)s, not in per cent.") % {"unit": kpi.unit} if kpi.unit else _("It isn't in per cent.")


def guessed(text: str, value: float) -> str:
    return _("%(text)s was read as %(value)s.") % {"text": text.strip(), "value": amount(value, None)}


def unusual(limits: Limits, steps: float | None, kpi: Kpi) -> str:
    """`steps`: how many of its usual changes it is away from its mean; None where it has never changed."""
    if steps is None:
        return _("It has always been %(mean)s. Sure?") % {"mean": amount(limits.mean, kpi)}
    low, high = amount(limits.lower, kpi, bare=True), amount(limits.upper, kpi)
    words = _("%(steps)s× its usual change: mostly %(low)s to %(high)s. Sure?")
    return words % {"steps": amount(round(steps, 1), None), "low": low, "high": high}


def conflict(who: str, text: str) -> str:
    if not text:
        return _("%(who)s withdrew it meanwhile. Enter once more to put yours in its place.") % {"who": who}
    return _("%(who)s wrote %(text)s meanwhile. Enter once more to put yours in its place.") % {
        "who": who,
        "text": text,
    }


def missing(name: str) -> str:
    return _("Its %(name)s is missing.") % {"name": number_name(name)}


def owed(owner: Person | None) -> str:
    """◌ owed by LB"""
    if owner is None:
        return _("◌ owed")
    parts = (owner.name or owner.email).split()
    initials = parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")
    return _("◌ owed by %(who)s") % {"who": initials.upper()}
