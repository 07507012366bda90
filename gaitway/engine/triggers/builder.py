"""Builds the tree of a trigger from the tokens of the grammar's rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, cast

from lark import Token, Transformer, v_args

from ..phrases import Phrase
from .errors import TriggerError
from .tree import (
    After,
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
    Op,
    Or,
    Position,
    Qualifiers,
    Quantity,
    Trigger,
    Unit,
    Window,
)
from .words import CURRENCIES, OPERATORS, SLIPS, phrases, short

_MOST_DIGITS = 15  # what a float holds exactly


def position(token: Token) -> Position:
    return Position(token.line or 1, token.column or 1)


class _Qualifier(NamedTuple):
    name: Literal["window", "confidence", "held"]
    word: Token
    value: Window | Confidence | int


def _qualifiers(parts: Sequence[_Qualifier]) -> Qualifiers:
    found: dict[str, Any] = {}
    for name, word, value in parts:
        if name in found:
            second = {
                "window": Phrase("a second window (over, for): a criterion has one"),
                "confidence": Phrase("a second confidence: a criterion has one"),
                "held": Phrase("a second held: a criterion has one"),
            }
            raise TriggerError(second[name], position(word))
        found[name] = value
    return Qualifiers(**found)


def _amount(token: Token) -> Decimal:
    if sum(map(str.isdigit, token)) > _MOST_DIGITS:
        message = Phrase(
            "a number has %(most)s digits at most, found '%(found)s'", most=_MOST_DIGITS, found=short(token)
        )
        raise TriggerError(message, position(token))
    return Decimal(token)


def _count(token: Token) -> int:
    amount = _amount(token)
    if amount < 1 or amount != int(amount):
        expected = Phrase("a whole number from 1")
        message = Phrase("expected %(expected)s, found '%(found)s'", expected=expected, found=str(token))
        raise TriggerError(message, position(token), (expected,))
    return int(amount)


def _op(token: Token) -> Op:
    if token not in OPERATORS:
        expected = phrases({"OPERATOR"})
        message = Phrase("expected %(expected)s, found '%(found)s'", expected=expected[0], found=short(token))
        raise TriggerError(message, position(token), expected, SLIPS.get(token))
    return cast(Op, OPERATORS[token])


def _text(token: Token) -> str:
    inside = token[1:-1]
    if wrong := re.search(r'\\[^"\\]', re.sub(r'\\["\\]', "  ", inside)):
        place = Position(position(token).line, position(token).column + 1 + wrong.start())
        message = Phrase("a backslash stands before \" or \\ only, found '%(found)s'", found=wrong.group())
        raise TriggerError(message, place)
    if not inside.strip():
        raise TriggerError(Phrase("the name between the quotes is empty"), position(token))
    return re.sub(r"\\(.)", r"\1", inside)


@v_args(inline=True)
class Builder(Transformer[Token, Trigger]):
    """One method for each rule of the grammar, with its children as arguments."""

    def any_of(self, *parts: Trigger) -> Or:
        return Or(parts, at=parts[0].at)

    def all_of(self, *parts: Trigger) -> And:
        return And(parts, at=parts[0].at)

    def negation(self, word: Token, part: Trigger) -> Not:
        return Not(part, at=position(word))

    def at_least(self, count: Token, *parts: Trigger) -> AtLeast:
        return AtLeast(_count(count), parts, at=position(count))

    def compare(self, kpi: Token, op: Token, value: Quantity, *rest: _Qualifier) -> Compare:
        return Compare(str(kpi), _op(op), value, _qualifiers(rest), at=position(kpi))

    def between(self, kpi: Token, low: Quantity, high: Quantity, *rest: _Qualifier) -> Between:
        return Between(str(kpi), low, high, _qualifiers(rest), at=position(kpi))

    def improves(self, kpi: Token, other: Token, by: Quantity, *rest: _Qualifier) -> Improves:
        name = None if other.type == "BASELINE" else str(other)
        return Improves(str(kpi), name, by, _qualifiers(rest), at=position(kpi))

    def money(self, name: Token, op: Token, value: Quantity) -> Money:
        return Money("roi" if name.type == "ROI" else "spent", _op(op), value, at=position(name))

    def money_of_budget(self, name: Token, op: Token, value: Quantity) -> Money:
        return Money("spent", _op(op), value, of_budget=True, at=position(name))

    def done(self, what: Token) -> Done:
        return Done("tasks" if what.type == "TASKS" else "checklist", at=position(what))

    def task_done(self, word: Token, name: Token) -> Done:
        return Done("task", _text(name), at=position(word))

    def approved(self, word: Token, role: Token) -> Approved:
        return Approved(str(role), at=position(word))

    def feedback(self, word: Token, op: Token, value: Quantity, answers: Token | None) -> Feedback:
        return Feedback(_op(op), value, _count(answers) if answers else None, at=position(word))

    def after(self, word: Token, day: Token) -> After:
        try:
            return After(date.fromisoformat(day), at=position(word))
        except ValueError:
            expected = phrases({"DATE"})
            message = Phrase("there is no day '%(day)s': write %(expected)s", day=str(day), expected=expected[0])
            raise TriggerError(message, position(day), expected) from None

    def quantity(self, number: Token, unit: Token | None) -> Quantity:
        return Quantity(_amount(number), CURRENCIES.get(unit, str(unit)) if unit else "", at=position(number))

    def signed(self, sign: Token, number: Token) -> Quantity:
        return Quantity(_amount(number), CURRENCIES[sign], at=position(sign))

    def window(self, mode: Token, count: Token, unit: Token) -> _Qualifier:
        one = cast("Unit | Literal['period']", unit.lower().removesuffix("s"))
        kind: Literal["over", "for"] = "over" if mode.type == "OVER" else "for"
        return _Qualifier("window", mode, Window(kind, _count(count), one, at=position(mode)))

    def confidence(self, word: Token, level: Token, end: Token | None) -> _Qualifier:
        return _Qualifier("confidence", word, Confidence(_amount(level), end is not None, at=position(word)))

    def held(self, word: Token, count: Token, _unit: Token) -> _Qualifier:
        return _Qualifier("held", word, _count(count))
