from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Prefetch, Q

from gaitway.engine.kpis import Kind
from gaitway.engine.stages import GAITS
from gaitway.lib.strategyfile.shape import (
    AreaRolesShape,
    CalendarShape,
    Effort,
    HeadShape,
    InitiativeShape,
    KeyResultShape,
    KpiShape,
    Money,
    ObjectiveShape,
    RungShape,
    SourceShape,
    Span,
    StageShape,
    StrategyFile,
    TaskShape,
)
from gaitway.models import Area, Initiative, Kpi, Milestone, Objective, Person, Role, Source, Stage, Strategy, Task


def title(viewer: Person) -> str:
    """The name of the strategy, where there is one alone."""
    names = list(Strategy.objects.visible_to(viewer).values_list("name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""


def as_file(strategy: Strategy) -> StrategyFile:
    """The strategy as its file: what is retired is left out, sources are absolute paths."""
    objectives = strategy.objectives.filter(retired_at=None).select_related("owner")
    kpis = strategy.kpis.filter(retired_at=None, whole=None).select_related("owner", "source")
    kpis = kpis.prefetch_related(Prefetch("parts", Kpi.objects.filter(retired_at=None).select_related("area")))
    sources = strategy.sources.filter(retired_at=None)
    initiatives = (
        Initiative.objects.filter(strategy=strategy)
        .current()
        .select_related("area", "objective", "strategy")
        .prefetch_related(
            "roles__person",
            "needs",
            "stages__checklist",
            "stages__tasks__owner",
            "stages__tasks__accountable",
            Prefetch("milestones", Milestone.objects.filter(retired_at=None)),
        )
    )
    by_objective: dict[int, list[InitiativeShape]] = {}
    for initiative in initiatives:
        by_objective.setdefault(initiative.objective_id, []).append(_initiative(initiative))
    shapes = [_objective(objective, by_objective.get(objective.pk, [])) for objective in objectives]
    found = StrategyFile(
        gaitway=1,
        strategy=_head(strategy),
        areas={area.name: AreaRolesShape.model_validate(_roles(area.roles.all())) for area in _places(strategy)},
        sources={source.key: _source(source) for source in sources},
        kpis={kpi.key: _kpi(kpi) for kpi in kpis},
        objectives=shapes,
    )
    return found.model_copy(update={"people": _people(strategy)})


def number(value: float | None, kind: str) -> float | str | None:
    """As the file writes it: a proportion in percent, exactly, other numbers as they are."""
    if value is None or kind != Kind.PROPORTION:
        return int(value) if value is not None and value.is_integer() and abs(value) < 1e15 else value
    return f"{(Decimal(repr(value)) * 100).normalize():f}%"


def _people(strategy: Strategy) -> dict[str, str]:
    """Everyone with a part in it, by name."""
    involved = (
        Person.objects.filter(roles__initiative__strategy=strategy)
        | Person.objects.filter(roles__area__in=_places(strategy))
        | Person.objects.filter(answers_for__initiative__strategy=strategy)
        | Person.objects.filter(tasks__initiative__strategy=strategy)
        | Person.objects.filter(kpis__strategy=strategy)
        | Person.objects.filter(objectives__strategy=strategy)
        | Person.objects.filter(email__in=[email for emails in strategy.groups.values() for email in emails])
    )
    return dict(involved.distinct().order_by("email").values_list("email", "name"))


def _places(strategy: Strategy) -> list[Area]:
    """The areas of the strategy in which somebody has a role."""
    here = Q(initiatives__in=Initiative.objects.filter(strategy=strategy).current())
    here |= Q(kpis__in=strategy.kpis.filter(retired_at=None))
    areas = Area.objects.filter(here, roles__isnull=False).distinct()
    return list(areas.prefetch_related("roles__person"))


def _roles(rows: Iterable[Role]) -> dict[str, object]:
    """As the file names them."""
    found: dict[str, list[str]] = {}
    for role in rows:
        found.setdefault(role.role, []).append(role.person.email)
    kind = Role.Kind
    alone = {name: next(iter(found.get(name, [])), None) for name in (kind.SPONSOR.value, kind.LEAD.value)}
    several = {"team": kind.CONTRIBUTOR, "consulted": kind.CONSULTED, "viewers": kind.VIEWER}
    return {**alone, **{name: found.get(role, []) for name, role in several.items()}}


def _head(strategy: Strategy) -> HeadShape:
    rungs = None
    if strategy.declared != GAITS:
        rungs = [RungShape(key=rung.key, name=rung.name) for rung in strategy.declared.rungs]
    period = Span((strategy.starts, strategy.ends)) if strategy.starts and strategy.ends else None
    calendar = CalendarShape.model_validate(
        {"zone": strategy.zone or None, "week_start": strategy.week_start, "fiscal_start": strategy.fiscal_start}
    )
    return HeadShape(
        key=strategy.key, name=strategy.name, period=period, vision=strategy.vision, calendar=calendar, stages=rungs,
        groups=strategy.groups, gates=strategy.gates,
    )  # fmt: skip


def _source(source: Source) -> str | SourceShape:
    if not source.options and source.at_once == 1:
        return source.location
    return SourceShape(at=source.location, at_once=source.at_once, options=source.options)


def _kpi(kpi: Kpi) -> KpiShape:
    return KpiShape.model_validate(
        {
            "name": kpi.name, "definition": kpi.definition, "kind": kpi.kind, "unit": kpi.unit,
            "direction": kpi.direction, "every": kpi.every, "owner": kpi.owner.email if kpi.owner else None,
            "baseline": number(kpi.baseline, kpi.kind), "target": number(kpi.target, kpi.kind),
            "tolerance": number(kpi.tolerance, kpi.kind),
            "source": kpi.source.key if kpi.source else None,
            "query" if kpi.source and kpi.source.location.startswith("prometheus") else "sql": kpi.sql,
            "measure": kpi.measure, "split_by": kpi.split_by, "areas": _areas(kpi), "since": kpi.since,
            "lookback": kpi.lookback, "due_after": kpi.due_after,
        }
    )  # fmt: skip


def _areas(kpi: Kpi) -> dict[str, dict[str, float | str | None]]:
    return {
        part.area.name: {"baseline": number(part.baseline, kpi.kind), "target": number(part.target, kpi.kind)}
        for part in kpi.parts.all()
        if part.area
    }


def _objective(objective: Objective, initiatives: list[InitiativeShape]) -> ObjectiveShape:
    results = [
        KeyResultShape(kpi=result.kpi.key, target=number(result.target, result.kpi.kind), due=result.due)
        for result in objective.key_results.select_related("kpi")
    ]
    return ObjectiveShape(
        key=objective.key, name=objective.name, outcome=objective.outcome,
        owner=objective.owner.email if objective.owner else None, key_results=results, initiatives=initiatives,
    )  # fmt: skip


def _initiative(initiative: Initiative) -> InitiativeShape:
    rungs = initiative.ladder.keys  # stages of an older ladder are history
    plan = {stage.key: _stage(stage) for stage in initiative.stages.all() if stage.key in rungs}
    plan = {key: stage for key, stage in plan.items() if stage != StageShape()}
    gaits = {key: plan.pop(key) for key in ("crawl", "walk", "run") if key in plan}
    return InitiativeShape.model_validate(
        {
            "key": initiative.key, "name": initiative.name,
            "area": initiative.area.name if initiative.area else None,
            **_roles(initiative.roles.all()), "restricted": initiative.restricted,
            "needs": sorted(other.key for other in initiative.needs.all()),
            "stage": initiative.stage_key or None, "state": initiative.state or "proposed",
            "spending": initiative.spending.key if initiative.spending else None,
            "hypothesis": initiative.hypothesis, "stages": plan, **gaits,
            "milestones": [{"name": mark.name, "on": mark.on} for mark in initiative.milestones.all()],
        }
    )  # fmt: skip


def _stage(stage: Stage) -> StageShape:
    return StageShape(
        dates=Span((stage.starts, stage.ends)) if stage.starts and stage.ends else None,
        budget=Money((stage.budget, stage.currency)) if stage.budget is not None else None,
        trigger=stage.trigger, stop=stage.stop, guardrail=stage.guardrail, policy=stage.policy,  # type: ignore[arg-type]  # a constraint keeps it so
        check_in=stage.check_in,  # type: ignore[arg-type]  # a constraint keeps it so
        checklist=[item.text for item in stage.checklist.all()],
        tasks=[_task(task) for task in stage.tasks.all() if task.retired_at is None],
    )  # fmt: skip


def _task(task: Task) -> TaskShape:
    return TaskShape(
        name=task.name, owner=task.owner.email if task.owner else None, due=task.due,
        accountable=task.accountable.email if task.accountable else None,
        estimate=Effort(Decimal(repr(task.estimate_days))) if task.estimate_days is not None else None,
    )  # fmt: skip
