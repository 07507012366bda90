"""What the shape of a strategy file can't say: that names meet, triggers can be judged and nothing goes in circles."""

from __future__ import annotations

import graphlib
from collections.abc import Iterator, Sequence

from gaitway.engine import deciders, guards, triggers
from gaitway.engine.kpis import Kind
from gaitway.engine.stages import GAITS, Ladder, Rung
from gaitway.lib.strategyfile import Document, Fault, StrategyFileError
from gaitway.lib.strategyfile.faults import nearest
from gaitway.lib.strategyfile.shape import InitiativeShape, StageShape, StrategyFile

from .kpis import check_kpis, check_number, check_sources, specs

Path = tuple[str | int, ...]


def ladder(file: StrategyFile) -> Ladder:
    if file.strategy.stages is None:
        return GAITS
    return Ladder(tuple(Rung(rung.key, rung.name) for rung in file.strategy.stages))


def canonical(trigger: str) -> str:
    """The one way in which a trigger is kept and compared."""
    return triggers.show(triggers.parse(trigger)) if trigger.strip() else ""


def check(document: Document) -> None:
    """Raises StrategyFileError with every fault."""
    faults = [
        *_head(document),
        *check_sources(document),
        *check_kpis(document),
        *_areas(document),
        *_objectives(document),
        *_circles(document),
    ]
    if faults:
        raise StrategyFileError(document.name, faults)


def _gates(document: Document) -> Iterator[Fault]:
    """Who decides: stages of the ladder, groups that there are, and enough people in each."""
    head, rungs = document.file.strategy, ladder(document.file).keys
    if deciders.SPONSOR in head.groups:
        yield document.fault(("strategy", "groups", deciders.SPONSOR, ""), "'sponsor' is the one of each initiative")
    for key, text in head.gates.items():
        path: Path = ("strategy", "gates", key)
        if key not in rungs:
            yield document.fault((*path, ""), f"there is no stage {key!r} on the ladder {', '.join(rungs)}")
        try:
            rule = deciders.parse(text)
        except deciders.BadRule as error:
            yield document.fault(path, str(error))
            continue
        for need in rule.needs:
            if need.party != deciders.SPONSOR and need.party not in head.groups:
                hint = nearest(need.party, [deciders.SPONSOR, *head.groups])
                yield document.fault(path, f"there is no group {need.party!r}{hint}: name it under groups")
            elif need.party in head.groups and len(head.groups[need.party]) < need.count:
                yield document.fault(path, f"{need.party} has {len(head.groups[need.party])} people, not {need.count}")
        if not rule.alone:
            yield from _automatic(document, key)


def _automatic(document: Document, key: str) -> Iterator[Fault]:
    for i, objective in enumerate(document.file.objectives):
        for j, initiative in enumerate(objective.initiatives):
            stage = initiative.plan().get(key)
            if stage is not None and stage.policy == "automatic":
                at: Path = ("objectives", i, "initiatives", j)
                at += ("stages", key) if key in initiative.stages else (key,)
                message = f"several people decide at the gate of {key}: it can't be left automatically"
                yield document.fault((*at, "policy"), message)


def _head(document: Document) -> Iterator[Fault]:
    yield from _gates(document)
    rungs = document.file.strategy.stages
    if rungs is None:
        return
    path: Path = ("strategy", "stages")
    if not rungs:
        yield document.fault(path, "a ladder needs at least one stage")
    for i, rung in enumerate(rungs):
        if rung.key in [before.key for before in rungs[:i]]:
            yield document.fault((*path, i, "key"), f"the stage {rung.key!r} stands here twice")


def _areas(document: Document) -> Iterator[Fault]:
    """Roles in an area that nothing belongs to would do nothing, unseen."""
    file = document.file
    known = {
        initiative.area for objective in file.objectives for initiative in objective.initiatives if initiative.area
    }
    known |= {area for kpi in file.kpis.values() for area in kpi.areas}
    for name in file.areas:
        if name not in known:
            hint = nearest(name, known)
            yield document.fault(("areas", name, ""), f"no initiative and no KPI is in the area {name!r}{hint}")


def _objectives(document: Document) -> Iterator[Fault]:
    objectives, initiatives = set(), set()
    for i, objective in enumerate(document.file.objectives):
        path: Path = ("objectives", i)
        if objective.key in objectives:
            yield document.fault((*path, "key"), f"the objective {objective.key!r} stands here twice")
        objectives.add(objective.key)
        for j, result in enumerate(objective.key_results):
            at: Path = (*path, "key_results", j)
            kpi = document.file.kpis.get(result.kpi)
            if kpi is None:
                hint = nearest(result.kpi, document.file.kpis)
                yield document.fault((*at, "kpi"), f"there is no KPI {result.kpi!r}{hint}")
            else:
                yield from check_number(document, (*at, "target"), result.target, kpi)
            if result.kpi in [before.kpi for before in objective.key_results[:j]]:
                yield document.fault((*at, "kpi"), f"the KPI {result.kpi!r} stands here twice")
        for j, initiative in enumerate(objective.initiatives):
            here: Path = (*path, "initiatives", j)
            if initiative.key in initiatives:
                yield document.fault((*here, "key"), f"the initiative {initiative.key!r} stands here twice")
            initiatives.add(initiative.key)
            yield from _initiative(document, here, initiative)


def _initiative(document: Document, path: Path, initiative: InitiativeShape) -> Iterator[Fault]:
    rungs = ladder(document.file).keys
    plan = initiative.plan()
    if initiative.stage and initiative.stage not in rungs:
        hint = nearest(initiative.stage, rungs)
        yield document.fault((*path, "stage"), f"there is no stage {initiative.stage!r}{hint}")
    if initiative.state == "proposed" and initiative.stage:
        yield document.fault((*path, "stage"), "a proposed initiative is in no stage yet")
    if initiative.state == "finished" and initiative.stage not in (None, rungs[-1]):
        yield document.fault((*path, "stage"), f"an initiative is finished in its last stage, {rungs[-1]}")
    yield from _spending(document, (*path, "spending"), initiative)
    marks = [mark.name for mark in initiative.milestones]
    for m, name in enumerate(marks):
        if name in marks[:m]:
            yield document.fault((*path, "milestones", m, "name"), f"the milestone {name!r} stands here twice")
    for key, stage in plan.items():
        at: Path = (*path, "stages", key) if key in initiative.stages else (*path, key)
        if key not in rungs:
            hint = nearest(key, rungs)
            yield document.fault((*at, ""), f"there is no stage {key!r} on the ladder {', '.join(rungs)}{hint}")
        names = [task.name for task in stage.tasks]
        for t, name in enumerate(names):
            if name in names[:t]:
                yield document.fault((*at, "tasks", t, "name"), f"the task {name!r} stands here twice")
        for field in ("trigger", "stop", "guardrail"):
            yield from _trigger(document, (*at, field), stage, names, initiative.area)


def _spending(document: Document, path: Path, initiative: InitiativeShape) -> Iterator[Fault]:
    if initiative.spending is None:
        return
    kpi = document.file.kpis.get(initiative.spending)
    if kpi is None:
        hint = nearest(initiative.spending, document.file.kpis)
        yield document.fault(path, f"there is no KPI {initiative.spending!r}{hint}")
    elif Kind(kpi.kind) is not Kind.COUNT:
        yield document.fault(
            path, f"spending is a count of money in each period, and {initiative.spending!r} a {kpi.kind}"
        )
    else:
        for stage in initiative.plan().values():
            if stage.budget is not None and stage.budget[1] != kpi.unit:
                unit = kpi.unit or "nothing"
                yield document.fault(
                    path, f"{initiative.spending!r} counts {unit}, but a budget is in {stage.budget[1]}"
                )
                return


def _trigger(
    document: Document, path: Path, stage: StageShape, tasks: Sequence[str], area: str | None
) -> Iterator[Fault]:
    text = getattr(stage, str(path[-1]))
    if not text:
        return
    try:
        trigger = triggers.parse(text)
        triggers.check(trigger, specs(document.file, area), tasks=tasks, ends=stage.dates is not None)
        if path[-1] == "guardrail":
            guards.declared(trigger)
    except triggers.TriggerError as error:
        hint = f", did you mean {error.suggestion!r}?" if error.suggestion else ""
        yield document.fault(path, error.message + hint, line=error.line, column=error.column)


def _circles(document: Document) -> Iterator[Fault]:
    """Needs that are unknown, and those that lead back to where they began."""
    places = {
        initiative.key: ("objectives", i, "initiatives", j, "needs")
        for i, objective in enumerate(document.file.objectives)
        for j, initiative in enumerate(objective.initiatives)
    }
    needs = {x.key: x.needs for objective in document.file.objectives for x in objective.initiatives}
    for key, wanted in needs.items():
        for other in wanted:
            if other not in needs:
                yield document.fault(places[key], f"there is no initiative {other!r}{nearest(other, needs)}")
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        circle = list(reversed(error.args[1]))  # it names each before what needs it
        yield document.fault(places[circle[0]], f"needs go in a circle: {' needs '.join(circle)}")
