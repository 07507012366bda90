"""What can be changed of an initiative, as its form shows it, and whether somebody else changed it meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, QuerySet

from gaitway.engine.kpis import Kind
from gaitway.models import Area, Initiative, Kpi, Objective, Person, Role, Stage, Strategy
from gaitway.queries import rights
from gaitway.queries.stages import begun
from gaitway.queries.values import Choice

FIELDS = ("name", "hypothesis", "objective", "area", "restricted", "spending", "needs")
GUARDED = ("area", "restricted")  # they say who sees it and who decides in it: for those who see everything


@dataclass(frozen=True, slots=True)
class StagePlan:
    key: str
    name: str
    starts: date | None
    ends: date | None
    budget: float | None
    currency: str
    begun: bool
    checklist: list[tuple[int, str]]
    may_plan: bool


@dataclass(frozen=True, slots=True)
class EditPage:
    """`hidden`: how many of those that it needs first the viewer may not see; they stay."""

    key: str
    name: str
    values: Mapping[str, Any]
    version: str
    versions: Mapping[str, str]
    objectives: list[Choice]
    areas: list[str]
    kpis: list[Choice]
    others: list[Choice]
    hidden: int
    stages: list[StagePlan]
    may: frozenset[str]
    may_retire: bool
    retired: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """What a new initiative may be made of; `like`: the one whose plan it takes over, or nothing."""

    objectives: list[Choice]
    areas: list[str]
    people: list[Person]
    like: Initiative | None
    likes: list[Choice]
    rungs: list[tuple[str, str]]
    may_name_areas: bool


def may_begin(viewer: Person) -> tuple[bool, bool]:
    """Whether the viewer may put an initiative forward anywhere, and whether there is a strategy of which they run a
    review. One query at most."""
    if viewer.sees_all:
        return viewer.is_active, viewer.is_active
    owned = Objective.objects.visible_to(viewer).filter(retired_at=None, owner=viewer)
    sponsored = Initiative.objects.filter(rights.held_by(viewer, Role.Kind.SPONSOR))
    asked = Person.objects.filter(pk=viewer.pk, is_active=True).values_list(Exists(owned), Exists(sponsored))
    return asked.first() or (False, False)


def blank(viewer: Person, like: str) -> Blank | None:
    """None where the viewer may add nothing anywhere."""
    rows = Objective.objects.visible_to(viewer).filter(retired_at=None).select_related("strategy")
    mine = [each for each in rows if rights.may_add(viewer, each)]
    if not mine:
        return None
    known = Initiative.objects.visible_to(viewer).current().select_related("strategy", "objective", "area")
    found = [each for each in known if f"{each.strategy.key}/{each.key}" == like]
    ladder = (found[0].strategy if found else mine[0].strategy).ladder
    return Blank(
        [Choice(f"{each.strategy.key}/{each.key}", each.name) for each in mine], areas(),
        list(Person.objects.visible_to(viewer).filter(is_active=True, is_system=False)), found[0] if found else None,
        [Choice(f"{each.strategy.key}/{each.key}", each.name) for each in known],
        [(rung.key, rung.name) for rung in ladder.rungs], viewer.sees_all,
    )  # fmt: skip


def objective(viewer: Person, key: str) -> Objective:
    """By `strategy/objective`. Raises Objective.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    rows = Objective.objects.visible_to(viewer).filter(retired_at=None).select_related("strategy")
    found: Objective = rows.get(strategy__key=strategy, key=name)
    return found


def find(viewer: Person, key: str, *, retired: bool = False) -> Initiative:
    """By `strategy/initiative`; `retired`: also one that was retired. Raises Initiative.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    rows = Initiative.objects.visible_to(viewer).select_related("strategy", "objective", "area", "spending__strategy")
    return (rows if retired else rows.current()).get(strategy__key=strategy, key=name)


def values(initiative: Initiative) -> dict[str, Any]:
    """As they are kept in events, and sent back: things by their keys."""
    return {
        "name": initiative.name,
        "hypothesis": initiative.hypothesis,
        "objective": initiative.objective.key,
        "area": initiative.area.name if initiative.area else "",
        "restricted": initiative.restricted,
        "spending": initiative.spending.key if initiative.spending else "",
        "needs": sorted(initiative.needs.values_list("key", flat=True)),
    }


def version(initiative: Initiative, names: Iterable[str] = FIELDS) -> str:
    """Another one as soon as one of these fields is another."""
    return _digest(values(initiative), names)


def _digest(known: Mapping[str, Any], names: Iterable[str]) -> str:
    said = json.dumps([known[name] for name in sorted(names)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def page(viewer: Person, key: str) -> EditPage:
    initiative = find(viewer, key, retired=True)
    known = values(initiative)
    seen = others(viewer, initiative.strategy).exclude(pk=initiative.pk)
    shown = {each.key for each in seen}
    may = rights.may_change(viewer, initiative)
    return EditPage(
        key, initiative.name, {**known, "needs": [each for each in known["needs"] if each in shown]},
        _digest(known, FIELDS), {name: _digest(known, [name]) for name in FIELDS},
        [Choice(each.key, each.name) for each in objectives(initiative.strategy)], areas(),
        [Choice(each.key, each.name) for each in spendings(viewer, initiative.strategy)],
        [Choice(each.key, each.name) for each in seen], len(set(known["needs"]) - shown),
        [_plan(viewer, stage) for stage in _stages(initiative)],
        frozenset(name for name in FIELDS if may and (name not in GUARDED or viewer.sees_all)),
        rights.may_retire(viewer), initiative.retired_at is not None,
    )  # fmt: skip


def objectives(strategy: Strategy) -> QuerySet[Objective]:
    return strategy.objectives.filter(retired_at=None)


def areas() -> list[str]:
    return list(Area.objects.order_by("name").values_list("name", flat=True))


def spendings(viewer: Person, strategy: Strategy) -> QuerySet[Kpi]:
    """The KPIs that may count the money of an initiative."""
    rows = Kpi.objects.visible_to(viewer).filter(strategy=strategy, retired_at=None, whole=None, kind=Kind.COUNT)
    return rows.select_related("strategy").order_by("name")


def others(viewer: Person, strategy: Strategy) -> QuerySet[Initiative]:
    return Initiative.objects.visible_to(viewer).current().filter(strategy=strategy)


def stage_of(initiative: Initiative, key: str) -> Stage:
    """The plan of a rung of the ladder, not kept yet where there is none. Raises Stage.DoesNotExist."""
    if key not in initiative.ladder.keys:
        raise Stage.DoesNotExist
    found = Stage.objects.select_related("initiative__strategy").filter(initiative=initiative, key=key).first()
    return found or Stage(initiative=initiative, key=key)


def plan(viewer: Person, initiative: Initiative, key: str) -> StagePlan:
    return _plan(viewer, stage_of(initiative, key))


def _stages(initiative: Initiative) -> list[Stage]:
    rows = initiative.stages.select_related("initiative__strategy").prefetch_related("checklist")
    kept = {stage.key: stage for stage in rows}
    return [kept.get(key) or Stage(initiative=initiative, key=key) for key in initiative.ladder.keys]


def _plan(viewer: Person, stage: Stage) -> StagePlan:
    entered = begun(stage)
    return StagePlan(
        stage.key, stage.initiative.ladder.name(stage.key), stage.starts, stage.ends,
        float(stage.budget) if stage.budget is not None else None, stage.currency, entered,
        [(item.pk, item.text) for item in stage.checklist.all()] if stage.pk else [],
        rights.may_plan(viewer, stage.initiative, begun=entered),
    )  # fmt: skip
