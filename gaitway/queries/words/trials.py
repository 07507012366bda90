"""A trigger that was tried on history, as a manager would say it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gaitway.engine.trials import Trial
from gaitway.queries.trials import SAID, Tried

from .chances import of_100
from .findings import outcome
from .formats import amount

TURNS = 8  # that are listed


def fired(tried: Tried) -> str:
    day = tried.trial.fired
    if day is None:
        return _("It would not have fired from %(first)s to %(last)s.") % {
            "first": tried.first.isoformat(), "last": tried.last.isoformat()}  # fmt: skip
    number = (day - tried.first).days + 1
    return _("It would have fired on %(day)s, day %(number)s.") % {"day": day.isoformat(), "number": number}


def turns(trial: Trial) -> list[str]:
    """The first days on which the outcome turned, and how many more there were."""
    lines = [f"{day.isoformat()} {outcome(SAID[code])}" for day, code in trial.turns[:TURNS]]
    more = len(trial.turns) - TURNS
    return [*lines, _("… and %(n)s more turns") % {"n": more}] if more > 0 else lines


def chance(tried: Tried) -> list[str]:
    """How often it fires by the level alone, and where the KPIs are truly only at what it wants of them."""
    cadences = {kpi.cadence for kpi in tried.kpis.values()}
    plural = {"day": _("days"), "week": _("weeks"), "month": _("months"), "quarter": _("quarters")}
    named = plural.get(cadences.pop(), "") if len(cadences) == 1 else _("periods")
    share = tried.trial.shuffled
    lines = [_("With the same %(periods)s in another order it fires in %(share)s histories.") % {
        "periods": named, "share": of_100(share)}]  # fmt: skip
    if tried.trial.fired and share > 0.8:
        lines[0] += " " + _("The level alone does it.")
    elif tried.trial.fired and share < 0.2:
        lines[0] += " " + _("It took their order, as an improvement does.")
    if tried.trial.at_target is None:
        return [
            *lines,
            _("What it does by chance at its own target can't be said: nothing here is compared with a value."),
        ]
    words = _("If %(truth)s, it would fire in %(share)s.")
    return [*lines, words % {"truth": _truth(tried), "share": of_100(tried.trial.at_target)}]


def _truth(tried: Tried) -> str:
    """ "Conversion were truly only 3%"; of a KPI that shall fall "CAC were truly still €40"."""
    parts = []
    for key, wanted in tried.trial.wanted.items():
        named = {"kpi": tried.kpis[key].name, "value": amount(wanted, tried.kpis[key])}
        still = _("%(kpi)s were truly still %(value)s") % named
        parts.append(still if key in tried.falling else _("%(kpi)s were truly only %(value)s") % named)
    return _(" and ").join(parts)
