"""What applying a file would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.db.models import Exists, OuterRef

from gaitway.engine.periods import Cadence
from gaitway.lib.strategyfile import Document, Fault, StrategyFileError
from gaitway.lib.strategyfile.shape import StageShape
from gaitway.models import Initiative, Kpi, Observation, Person, StageChange, Strategy
from gaitway.queries import strategies as asked

from .check import check, ladder
from .flat import NOUNS, Fields, Thing, flatten, people, stage_fields

AMENDED = ("trigger", "stop", "guardrail", "dates", "budget")


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
    _require_footing(strategy, document)
    present = flatten(asked.as_file(strategy), Path("/")) if strategy else {}
    present |= _people(document)
    begun = _begun(strategy)
    for thing in wanted:  # a stage that has begun without a plan is changed, not made
        if thing in begun and ("initiative", thing[1]) in present:
            present.setdefault(thing, stage_fields(StageShape()))
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
        amends = tuple(name for name in AMENDED if name in differing) if thing in begun else ()
        changes.append(Change("change", thing, differing, amends))
    removals = [
        Change("remove", thing)
        for thing in sorted(present, key=lambda thing: -NOUNS.index(thing[0]))
        if thing not in wanted and thing[0] != "person" and thing not in begun
    ]
    return Plan(tuple(changes), tuple(removals), unchanged)


def _require_footing(strategy: Strategy | None, document: Document) -> None:
    """A ladder keeps the stages in which initiatives stand, and numbers that are kept keep their meaning."""
    lost = Initiative.objects.filter(strategy=strategy).exclude(stage_key__in=["", *ladder(document.file).keys])
    place = ("strategy", "stages")
    faults = [document.fault(place, f"{row.key} stands in {row.stage_key}, which is no stage here") for row in lost]
    faults += _kept(strategy, document)
    if faults:
        raise StrategyFileError(document.name, faults)


def _kept(strategy: Strategy | None, document: Document) -> Iterator[Fault]:
    """A number of a day can't become one of a week, nor a count a proportion: that is another KPI."""
    known = Observation.objects.filter(kpi=OuterRef("pk"))
    calendar = document.file.strategy.calendar
    for kpi in Kpi.objects.filter(Exists(known), strategy=strategy, whole=None, key__in=document.file.kpis):
        shape = document.file.kpis[kpi.key]
        cadence = Cadence.of(shape.every, calendar.week_start, calendar.fiscal_start)
        if shape.kind != kpi.kind:
            message = f"{kpi.key} has numbers as a {kpi.kind}: to count something else, add a KPI with another key"
            yield document.fault(("kpis", kpi.key, "kind"), message)
        elif shape.every != kpi.every:
            message = f"{kpi.key} has a number for each {kpi.every}: to count otherwise, add a KPI with another key"
            yield document.fault(("kpis", kpi.key, "every"), message)
        elif cadence != kpi.cadence:
            message = f"{kpi.key} has numbers by {kpi.cadence}: the calendar can't be changed any more"
            yield document.fault(("strategy", "calendar"), message)


def _people(document: Document) -> dict[Thing, Fields]:
    """Those whom the file names and who are known already: a person may have no part in the strategy."""
    known = Person.objects.filter(email__in=people(document.file))
    return {("person", email): {"name": name} for email, name in known.values_list("email", "name")}


def _begun(strategy: Strategy | None) -> set[Thing]:
    """Every stage that has ever been entered."""
    if strategy is None:
        return set()
    entered = StageChange.objects.filter(initiative__strategy=strategy).exclude(to_stage="")
    return {("stage", *keys) for keys in entered.values_list("initiative__key", "to_stage")}
