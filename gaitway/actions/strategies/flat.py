"""A strategy file as a flat list of things with plain fields: two of them are compared line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gaitway.engine import deciders
from gaitway.lib import addresses
from gaitway.lib.strategyfile.shape import (
    AreaRolesShape,
    InitiativeShape,
    KpiShape,
    SourceShape,
    StageShape,
    StrategyFile,
)

from .check import canonical, ladder
from .kpis import areas, natural

Thing = tuple[str, ...]  # the noun, then its keys from the outside in
Fields = dict[str, Any]

NOUNS = ("strategy", "person", "area", "source", "kpi", "objective", "initiative", "stage", "task", "milestone")


def flatten(file: StrategyFile, folder: Path) -> dict[Thing, Fields]:
    """In the order of NOUNS, so that what is named by others comes first. Sources as absolute paths."""
    head = file.strategy
    things: dict[Thing, Fields] = {
        ("strategy", head.key): {
            "name": head.name,
            "period": head.period,
            "vision": head.vision,
            "calendar": head.calendar.model_dump(),
            "stages": [{"key": rung.key, "name": rung.name} for rung in ladder(file).rungs],
            "groups": {name: sorted(emails) for name, emails in head.groups.items()},
            "gates": {stage: str(deciders.parse(text)) for stage, text in head.gates.items()},
        }
    }
    for email in people(file):
        things["person", email] = {"name": file.people[email]} if email in file.people else {}
    for name, area in file.areas.items():
        things["area", name] = _roles(area)
    for key, source in file.sources.items():
        said = source if isinstance(source, SourceShape) else SourceShape(at=source)
        location = addresses.absolute(said.at, folder)
        things["source", key] = {"location": location, "options": said.options, "at_once": said.at_once}
    for key, kpi in file.kpis.items():
        things["kpi", key] = _kpi(file, kpi)
    for objective in file.objectives:
        results = [(r.kpi, natural(r.target, file.kpis[r.kpi].kind), r.due) for r in objective.key_results]
        things["objective", objective.key] = {
            "name": objective.name, "outcome": objective.outcome, "owner": objective.owner, "key results": results
        }  # fmt: skip
    pairs = [(objective.key, initiative) for objective in file.objectives for initiative in objective.initiatives]
    for objective_key, initiative in pairs:
        things["initiative", initiative.key] = _initiative(objective_key, initiative)
    for _, initiative in pairs:
        for key in ladder(file).keys:
            stage = initiative.plan().get(key)
            if stage is not None and stage != StageShape():
                things["stage", initiative.key, key] = stage_fields(stage)
    for _, initiative in pairs:
        for key, stage in initiative.plan().items():
            for task in stage.tasks:
                days = float(task.estimate) if task.estimate is not None else None
                things["task", initiative.key, key, task.name] = {
                    "owner": task.owner,
                    "accountable": task.accountable,
                    "due": task.due,
                    "estimate": days,
                }
    for _, initiative in pairs:
        for mark in initiative.milestones:
            things["milestone", initiative.key, mark.name] = {"on": mark.on}
    return things


def people(file: StrategyFile) -> list[str]:
    """Everyone whom the file names, by e-mail."""
    named: list[str | None] = [*file.people, *(kpi.owner for kpi in file.kpis.values())]
    named += [email for emails in file.strategy.groups.values() for email in emails]
    for area in file.areas.values():
        named += _named(area)
    for objective in file.objectives:
        named.append(objective.owner)
        for initiative in objective.initiatives:
            named += _named(initiative)
            tasks = [task for stage in initiative.plan().values() for task in stage.tasks]
            named += [email for task in tasks for email in (task.owner, task.accountable)]
    return [email for email in dict.fromkeys(named) if email]


def _named(place: InitiativeShape | AreaRolesShape) -> list[str | None]:
    return [place.sponsor, place.lead, *place.team, *place.consulted, *place.viewers]


def _roles(place: InitiativeShape | AreaRolesShape) -> Fields:
    """Who is what there."""
    several = {"team": place.team, "consulted": place.consulted, "viewers": place.viewers}
    return {"sponsor": place.sponsor, "lead": place.lead, **{name: sorted(who) for name, who in several.items()}}


def _kpi(file: StrategyFile, kpi: KpiShape) -> Fields:
    fields = kpi.model_dump(exclude={"query", "areas", "measure"})
    numbers = {name: natural(fields[name], kpi.kind) for name in ("baseline", "target", "tolerance")}
    return {
        **fields, **numbers,
        "sql": kpi.sql or kpi.query,
        "measure": kpi.measure.model_dump(mode="json", exclude_defaults=True) if kpi.measure else None,
        "areas": {
            area: tuple(natural(number, kpi.kind) for number in (said.baseline, said.target))
            for area, said in areas(file, kpi).items()
        },
    }  # fmt: skip


def _initiative(objective: str, initiative: InitiativeShape) -> Fields:
    return {
        "objective": objective,
        "name": initiative.name,
        "area": initiative.area,
        **_roles(initiative),
        "restricted": initiative.restricted,
        "needs": sorted(initiative.needs),
        "hypothesis": initiative.hypothesis,
        "spending": initiative.spending,
    }


def stage_fields(stage: StageShape) -> Fields:
    return {
        "dates": stage.dates,
        "budget": stage.budget,
        "trigger": canonical(stage.trigger),
        "stop": canonical(stage.stop),
        "guardrail": canonical(stage.guardrail),
        "policy": stage.policy,
        "check_in": stage.check_in,
        "checklist": list(stage.checklist),
    }
