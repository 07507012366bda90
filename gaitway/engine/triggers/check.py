"""Whether a trigger makes sense for the KPIs and the initiative that it speaks of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..kpis import Direction, KpiSpec, enough
from ..periods import Cadence, count_in
from ..phrases import Phrase
from .errors import TriggerError, nearest
from .printer import plain
from .quantities import number
from .tree import (
    And,
    Approved,
    AtLeast,
    Between,
    Compare,
    Confidence,
    Done,
    Feedback,
    Improves,
    Money,
    Not,
    Or,
    Position,
    Qualifiers,
    Quantity,
    Trigger,
    Window,
)

__all__ = ["ROLES", "check", "number"]

ROLES = ("sponsor", "lead", "contributor", "consulted", "viewer", "administrator", "strategist")
_LONGEST_DAYS = 3653  # ten years
_WHOLE = 0.05  # of a period: months differ in length, so 90 days are three of them
# By the unit of the cadence: a sentence each, since other languages bend the word.
FEWER = {
    "day": Phrase("nothing is judged with confidence on fewer than %(least)s days of a %(kind)s"),
    "week": Phrase("nothing is judged with confidence on fewer than %(least)s weeks of a %(kind)s"),
    "month": Phrase("nothing is judged with confidence on fewer than %(least)s months of a %(kind)s"),
    "quarter": Phrase("nothing is judged with confidence on fewer than %(least)s quarters of a %(kind)s"),
}
WHOLE = {
    "day": Phrase("%(kpi)s has one value a day, so a window is a whole number of days"),
    "week": Phrase("%(kpi)s has one value a week, so a window is a whole number of weeks"),
    "month": Phrase("%(kpi)s has one value a month, so a window is a whole number of months"),
    "quarter": Phrase("%(kpi)s has one value a quarter, so a window is a whole number of quarters"),
}


def check(
    trigger: Trigger,
    kpis: Mapping[str, KpiSpec],
    *,
    currency: str | None = None,
    roles: Collection[str] = ROLES,
    tasks: Collection[str] | None = None,
    ends: bool | None = None,
) -> None:
    """Raises TriggerError at the first part that can't be judged or can't be meant.

    The `currency` of money, the names of the `tasks` and whether the stage `ends` on a day are compared only where
    they are given."""

    def walk(node: Trigger) -> None:
        match node:
            case AtLeast(count, parts) if count > len(parts):
                raise TriggerError(
                    Phrase("%(count)s of %(parts)s can never be met", count=count, parts=len(parts)), node.at
                )
            case And(parts) | Or(parts) | AtLeast(_, parts):
                for part in parts:
                    walk(part)
            case Not(part):
                walk(part)
            case Compare() | Between():
                _check_values(node, _known(node.kpi, kpis, node.at), ends)
            case Improves():
                _check_improvement(node, kpis, ends)
            case Money():
                _check_money(node, currency)
            case Feedback(value=Quantity(unit=unit)) if unit:
                amount = plain(node.value.amount)
                raise TriggerError(Phrase("feedback is a plain number"), node.value.at, suggestion=amount)
            case Approved(role) if role not in roles:
                raise _missing("role", role, roles, node.at)
            case Done("task", name) if tasks is not None and name not in tasks:
                raise _missing("task", name, tasks, node.at)

    walk(trigger)


def _missing(what: str, name: str, known: Iterable[str], at: Position) -> TriggerError:
    missing = {
        "KPI": (Phrase("there is no KPI '%(name)s'", name=name), Phrase("a KPI")),
        "role": (Phrase("there is no role '%(name)s'", name=name), Phrase("a role")),
        "task": (Phrase("there is no task '%(name)s'", name=name), Phrase("a task")),
    }
    message, expected = missing[what]
    return TriggerError(message, at, (expected,), nearest(name, known))


def _known(key: str, kpis: Mapping[str, KpiSpec], at: Position) -> KpiSpec:
    if key not in kpis:
        raise _missing("KPI", key, [*kpis, "roi", "spent", "feedback"], at)
    return kpis[key]


def _check_values(node: Compare | Between, kpi: KpiSpec, ends: bool | None) -> None:
    match node:
        case Compare(value=value):
            number(value, kpi)
            if node.op == "=" and (confidence := node.qualifiers.confidence):
                message = Phrase("no evidence can show that a value is exactly this: write 'between' with two values")
                raise TriggerError(message, confidence.at)
        case Between(low=low, high=high):
            if number(low, kpi) > number(high, kpi):
                raise TriggerError(Phrase("the first value of 'between' is above the second"), low.at)
    _check_qualifiers(node.qualifiers, kpi, node.at, ends)


def _check_improvement(node: Improves, kpis: Mapping[str, KpiSpec], ends: bool | None) -> None:
    kpi = _known(node.kpi, kpis, node.at)
    percent = f"{plain(node.by.amount)}%"
    if node.by.unit != "%":
        raise TriggerError(Phrase("an improvement is given in per cent"), node.by.at, ("%",), percent)
    if node.by.amount < 0:
        raise TriggerError(Phrase("an improvement can't be negative"), node.by.at, suggestion=percent.lstrip("-"))
    if kpi.direction is Direction.DOWN and node.by.amount > 100:
        raise TriggerError(Phrase("%(kpi)s can't fall by more than 100%%", kpi=kpi.key), node.by.at)
    if kpi.direction is Direction.WITHIN:
        message = Phrase("%(kpi)s is to stay within a range, so no direction is better: write 'between'", kpi=kpi.key)
        raise TriggerError(message, node.at)
    if node.other is None:
        if kpi.baseline is None:
            raise TriggerError(Phrase("%(kpi)s has no baseline", kpi=kpi.key), node.at)
        if kpi.baseline == 0:
            message = Phrase(
                "the baseline of %(kpi)s is 0, and nothing is a per cent of it: compare a value", kpi=kpi.key
            )
            raise TriggerError(message, node.at)
    else:
        _check_pair(kpi, _known(node.other, kpis, node.at), node.at)
    _check_qualifiers(node.qualifiers, kpi, node.at, ends)


def _check_pair(kpi: KpiSpec, other: KpiSpec, at: Position) -> None:
    if other.key == kpi.key:
        raise TriggerError(Phrase("%(kpi)s is compared with itself", kpi=kpi.key), at, suggestion="baseline")
    if other.kind is not kpi.kind:
        words = {"kpi": kpi.key, "kind": kpi.kind, "other": other.key, "its": other.kind}
        raise TriggerError(Phrase("%(kpi)s is a %(kind)s, %(other)s is a %(its)s: they can't be compared", **words), at)
    if other.unit != kpi.unit:
        words = {"kpi": kpi.key, "unit": kpi.unit, "other": other.key, "its": other.unit}
        message = Phrase(
            "the unit of %(kpi)s is '%(unit)s', that of %(other)s is '%(its)s': they can't be compared", **words
        )
        raise TriggerError(message, at)


def _check_qualifiers(qualifiers: Qualifiers, kpi: KpiSpec, at: Position, ends: bool | None) -> None:
    window, confidence, held = qualifiers.window, qualifiers.confidence, qualifiers.held
    if window:
        _check_window(window, kpi)
    if confidence and not 50 <= confidence.level < 100:
        message = Phrase("a confidence is from 50%% to below 100%%, found %(level)s%%", level=plain(confidence.level))
        raise TriggerError(message, confidence.at)
    if confidence:
        _check_confidence(confidence, window, kpi, ends)
    if window and window.mode == "for":
        if confidence:
            message = Phrase("'for' asks every single period, 'with confidence' all of them together: use 'over'")
            raise TriggerError(message, window.at, ("over",), "over")
        if held:
            raise TriggerError(Phrase("'for' and 'held' both ask for the last periods: use one of them"), window.at)
    if held and held * kpi.cadence.days > _LONGEST_DAYS:
        raise TriggerError(Phrase("'held' reaches back more than ten years"), at)


def _check_confidence(confidence: Confidence, window: Window | None, kpi: KpiSpec, ends: bool | None) -> None:
    if (
        window
        and window.mode == "over"
        and count_in(window.count, window.unit, kpi.cadence) < enough(kpi.kind, kpi.cadence)
    ):
        least, unit = enough(kpi.kind, kpi.cadence), kpi.cadence.unit.value
        message = Phrase(FEWER[unit], least=least, kind=kpi.kind)
        raise TriggerError(message, window.at, suggestion=f"over {least} {unit}s")
    if confidence.by_stage_end and window:
        message = Phrase("'by stage end' judges everything since the stage's start: leave the window out")
        raise TriggerError(message, window.at)
    if confidence.by_stage_end and ends is False:
        raise TriggerError(Phrase("'by stage end' needs a stage with dates"), confidence.at)


def _check_window(window: Window, kpi: KpiSpec) -> None:
    size = count_in(window.count, window.unit, kpi.cadence)
    if window.unit != "period":
        length = Cadence(window.unit).days
        exact = window.count * length / kpi.cadence.days
        if length < kpi.cadence.days and abs(exact - size) > _WHOLE:
            unit = kpi.cadence.unit.value
            message = Phrase(WHOLE[unit], kpi=kpi.key)
            suggestion = f"{window.mode} {size} {unit}{'s' if size > 1 else ''}"
            raise TriggerError(message, window.at, suggestion=suggestion)
    if size * kpi.cadence.days > _LONGEST_DAYS:
        raise TriggerError(Phrase("the window is longer than ten years"), window.at)


def _check_money(node: Money, currency: str | None) -> None:
    unit, amount = node.value.unit, plain(node.value.amount)
    if node.name == "roi" and unit not in ("", "%"):
        raise TriggerError(Phrase("roi is a plain number or per cent"), node.value.at, suggestion=amount)
    if node.of_budget and unit != "%":
        raise TriggerError(Phrase("a share of the budget is given in per cent"), node.value.at, ("%",), f"{amount}%")
    if node.name == "spent" and not node.of_budget:
        if unit == "%":
            raise TriggerError(Phrase("per cent of what?"), node.value.at, ("of budget",), f"{amount}% of budget")
        if currency and unit not in ("", currency):
            message = Phrase(
                "the money of this strategy is in %(currency)s, not in %(unit)s", currency=currency, unit=unit
            )
            raise TriggerError(message, node.value.at, (currency,), f"{amount} {currency}")
