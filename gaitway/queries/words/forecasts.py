"""What is to come, as a manager would say it: of a KPI, of a trigger, of a stage's dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.engine import triggers
from gaitway.engine.forecasts import NEEDED, PROVISIONAL
from gaitway.queries.values import KpiRef

from .access import role_name
from .findings import Measured, label, periods
from .formats import amount, day, percent


def chance(share: float) -> str:
    """41%, and never a certainty that a simulation can't give."""
    if share < 0.005:
        return _("less than 1%")
    return _("more than 99%") if share > 0.995 else percent(round(share, 2))


def ahead(
    low: float, high: float, start: date, kpi: KpiRef, *, target: float | None, reached: bool, hope: float | None
) -> str:
    """80% chance between 55 and 70 in the week from 9 Feb; target 64; chance of reaching it by then 41%."""
    words = {
        "day": _("80%% chance between %(low)s and %(high)s on %(day)s"),
        "week": _("80%% chance between %(low)s and %(high)s in the week from %(day)s"),
        "month": _("80%% chance between %(low)s and %(high)s in the month from %(day)s"),
        "quarter": _("80%% chance between %(low)s and %(high)s in the quarter from %(day)s"),
    }[kpi.every]
    said = [words % {"low": amount(low, kpi, bare=True), "high": amount(high, kpi), "day": day(start)}]
    if target is not None:
        goal = _("target %(target)s, reached now") if reached else _("target %(target)s")
        said.append(goal % {"target": amount(target, kpi)})
        if hope is not None and not reached:
            said.append(_("chance of reaching it by then %(chance)s") % {"chance": chance(hope)})
    return "; ".join(said) + "."


def held(times: int, compared: int) -> str:
    if not compared:
        return ""
    words = ngettext(
        "Earlier forecasts: the 80%% band held %(held)s of %(n)s time.",
        "Earlier forecasts: the 80%% band held %(held)s of %(n)s times.",
        compared,
    )
    return words % {"held": times, "n": compared}


def provisional(known: int, cadence: str) -> str:
    words = _("Provisional: it rests on %(length)s; %(firm)s make a firm forecast.")
    return words % {"length": periods(known, cadence), "firm": PROVISIONAL}


def too_short(known: int, cadence: str) -> str:
    """5 weeks are known; a forecast needs 8."""
    if not known:
        return _("No number has arrived yet; a forecast needs %(needed)s.") % {"needed": periods(NEEDED, cadence)}
    words = ngettext(
        "%(length)s is known; a forecast needs %(n)s.", "%(length)s are known; a forecast needs %(n)s.", known
    )
    return words % {"length": periods(known, cadence), "n": NEEDED}


def stale(last: date) -> str:
    return _("No fresh data since %(day)s: nobody can say from where it goes on.") % {"day": day(last)}


def met(numbers: Mapping[str, Any], days: Sequence[date | None], until: date, ends: date | None, as_of: date) -> str:
    """When a trigger will be judged met. `days` are the 10, 25, 50, 75 and 90 % quantiles, None beyond `until`."""
    low, _q25, middle, _q75, high = days
    parts = {
        "low": day(low),
        "mid": day(middle),
        "high": day(high),
        "until": day(until),
        "ever": chance(numbers["ever"]),
    }
    if low is None:
        said = _("Hardly to be judged met by %(until)s: %(ever)s chance") % parts
    elif middle is None:
        said = _("More likely not judged met by %(until)s: %(ever)s chance, and hardly before %(low)s") % parts
    elif high is None:
        said = _("Will be judged met about %(mid)s, hardly before %(low)s; %(ever)s chance by %(until)s") % parts
    elif low == high:
        said = _("Will be judged met on %(mid)s") % parts
    else:
        said = _("Will be judged met between %(low)s and %(high)s (80%%), most likely about %(mid)s") % parts
    if ends is None or numbers["chance"] is None:
        return f"{said}."
    if ends <= as_of:
        return f"{said}. {_('The stage should have ended on %(ends)s.') % {'ends': day(ends)}}"
    in_time = _("%(chance)s chance before the stage ends on %(ends)s.")
    return f"{said}; {in_time % {'chance': chance(numbers['chance']), 'ends': day(ends)}}"


def assumed(criteria: Sequence[str]) -> str:
    """What no history tells of, taken as done in time: the tasks are done and the sponsor approves."""
    clauses = [_clause(triggers.parse(text)) for text in criteria]
    if not clauses:
        return ""
    *most, last = dict.fromkeys(clauses)
    whole = _("%(first)s and %(last)s") % {"first": ", ".join(most), "last": last} if most else last
    return _("This holds if %(things)s in time.") % {"things": whole}


def _clause(leaf: triggers.Trigger) -> str:
    match leaf:
        case triggers.Done("tasks"):
            return _("the tasks are done")
        case triggers.Done("task", name):
            return _("the task “%(name)s” is done") % {"name": name}
        case triggers.Done():
            return _("the checklist is done")
        case triggers.Approved(role):
            return _("the %(role)s approves") % {"role": role_name(role)}
        case triggers.Money() | triggers.Feedback():
            text = label(leaf, {})
            return _("it comes to %(what)s") % {"what": text[0].lower() + text[1:]}
        case _:
            return triggers.show(leaf)


def refused(reason: str, kpi: Measured | None, known: int) -> str:
    """Why nobody can say when a trigger will be met."""
    if reason == "no KPI":
        return _("No forecast: the trigger reads no KPI.")
    name, cadence = (kpi.name, kpi.cadence) if kpi else (_("its KPI"), "period")
    if not known:
        return _("No forecast: %(kpi)s has no number yet.") % {"kpi": name}
    words = _("No forecast: of %(kpi)s %(why)s")
    return words % {"kpi": name, "why": too_short(known, cadence)}


def unfirm() -> str:
    return _("Provisional: it rests on fewer than %(firm)s periods.") % {"firm": PROVISIONAL}
