"""Whether a KPI has changed, as a manager would say it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.engine import periods
from gaitway.engine.behaviour import FIRM, LEAST, RARE, Assurance, Behaviour, Limits, Variation
from gaitway.engine.periods import Cadence
from gaitway.engine.signals import Rule, Signal
from gaitway.queries.values import KpiRef

from .findings import periods as length
from .formats import amount, day


def sentence(found: Behaviour, kpi: KpiRef, *, fresh: bool) -> str:
    """The answer to "has it changed?", from the newest point and the limits that hold for it."""
    if not found.phases:
        return _("No number has arrived yet.")
    until = day(periods.end(found.phases[-1].last, Cadence(kpi.cadence)))
    parts = ["" if fresh else _("No fresh data since %(day)s.") % {"day": until}, _firm(found, kpi)]
    if limits := found.phases[-1].limits:
        parts.append(_changed(found.newest, found, kpi) if found.newest else _same(found, limits, kpi, fresh))
    return " ".join(filter(None, parts))


def too_little(found: Behaviour) -> str:
    """Why there are no limits."""
    return _("Too few cases") if found.phases and found.phases[-1].rare else _("Too little data")


def variation(found: Behaviour) -> str:
    return {
        Variation.COMMON_CAUSE: _("No real change"),
        Variation.IMPROVING: _("Improving"),
        Variation.WORSENING: _("Worsening"),
        Variation.HIGH: _("A real rise"),
        Variation.LOW: _("A real fall"),
        Variation.TOO_LITTLE: too_little(found),
    }[found.variation]


def stale() -> str:
    return _("No fresh data")


def variation_means(value: Variation) -> str:
    return {
        Variation.COMMON_CAUSE: _("Single ups and downs have no cause of their own."),
        Variation.IMPROVING: _("Something changed for the better. Find out what, and keep it."),
        Variation.WORSENING: _("Something changed for the worse. Find out what."),
        Variation.HIGH: _("Something changed. Find out what."),
        Variation.LOW: _("Something changed. Find out what."),
    }.get(value, "")


def assurance(found: Behaviour) -> str:
    return {
        Assurance.HITS: _("Would hit it each time"),
        Assurance.MISSES: _("Would miss it each time"),
        Assurance.HIT_AND_MISS: _("Hit and miss"),
        Assurance.CHANGING: _("Not known while it changes"),
        Assurance.NO_TARGET: _("No target"),
        Assurance.TOO_LITTLE: too_little(found),
    }[found.assurance]


def assurance_means(value: Assurance) -> str:
    return {
        Assurance.HITS: _("All that it usually does is on the good side of the target."),
        Assurance.MISSES: _("All that it usually does is on the wrong side of the target."),
        Assurance.HIT_AND_MISS: _("The target lies within what it usually does: chance decides."),
        Assurance.CHANGING: _("Once you know why it changed, re-set the limits to see what it does now."),
    }.get(value, "")


def why(signal: Signal) -> str:
    """9 in a row above the mean, and above its upper limit"""
    beyond = _("above its upper limit") if signal.high else _("below its lower limit")
    if signal.run:
        pattern = _("%(n)s in a row above the mean") if signal.high else _("%(n)s in a row below the mean")
        pattern %= {"n": signal.run}
    elif Rule.NEAR in signal.rules:
        near_upper = _("three of four nearer its upper limit than the mean")
        pattern = near_upper if signal.high else _("three of four nearer its lower limit than the mean")
    else:
        return beyond
    if Rule.OUTSIDE not in signal.rules:
        return pattern
    return _("%(pattern)s, and %(beyond)s") % {"pattern": pattern, "beyond": beyond}


def usual(limits: Limits, kpi: KpiRef) -> str:
    return _("%(low)s to %(high)s") % {"low": amount(limits.lower, kpi, bare=True), "high": amount(limits.upper, kpi)}


def _firm(found: Behaviour, kpi: KpiRef) -> str:
    """What is to be said of the limits themselves; nothing where they are firm."""
    here = found.phases[-1]
    if here.rare:
        words = _("Too few cases for limits: fewer than %(n)s a %(period)s on average. Count over longer periods.")
        return words % {"n": RARE, "period": _name(kpi)}
    points = ngettext("%(n)s point", "%(n)s points", here.points) % {"n": here.points}
    if len(found.phases) > 1 and here.provisional:
        points = _("%(points)s since the limits were re-set") % {"points": points}
    if here.limits is None:
        words = _("Too little data: %(points)s; %(least)s are needed for limits, %(firm)s for firm ones.")
        return words % {"points": points, "least": LEAST, "firm": FIRM}
    if here.provisional:
        return _("Provisional: %(points)s; %(firm)s are needed for firm limits.") % {"points": points, "firm": FIRM}
    return ""


def _changed(newest: Signal, found: Behaviour, kpi: KpiRef) -> str:
    if found.phases[-1].provisional:
        words = _("A possible rise %(when)s: %(why)s.") if newest.high else _("A possible fall %(when)s: %(why)s.")
    else:
        words = _("A real rise %(when)s: %(why)s.") if newest.high else _("A real fall %(when)s: %(why)s.")
    since = _("since %(day)s") % {"day": day(periods.start(newest.since, Cadence(kpi.cadence)))}
    return words % {"when": _on(newest.period, kpi) if newest.since == newest.period else since, "why": why(newest)}


def _same(found: Behaviour, limits: Limits, kpi: KpiRef, fresh: bool) -> str:
    here, does = found.phases[-1], {"usual": usual(limits, kpi)}
    if earlier := [signal for signal in found.signals if signal.period >= here.first]:
        now = _("No real change now: the newest value lies within what it usually does, %(usual)s.")
        then = _("No real change up to then: the newest value lay within what it usually did, %(usual)s.")
        last = _("The last signal was %(when)s: %(why)s.")
        told = last % {"when": _on(earlier[-1].period, kpi), "why": why(earlier[-1])}
        return f"{(now if fresh else then) % does} {told}"
    if len(found.phases) > 1 and here.provisional:  # the sentence before has said since when
        words = _("No real change so far: every value lies within what it usually does, %(usual)s.")
    elif len(found.phases) > 1:
        words = _("No real change in the %(length)s since the limits were re-set: every value lies within what it "
                  "usually does, %(usual)s.")  # fmt: skip
    elif fresh:
        words = _("No real change in the last %(length)s: every value lies within what it usually does, %(usual)s.")
    else:
        words = _("No real change in the %(length)s up to then: every value lay within what it usually did, %(usual)s.")
    return words % {"length": length(here.last - here.first + 1, kpi.every), **does}


def _on(period: int, kpi: KpiRef) -> str:
    words = {
        "day": _("on %(day)s"),
        "week": _("in the week from %(day)s"),
        "month": _("in the month from %(day)s"),
        "quarter": _("in the quarter from %(day)s"),
    }[kpi.every]
    return words % {"day": day(periods.start(period, Cadence(kpi.cadence)))}


def _name(kpi: KpiRef) -> str:
    return {"day": _("day"), "week": _("week"), "month": _("month"), "quarter": _("quarter")}[kpi.every]
