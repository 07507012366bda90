"""A trigger as text in its one canonical form: `parse(show(trigger)) == trigger`."""

from __future__ import annotations

from decimal import Decimal

from .tree import (
    After,
    And,
    Approved,
    AtLeast,
    Between,
    Compare,
    Done,
    Feedback,
    Improves,
    Money,
    Not,
    Or,
    Qualifiers,
    Quantity,
    Trigger,
)


def show(trigger: Trigger) -> str:
    """Canonical text on one line: lower case, one space, the fewest parentheses."""
    match trigger:
        case Or(parts):
            return " or ".join(_inside(part, Or) for part in parts)
        case And(parts):
            return " and ".join(_inside(part, Or, And) for part in parts)
        case Not(part):
            return f"not {_inside(part, Or, And, Not)}"
        case AtLeast(count, parts):
            return f"{count} of ({', '.join(map(show, parts))})"
        case Compare(kpi, op, value, qualifiers):
            return f"{kpi} {op} {quantity(value)}{_qualified(qualifiers)}"
        case Between(kpi, low, high, qualifiers):
            return f"{kpi} between {quantity(low)} and {quantity(high)}{_qualified(qualifiers)}"
        case Improves(kpi, other, by, qualifiers):
            return f"{kpi} improves on {other or 'baseline'} by {quantity(by)}{_qualified(qualifiers)}"
        case Money(name, op, value, of_budget):
            return f"{name} {op} {quantity(value)}{' of budget' if of_budget else ''}"
        case Done("task", name):
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            return f'task "{quoted}" done'
        case Done(what):
            return f"{what} done"
        case Approved(role):
            return f"approved by {role}"
        case Feedback(op, value, answers):
            least = f" from {_counted(answers, 'answer')}" if answers else ""
            return f"feedback {op} {quantity(value)}{least}"
        case After(day):
            return f"after {day.isoformat()}"


def quantity(value: Quantity) -> str:
    """`3%`, `40 EUR`, `25`"""
    return plain(value.amount) + (value.unit if value.unit in ("", "%") else f" {value.unit}")


def plain(amount: Decimal) -> str:
    """The shortest way to write the number without an exponent."""
    digits = f"{amount:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def _inside(part: Trigger, *looser: type[Trigger]) -> str:
    return f"({show(part)})" if isinstance(part, looser) else show(part)


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _qualified(qualifiers: Qualifiers) -> str:
    text = ""
    if window := qualifiers.window:
        text += f" {window.mode} {_counted(window.count, window.unit)}"
    if confidence := qualifiers.confidence:
        text += f" with {plain(confidence.level)}% confidence"
        text += " by stage end" if confidence.by_stage_end else ""
    if qualifiers.held:
        text += f" held {_counted(qualifiers.held, 'period')}"
    return text
