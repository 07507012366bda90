"""A criterion and its finding, as a manager would say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.engine import triggers
from gaitway.engine.burning import too_fast
from gaitway.engine.kpis import Kind
from gaitway.engine.logic import Outcome, Why, at_least, negated

from .access import role_name
from .formats import amount, decimal, digits, percent, whole, written


class Measured(NamedTuple):
    """What tells how a number is written."""

    name: str
    kind: str
    unit: str
    cadence: str = ""


PLAIN = Measured("", "level", "")


def label(leaf: triggers.Criterion, kpis: Mapping[str, Measured]) -> str:
    """`conversion >= 3% over 8 weeks` as "Conversion at least 3% over 8 weeks"."""
    match leaf:
        case triggers.Compare(kpi, op, value, qualifiers):
            name = kpis[kpi].name if kpi in kpis else kpi
            return f"{name} {_op(op)} {_quantity(value)}{_window(qualifiers)}"
        case triggers.Between(kpi, low, high, qualifiers):
            name = kpis[kpi].name if kpi in kpis else kpi
            between = _("between %(low)s and %(high)s") % {"low": _quantity(low), "high": _quantity(high)}
            return f"{name} {between}{_window(qualifiers)}"
        case triggers.Improves(kpi, other, by, qualifiers):
            parts = {
                "name": kpis[kpi].name if kpi in kpis else kpi,
                "other": (kpis[other].name if other in kpis else other) if other else _("its baseline"),
                "by": _quantity(by),
            }
            return _("%(name)s better than %(other)s by %(by)s") % parts + _window(qualifiers)
        case triggers.Money(name, op, value, of_budget):
            subject = {"roi": _("Return on investment"), "spent": _("Spending")}[name]
            return f"{subject} {_op(op)} {_quantity(value)}" + (f" {_('of the budget')}" if of_budget else "")
        case triggers.Done("task", name):
            return _("Task “%(name)s” done") % {"name": name}
        case triggers.Done("tasks"):
            return _("All tasks of the stage done")
        case triggers.Done():
            return _("Checklist of the stage done")
        case triggers.Approved(role):
            return _("Approved by the %(role)s") % {"role": role_name(role)}
        case triggers.Feedback(op, value, answers):
            least = ngettext(" from at least %(n)s answer", " from at least %(n)s answers", answers or 1)
            return _("Feedback") + f" {_op(op)} {_quantity(value)}" + (least % {"n": answers} if answers else "")
        case triggers.After(day):
            return _("After %(day)s") % {"day": written(day, "full")}


def reason(finding: Mapping[str, Any], measured: Measured | None) -> str:
    """Why an outcome is unknown and what is missing; of a known one what else there is to know."""
    cadence = measured.cadence if measured else "period"
    match finding["why"]:
        case Why.NO_DATA:
            return _("No data yet")
        case Why.STALE:
            return _("The last reading is too old")
        case Why.INCONCLUSIVE:
            return _("Inconclusive: the stage ended before the evidence; extend it, stop, or decide without")
        case Why.TOO_EARLY if finding.get("held") is not None and finding.get("wait"):
            wanted = finding["held"] + finding["wait"]
            return _("Too early: held for %(n)s of %(length)s") % {
                "n": finding["held"],
                "length": periods(wanted, cadence),
            }
        case Why.TOO_EARLY if finding.get("wait"):
            return _("Too early: at least %(periods)s more") % {"periods": periods(finding["wait"], cadence)}
        case Why.TOO_EARLY if finding.get("expected"):
            return _("Too early: about %(periods)s more at this rate") % {
                "periods": periods(finding["expected"], cadence)
            }
        case Why.TOO_EARLY if finding.get("confidence"):
            return _("Too early: no verdict is in sight at this rate")
        case Why.TOO_EARLY:
            return _("Not yet")
    if finding.get("alarm") is not None:
        turned = finding["outcome"] == Outcome.UNMET
        return (
            _("It has turned: this long on the wrong side is no chance") if turned else _("No sign that it has turned")
        )
    if finding.get("burn") and too_fast(finding["burn"]):
        return _("It is spent too fast: %(rate)s times the plan over four weeks") % {
            "rate": decimal(finding["burn"][0], 1)
        }
    if finding.get("luck") is not None and finding["outcome"] == Outcome.MET:
        share = whole(max(finding["luck"] * 100, 1))
        return _("By luck alone in %(share)s of 100 cases by now") % {"share": share}
    return ""


def sentence(finding: Mapping[str, Any], measured: Measured | None) -> str:
    """The finding with its numbers: "52 of 1,480, 3.5%; we can be 95% sure that it is above 2.8%; asked for is 3%:
    too early, about 9 days more at this rate"."""
    why = reason(finding, measured)
    if finding["estimate"] is None:
        return why or outcome(finding["outcome"])
    like = measured or PLAIN
    parts = [_counted(finding, like)]
    if finding["confidence"] and (finding["low"] is not None or finding["high"] is not None):
        parts.append(_sure(finding, like))
    asked = ""
    if isinstance(finding["wanted"], list | tuple):
        asked = _("asked for is %(low)s to %(high)s") % {
            "low": amount(finding["wanted"][0], like), "high": amount(finding["wanted"][1], like)}  # fmt: skip
    elif finding["wanted"] is not None:
        asked = _("asked for is %(wanted)s") % {"wanted": amount(finding["wanted"], like)}
    end = (why[0].lower() + why[1:]).replace(_("too early: "), _("too early, ")) if why else outcome(finding["outcome"])
    parts.append(f"{asked}: {end}" if asked else end)
    return "; ".join(parts)


def _counted(finding: Mapping[str, Any], like: Measured) -> str:
    """The value with what it was counted from."""
    value = amount(finding["estimate"], like)
    if like.kind == Kind.PROPORTION and finding["sample"]:
        hits = round(finding["estimate"] * finding["sample"])
        return _("%(hits)s of %(sample)s, %(share)s") % {
            "hits": whole(hits), "sample": whole(finding["sample"]), "share": value}  # fmt: skip
    if like.kind == Kind.MEAN and finding["sample"]:
        return _("%(value)s from %(sample)s values") % {"value": value, "sample": whole(finding["sample"])}
    return value


def _sure(finding: Mapping[str, Any], like: Measured) -> str:
    """The side that the criterion asks about: how low it may still be where it must be above, and so on."""
    level = percent(finding["confidence"])
    leaf = triggers.parse(finding["criterion"])
    op = getattr(leaf, "op", ">=")
    low, high = finding["low"], finding["high"]
    if isinstance(leaf, triggers.Between) and low is not None and high is not None:
        words = {"level": level, "low": amount(low, like, bare=True), "high": amount(high, like)}
        return _("we can be %(level)s sure that it lies from %(low)s to %(high)s") % words
    above = (op in (">", ">=")) != (finding["outcome"] == Outcome.UNMET)
    bound = low if above else high
    if bound is None:
        return _("nothing can be said with %(level)s confidence") % {"level": level}
    words = {"level": level, "bound": amount(bound, like)}
    if above:
        return _("we can be %(level)s sure that it is above %(bound)s") % words
    return _("we can be %(level)s sure that it is below %(bound)s") % words


def combined(kind: str, count: int, results: Sequence[str]) -> str:
    """The outcome of a group from those of its parts, in Kleene's logic."""
    outcomes = [Outcome(result) for result in results]
    if kind == "not":
        return negated(outcomes[0])
    return at_least(len(outcomes) if kind == "all" else count, outcomes)


def group(kind: str, count: int) -> str:
    return {
        "all": _("All of these"),
        "any": _("Any of these"),
        "not": _("Not this"),
    }.get(kind, ngettext("At least %(n)s of these", "At least %(n)s of these", count) % {"n": count})


def done_of(done: int, total: int) -> str:
    return _("%(done)s of %(total)s done") % {"done": done, "total": total}


def sample_name(kind: str) -> str:
    return {"proportion": _("trials"), "mean": _("values")}[kind]


def outcome(value: str) -> str:
    return {Outcome.MET: _("met"), Outcome.UNMET: _("unmet"), Outcome.UNKNOWN: _("unknown"), "": _("no rule")}[value]


def periods(count: int, cadence: str) -> str:
    forms = {
        "day": ngettext("%(n)s day", "%(n)s days", count),
        "week": ngettext("%(n)s week", "%(n)s weeks", count),
        "month": ngettext("%(n)s month", "%(n)s months", count),
        "quarter": ngettext("%(n)s quarter", "%(n)s quarters", count),
    }
    return forms.get(cadence, ngettext("%(n)s period", "%(n)s periods", count)) % {"n": count}


def _op(op: str) -> str:
    return {
        ">=": _("at least"),
        ">": _("above"),
        "<=": _("at most"),
        "<": _("below"),
        "=": _("exactly"),
    }[op]


def _quantity(quantity: triggers.Quantity) -> str:
    unit = "proportion" if quantity.unit == "%" else "level"
    value = float(quantity.amount) / 100 if quantity.unit == "%" else float(quantity.amount)
    return amount(value, Measured("", unit, "" if quantity.unit == "%" else quantity.unit))


def _window(qualifiers: triggers.Qualifiers) -> str:
    words = ""
    if window := qualifiers.window:
        length = periods(window.count, window.unit)
        each = _(" in each of the last %(length)s") if window.mode == "for" else _(" over the last %(length)s")
        words += each % {"length": length}
    if confidence := qualifiers.confidence:
        words += _(", %(level)s%% sure") % {"level": digits(confidence.level)}
        words += _(" by the end of the stage") if confidence.by_stage_end else ""
    if qualifiers.held:
        words += _(", held for %(length)s") % {"length": periods(qualifiers.held, "period")}
    return words
