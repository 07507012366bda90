"""A criterion and its finding, as a manager would say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.engine import triggers
from gaitway.engine.kpis import Kind
from gaitway.engine.logic import Outcome, Why, at_least, negated

from .formats import amount


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
            return _("Approved by the %(role)s") % {"role": role}
        case triggers.Feedback(op, value, answers):
            least = ngettext(" from at least %(n)s answer", " from at least %(n)s answers", answers or 1)
            return _("Feedback") + f" {_op(op)} {_quantity(value)}" + (least % {"n": answers} if answers else "")
        case triggers.After(day):
            return _("After %(day)s") % {"day": day.isoformat()}


def reason(finding: Mapping[str, Any], measured: Measured | None) -> str:
    """Why an outcome is unknown, and what is missing; nothing where it is known."""
    match finding["why"]:
        case Why.NO_DATA:
            return _("No data yet")
        case Why.STALE:
            return _("The last reading is too old")
        case Why.TOO_EARLY if finding.get("wait"):
            return _("Too early: at least %(periods)s more") % {
                "periods": periods(finding["wait"], measured.cadence if measured else "period")
            }
        case Why.TOO_EARLY if finding.get("confidence"):
            return _("Too early: the evidence points neither way")
        case Why.TOO_EARLY:
            return _("Not yet")
    return ""


def sentence(finding: Mapping[str, Any], measured: Measured | None) -> str:
    """The finding with its numbers: "52 of 1,480, 3.5%; 95% sure that it is above 2.8%; wanted 3%"."""
    if finding["estimate"] is None:
        return reason(finding, measured) or outcome(finding["outcome"])
    like = measured or PLAIN
    parts = [amount(finding["estimate"], like)]
    if like.kind == Kind.PROPORTION and finding["sample"]:
        hits = round(finding["estimate"] * finding["sample"])
        parts = [_("%(hits)s of %(sample)s, %(share)s") % {
            "hits": f"{hits:,}", "sample": f"{finding['sample']:,.0f}", "share": parts[0]}]  # fmt: skip
    if finding["confidence"] and finding["low"] is not None and finding["high"] is not None:
        parts.append(_sure(finding, like))
    if isinstance(finding["wanted"], list | tuple):
        parts.append(_("wanted %(low)s to %(high)s") % {
            "low": amount(finding["wanted"][0], like), "high": amount(finding["wanted"][1], like)})  # fmt: skip
    elif finding["wanted"] is not None:
        parts.append(_("wanted %(wanted)s") % {"wanted": amount(finding["wanted"], like)})
    if why := reason(finding, measured):
        parts.append(why[0].lower() + why[1:])
    return "; ".join(parts)


def _sure(finding: Mapping[str, Any], like: Measured) -> str:
    """The side that the criterion asks about: how low it may still be where it must be above, and so on."""
    level = f"{finding['confidence'] * 100:g}%"
    leaf = triggers.parse(finding["criterion"])
    ops = {"op": getattr(leaf, "op", ">="), "unmet": finding["outcome"] == Outcome.UNMET}
    above = (ops["op"] in (">", ">=")) != ops["unmet"]
    side = "low" if above else "high"
    if isinstance(leaf, triggers.Between) or ops["op"] == "=":
        low, high = (amount(finding[name], like, bare=name == "low") for name in ("low", "high"))
        return _("%(level)s sure that it lies from %(low)s to %(high)s") % {"level": level, "low": low, "high": high}
    words = _("%(level)s sure that it is above %(bound)s") if above else _("%(level)s sure that it is below %(bound)s")
    return words % {"level": level, "bound": amount(finding[side], like)}


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
        words += _(", %(level)s%% sure") % {"level": f"{confidence.level.normalize():f}"}
        words += _(" by the end of the stage") if confidence.by_stage_end else ""
    if qualifiers.held:
        words += _(", held for %(length)s") % {"length": periods(qualifiers.held, "period")}
    return words
