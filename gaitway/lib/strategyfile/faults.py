from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, and where: line and column count from 1."""

    line: int
    column: int
    message: str


class StrategyFileError(ValueError):
    """A file that can't be applied. Every fault that was found, in the order of the file."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.name = name
        self.faults = sorted(set(faults))
        super().__init__("\n".join(f"{name}:{f.line}:{f.column}: {f.message}" for f in self.faults))


def nearest(word: str, known: Iterable[str]) -> str:
    """`, did you mean 'budget'?`, or nothing."""
    matches = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f", did you mean {matches[0]!r}?" if matches else ""
