"""What an event says to one reader at the moment at which it is told. Nothing of it is kept: who lost the right to see an
event meanwhile is not told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gaitway.models import Event, Kpi, Person, Stage
from gaitway.models.preference import Group
from gaitway.queries import events
from gaitway.queries.values import Target
from gaitway.queries.words import happenings


@dataclass(frozen=True, slots=True)
class Message:
    """`decide`: the reader is asked for a decision, at `target`."""

    kind: str
    group: str
    title: str
    body: str
    at: datetime
    target: Target | None
    about: str = ""
    decide: bool = False


def of(event: Event, stage: Stage | None = None) -> Message:
    """`stage`: the gate that the reader has to decide. Whether the reader may see it is asked by who calls."""
    item = events.items([event])[0]
    name = item.actor.name if item.actor else "Gaitway"
    target, about = item.target, item.target.name if item.target else ""
    if stage is not None and target is not None:
        target = Target("gate", f"{target.key}/{stage.key}", target.name)
    if event.kind == Event.Kind.CHECK_IN_DUE and target is not None:
        target = Target("check_in", target.key, target.name)
    if event.kind in _OF_A_KPI and event.strategy is not None:
        target = Target("kpi", f"{event.strategy.key}/{event.data['kpi']}", event.data["name"])
    if event.kind in _OF_A_TASK:
        target = Target("task", event.data["task_id"], event.data["task"])
    said = f"{name} {happenings.said(event).text.rstrip(':')}"
    place = about if event.kind in _OF_A_TASK else target.name if target else ""
    title = f"{place}: {said}" if place else said
    return Message(
        event.kind, Group.of(event.kind) or "", title, item.quote, event.at, target, about, decide=stage is not None
    )


_OF_A_TASK = (Event.Kind.TASK_ADDED, Event.Kind.TASK_GIVEN, Event.Kind.COMMENTED)
_OF_A_KPI = (Event.Kind.OWED, Event.Kind.REVISED)


def for_person(event: Event, person: Person) -> bool:
    """Whether this person may see it now."""
    if not Event.objects.visible_to(person).filter(pk=event.pk).exists():
        return False
    return event.kind not in _OF_A_KPI or _kpi_of(event, person)


def for_everyone(event: Event) -> bool:
    """Whether any member of the house may see it now, without a role: what a room may hear whose readers nobody knows."""
    fresh = Event.objects.select_related("initiative").get(pk=event.pk)
    if fresh.initiative is not None and fresh.initiative.restricted:
        return False
    restricted = Kpi.objects.filter(strategy=event.strategy_id, key=event.data.get("kpi", ""))
    return event.kind not in _OF_A_KPI or not restricted.filter(stages__initiative__restricted=True).exists()


def _kpi_of(event: Event, person: Person) -> bool:
    mine = Kpi.objects.visible_to(person)
    return mine.filter(strategy=event.strategy_id, key=event.data["kpi"]).exists()
