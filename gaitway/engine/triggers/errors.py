"""What is wrong with a trigger, where, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from .tree import Position


class TriggerError(ValueError):
    """`line` and `column` count from 1. `expected` names what could stand there, in words for people;
    `suggestion` is what was probably meant."""

    def __init__(
        self,
        message: str,
        at: Position = Position(),  # noqa: B008  # frozen
        expected: tuple[str, ...] = (),
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message, at, expected, suggestion)
        self.message = message  # `said.Phrase`: it can be said in another language
        self.line = at.line
        self.column = at.column
        self.expected = expected
        self.suggestion = suggestion

    def __str__(self) -> str:
        text = f"line {self.line}, column {self.column}: {self.message}"
        if self.suggestion and not self.message.endswith(self.suggestion):
            text += f"; did you mean {self.suggestion}?"
        return text


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word most like `word`, whatever the case, or None where none is like it."""
    names = {name.casefold(): name for name in sorted(known)}
    close = get_close_matches(word.casefold(), names, n=1, cutoff=cutoff)
    return names[close[0]] if close else None


def place(text: str, offset: int) -> Position:
    """Where the character at `offset` stands."""
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
