from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARN = "warn"  # it works, and somebody should know
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """`fix`: what to do about it; nothing where all is well."""

    name: str
    state: State
    says: str
    fix: str = ""


def fine(name: str, says: str) -> Check:
    return Check(name, State.OK, says)


def warn(name: str, says: str, fix: str) -> Check:
    return Check(name, State.WARN, says, fix)


def bad(name: str, says: str, fix: str) -> Check:
    return Check(name, State.BAD, says, fix)
