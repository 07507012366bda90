"""What applying a file would change."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gaitway.lib.strategyfile import Document
from gaitway.models import StageChange, Strategy
from gaitway.queries import strategies as asked

from .check import check
from .flat import NOUNS, Thing, flatten

AMENDED = ("trigger", "stop", "dates", "budget")


@dataclass(frozen=True, slots=True)
class Change:
    action: Literal["create", "change", "remove"]
    thing: Thing
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # name: before, after
    amends: tuple[str, ...] = ()  # the fields of a stage that has begun


@dataclass(frozen=True, slots=True)
class Plan:
    """`removals` are carried out only where pruning is asked for."""

    changes: tuple[Change, ...]
    removals: tuple[Change, ...]
    unchanged: int

    @property
    def amendments(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.amends)


def plan(document: Document) -> Plan:
    """Raises StrategyFileError where the file can't be applied."""
    check(document)
    wanted = flatten(document.file, document.folder)
    strategy = Strategy.objects.filter(key=document.file.strategy.key).first()
    present = flatten(asked.as_file(strategy), Path("/")) if strategy else {}
    begun = _begun(strategy)
    changes, unchanged = [], 0
    for thing, fields in wanted.items():
        before = present.get(thing)
        if before is None:
            changes.append(Change("create", thing, {name: (None, value) for name, value in fields.items()}))
            continue
        differing = {name: (before.get(name), value) for name, value in fields.items() if before.get(name) != value}
        if not differing:
            unchanged += 1
            continue
        amends = tuple(name for name in AMENDED if name in differing) if thing[1:] in begun else ()
        changes.append(Change("change", thing, differing, amends))
    removals = [
        Change("remove", thing)
        for thing in sorted(present, key=lambda thing: -NOUNS.index(thing[0]))
        if thing not in wanted and thing[0] != "person" and thing[1:] not in begun
    ]
    return Plan(tuple(changes), tuple(removals), unchanged)


def _begun(strategy: Strategy | None) -> set[tuple[str, ...]]:
    """(initiative, stage) of every stage that has ever been entered."""
    if strategy is None:
        return set()
    entered = StageChange.objects.filter(initiative__strategy=strategy).exclude(to_stage="")
    return set(entered.values_list("initiative__key", "to_stage"))
