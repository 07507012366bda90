"""What a pilot could show in its dates, as a manager would say it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gaitway.engine.kpis import Kind, enough
from gaitway.engine.periods import Cadence
from gaitway.engine.proofs import POWER, Proof
from gaitway.queries.proofs import Proved

from .chances import beyond, of_100
from .faults import say
from .findings import Measured
from .findings import periods as length
from .formats import Measure, amount, whole


def sentence(proved: Proved, kpi: Measured) -> str:
    """Whether the stage's dates are long enough, and what they can show."""
    proof = proved.proof
    if proof is None:
        return _("Can't say: %(missing)s.") % {"missing": say(proved.missing)}
    expected = amount(proof.expected, kpi)
    words = {"days": proof.length, "expected": expected, "cases": of_100(1 - proof.missed)}
    smallest = "" if proof.smallest is None else beyond(proof.smallest, proof.target, kpi)
    if proof.provable:
        shown = _("In %(days)s days this pilot would show %(expected)s in %(cases)s cases") % words
        half = _(", in half of all by day %(day)s") % {"day": proof.days[0]} if proof.days[0] else ""
        can = _("It can show %(value)s or better (%(power)s).") % {"value": smallest, "power": of_100(POWER)}
        return f"{shown}{half}. {can}"
    shown = _("Not provable: in %(days)s days this pilot would show %(expected)s in %(cases)s cases only") % words
    return f"{shown}; {_least(proof, kpi, smallest)}; {_needed(proved, expected)}."


def doubt(criterion: str, expected: str, days: int, shown: float) -> str:
    """What is said of a trigger that its dates can hardly prove, before there is more to say."""
    words = {"criterion": criterion, "expected": expected, "days": days, "cases": of_100(shown)}
    return _("%(criterion)s: hardly provable, %(expected)s would be shown in %(days)s days by %(cases)s pilots") % words


def expects(value: float, guessed: bool, kpi: Measure) -> str:
    written = amount(value, kpi)
    return _("%(value)s (a tenth better, since nobody named a value)") % {"value": written} if guessed else written


def rests_on(proved: Proved, kpi: Measured) -> str:
    """What was taken for the effect, the traffic and the spread."""
    proof = proved.proof
    if proof is None:
        return ""
    words = {"target": amount(proof.target, kpi), "expected": expects(proof.expected, proved.guessed, kpi)}
    parts = [_("Asked for is %(target)s, expected is %(expected)s") % words]
    if kpi.kind in (Kind.PROPORTION, Kind.MEAN):
        unit = _("trials") if kpi.kind == Kind.PROPORTION else _("values")
        each = {"day": _("a day"), "week": _("a week"), "month": _("a month"), "quarter": _("a quarter")}[kpi.cadence]
        parts.append(f"{whole(proof.traffic)} {unit} {each}")
    if proved.history:
        known = _("the last %(length)s tell how it spreads") % {"length": length(proved.history, kpi.cadence)}
        return "; ".join([*parts, known]) + "."
    return "; ".join([*parts, _("too little history to tell how much the periods differ")]) + "."


def table(proved: Proved, kpi: Measured) -> list[tuple[str, str, str]]:
    """Both tests side by side: a name, at any time, by the stage's end. A dash where there is no such test."""
    pair = (proved.other, proved.proof) if proved.by_stage_end else (proved.proof, proved.other)
    names = [_("Shown by the end"), _("Half of them by"), _("Nine of ten by"), _("A missed go"), _("A wrong go"),
             _("Smallest value shown") if _upwards(proved.proof) else _("Largest value shown")]  # fmt: skip
    any_time, at_end = (_column(each, kpi) if each else ["–"] * len(names) for each in pair)
    return list(zip(names, any_time, at_end, strict=True))


def _column(proof: Proof, kpi: Measured) -> list[str]:
    days = [_("day %(day)s") % {"day": day} if day else "–" for day in proof.days]
    value = "–" if proof.smallest is None else beyond(proof.smallest, proof.target, kpi)
    shown = round(1 - proof.missed, 2)  # the two add up, also when they are rounded
    return [of_100(shown), *days, of_100(1 - shown), of_100(proof.wrong), value]


def _upwards(proof: Proof | None) -> bool:
    return proof is None or proof.expected > proof.target


def _least(proof: Proof, kpi: Measured, smallest: str) -> str:
    fewest = enough(Kind(kpi.kind), Cadence(kpi.cadence))
    if proof.length < fewest * Cadence(kpi.cadence).days:
        return _("nothing is judged with confidence on fewer than %(length)s") % {"length": length(fewest, kpi.cadence)}
    if not smallest:
        return _("no value within reach can be shown in these dates")
    if _upwards(proof):
        return _("the smallest value these dates can show is %(value)s") % {"value": smallest}
    return _("the largest value these dates can show is %(value)s") % {"value": smallest}


def _needed(proved: Proved, expected: str) -> str:
    """How long it would take; the test by the stage's end knows no later day."""
    watched = proved.other if proved.by_stage_end else proved.proof
    if watched is None or watched.days[0] is None:
        return _("for %(expected)s it needs far longer") % {"expected": expected}
    return _("for %(expected)s it needs about %(days)s days (median)") % {"expected": expected, "days": watched.days[0]}
