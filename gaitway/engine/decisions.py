"""What can be decided at a gate, and when that goes against the evidence."""

from __future__ import annotations

from enum import StrEnum

from .logic import Outcome
from .stages import IllegalMove, Ladder, Move, Place, after


class Choice(StrEnum):
    GO = "go"
    CONDITIONAL_GO = "conditional go"
    HOLD = "hold"
    BACK = "back"
    STOP = "stop"


def against(choice: Choice, trigger: str, stop: str, guard: str = "") -> bool:
    """Whether a choice goes against the outcomes of the trigger, the stop rule and the guardrails ("" where there is
    none): going on without a trigger that is met, or although the stop rule is, or a guardrail is broken; staying
    although the stop rule is met; stopping or stepping back although the trigger is met and nothing has turned."""
    stopping, turned = stop == Outcome.MET, guard == Outcome.UNMET
    match choice:
        case Choice.GO:
            return stopping or turned or trigger != Outcome.MET
        case Choice.CONDITIONAL_GO:
            return stopping or turned or trigger == Outcome.UNMET
        case Choice.HOLD:
            return stopping
        case _:
            return trigger == Outcome.MET and not stopping and not turned


def move(choice: Choice, stage: str, ladder: Ladder) -> Move:
    """The move that carries a choice out: to go on from the last stage is to finish."""
    if choice is Choice.GO and ladder.shifted(stage, 1) is None:
        return Move.FINISH
    return Move(choice)


def open_to(place: Place, ladder: Ladder) -> tuple[Choice, ...]:
    """The choices that the table of moves allows here."""
    found = []
    for choice in Choice:
        try:
            after(place, move(choice, place.stage or "", ladder) if place.stage else Move(choice), ladder)
        except (IllegalMove, ValueError):
            continue
        found.append(choice)
    return tuple(found)
