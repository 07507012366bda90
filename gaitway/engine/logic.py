"""Kleene's three-valued logic (1952): unknown stays unknown unless the known parts already settle it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Outcome(StrEnum):
    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why an outcome is unknown."""

    NO_DATA = "no data"
    STALE = "stale"
    TOO_EARLY = "too early"
    INCONCLUSIVE = "inconclusive"  # the stage's end came before the evidence: a person extends, stops or overrides


class Proposal(StrEnum):
    """What a verdict proposes to the person who decides."""

    GO = "go"
    STOP = "stop"
    BACK = "back"


def truth(value: bool) -> Outcome:
    return Outcome.MET if value else Outcome.UNMET


def negated(outcome: Outcome) -> Outcome:
    return {Outcome.MET: Outcome.UNMET, Outcome.UNMET: Outcome.MET}.get(outcome, outcome)


def at_least(count: int, outcomes: Sequence[Outcome]) -> Outcome:
    """Met when `count` are met, unmet when no more than count - 1 still could be."""
    met = sum(outcome is Outcome.MET for outcome in outcomes)
    possible = sum(outcome is not Outcome.UNMET for outcome in outcomes)
    if met >= count:
        return Outcome.MET
    return Outcome.UNKNOWN if possible >= count else Outcome.UNMET
