"""Where an initiative stands and how it may move: one table, from which the documentation's diagram is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .phrases import Phrase


class State(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class Move(StrEnum):
    PROPOSE = "propose"
    START = "start"
    GO = "go"
    CONDITIONAL_GO = "conditional go"
    HOLD = "hold"
    BACK = "back"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Rung:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The stages in their order. A team may rename or insert stages; keys are unique and there is at least one."""

    rungs: tuple[Rung, ...]
    keys: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        keys = tuple(rung.key for rung in self.rungs)
        if not keys:
            raise ValueError("a ladder needs at least one stage")
        if len(set(keys)) != len(keys):
            raise ValueError("a ladder names each stage once")
        object.__setattr__(self, "keys", keys)  # once: rows by the thousand ask for them

    def name(self, key: str) -> str:
        return self.rungs[self.position(key)].name

    def position(self, key: str) -> int:
        """0 for the first stage; ValueError for a stage that isn't on this ladder."""
        try:
            return self.keys.index(key)
        except ValueError:
            raise ValueError(f"no stage {key!r} on the ladder {', '.join(self.keys)}") from None

    def shifted(self, key: str, by: int) -> str | None:
        """The stage `by` steps up (or down) from `key`, or None past either end."""
        position = self.position(key) + by
        return self.keys[position] if 0 <= position < len(self.rungs) else None


GAITS = Ladder((Rung("crawl", "Crawl"), Rung("walk", "Walk"), Rung("run", "Run")))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an initiative stands. Every place but `proposed` names its stage."""

    state: State
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A legal move: from which state, to which, and how many stages up the ladder."""

    move: Move
    source: State | None
    target: State
    up: int = 0


MOVES: tuple[Rule, ...] = (
    Rule(Move.PROPOSE, None, State.PROPOSED),
    Rule(Move.START, State.PROPOSED, State.ACTIVE),
    Rule(Move.GO, State.ACTIVE, State.ACTIVE, up=1),
    Rule(Move.CONDITIONAL_GO, State.ACTIVE, State.ACTIVE, up=1),
    Rule(Move.HOLD, State.ACTIVE, State.ACTIVE),
    Rule(Move.BACK, State.ACTIVE, State.ACTIVE, up=-1),
    Rule(Move.PAUSE, State.ACTIVE, State.PAUSED),
    Rule(Move.RESUME, State.PAUSED, State.ACTIVE),
    Rule(Move.STOP, State.ACTIVE, State.STOPPED),
    Rule(Move.STOP, State.PAUSED, State.STOPPED),
    Rule(Move.STOP, State.PROPOSED, State.STOPPED),
    Rule(Move.FINISH, State.ACTIVE, State.FINISHED),
)


ENTERS = frozenset({Move.START, Move.GO, Move.CONDITIONAL_GO, Move.BACK})
"""The moves with which a stage begins (anew)."""


class IllegalMove(ValueError):
    """The table has no such move from here. Nothing was changed."""


def after(place: Place | None, move: Move, ladder: Ladder = GAITS) -> Place:
    """The place to which `move` leads from `place` (None: not yet proposed). Raises IllegalMove."""
    state = place.state if place else None
    for rule in MOVES:
        if rule.move is move and rule.source is state:
            break
    else:
        words: dict[str, object] = {
            "move": Phrase(move),
            "state": Phrase(state) if state else Phrase("not proposed yet"),
        }
        raise IllegalMove(Phrase("can't %(move)s an initiative that is %(state)s", **words))
    stage = place.stage if place else None
    if move is Move.START:
        return Place(rule.target, ladder.keys[0])
    if stage is None:
        return Place(rule.target, None)
    reached = ladder.shifted(stage, rule.up)
    if reached is None:
        there: dict[str, object] = {"move": Phrase(move), "stage": stage}
        last = Phrase("can't %(move)s: %(stage)s is the last stage", **there)
        raise IllegalMove(last if rule.up > 0 else Phrase("can't %(move)s: %(stage)s is the first stage", **there))
    if move is Move.FINISH and ladder.shifted(stage, 1) is not None:
        message = Phrase("can't finish in %(stage)s: %(last)s is the last stage", stage=stage, last=ladder.keys[-1])
        raise IllegalMove(message)
    return Place(rule.target, reached)


def legal(place: Place | None, ladder: Ladder = GAITS) -> tuple[Move, ...]:
    """Every move that `after` accepts from here, in the order of the table."""
    found = []
    for move in dict.fromkeys(rule.move for rule in MOVES):
        try:
            after(place, move, ladder)
        except IllegalMove:
            continue
        found.append(move)
    return tuple(found)


def diagram() -> str:
    """The table as a Mermaid state diagram, as printed in docs/stages.md."""
    lines = ["stateDiagram-v2"]
    for rule in MOVES:
        shift = {1: ", next stage", -1: ", stage before"}.get(rule.up, "")
        lines.append(f"    {rule.source or '[*]'} --> {rule.target}: {rule.move}{shift}")
    return "\n".join(lines)
