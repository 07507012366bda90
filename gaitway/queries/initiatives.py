"""Is it working, and what must be true to move on?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from gaitway.engine.logic import Outcome
from gaitway.engine.series import Series
from gaitway.engine.stages import State
from gaitway.models import Decision, Initiative, Kpi, Notice, Person, Role, Stage, StageChange, Task
from gaitway.queries import (
    behaviour,
    checkins,
    coming,
    editing,
    events,
    freshness,
    kpis,
    observations,
    paper,
    parts,
    rights,
    roles,
    taskpages,
)
from gaitway.queries import gates as asked
from gaitway.queries.coming import About, Expected, Fan
from gaitway.queries.health import health
from gaitway.queries.paper import OnPaper
from gaitway.queries.portfolio import gate_key
from gaitway.queries.spending import Money, money
from gaitway.queries.taskpages import Attached
from gaitway.queries.values import DecisionMade, Drawn, FeedItem, KpiRef, Line, Point, Step, points
from gaitway.queries.words import behaviour as changes
from gaitway.queries.words import places

LATEST = 10


@dataclass(frozen=True, slots=True)
class Member:
    person: Person
    role: str


@dataclass(frozen=True, slots=True)
class Goal:
    """What the lead KPI shall become."""

    kpi: KpiRef
    start: float | None
    target: float | None
    by: date | None


@dataclass(frozen=True, slots=True)
class GateNow:
    pk: str
    from_stage: str
    to_stage: str
    verdict: str
    met: int
    total: int
    findings: list[Line]
    judged_at: datetime | None
    due: date | None
    proposal: str
    open: bool
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class KpiLine:
    ref: KpiRef
    now: float | None
    target: float | None
    points: list[Point]
    result: str | None
    role: str


@dataclass(frozen=True, slots=True)
class TaskLine:
    pk: int
    name: str
    owner: Person | None
    due: date | None
    done: bool
    late: bool


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    pk: int
    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class InitiativePage:
    """`primary` is what one does here: decide, start, resume, check in, or nothing; `may`: the fields that the viewer may
    change, `may_plan`: the stages whose dates and money. `changed` says whether the lead KPI really did."""

    key: str
    name: str
    hypothesis: str
    objective: str
    area: str
    restricted: bool
    state: str
    sponsor: Person | None
    lead: Person | None
    people: list[Member]
    steps: list[Step]
    stage_since: date | None
    outcome: Goal | None
    gate: GateNow | None
    series: Drawn | None
    kpis: list[KpiLine]
    tasks: list[TaskLine]
    tasks_open: int
    tasks_late: int
    checklist: list[ChecklistLine]
    decisions: list[DecisionMade]
    history: list[FeedItem]
    needs: list[Initiative]
    can_edit: bool
    can_decide: bool
    can_write: bool
    rules: str
    on_paper: list[OnPaper]
    who: list[roles.Line]
    fan: Fan | None
    changed: str
    money: Money | None
    checkin: checkins.Beside
    primary: str
    may: frozenset[str]
    may_plan: frozenset[str]
    attached: list[Attached]


def find(viewer: Person, key: str) -> Initiative:
    """By `strategy/initiative`, as far as the viewer may see it. Raises Initiative.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    stages = Stage.objects.select_related("latest").prefetch_related(
        Prefetch("kpis", Kpi.objects.select_related("strategy", "source", "owner", "whole")),
        Prefetch("tasks", Task.objects.select_related("owner", "accountable")),
        "checklist",
    )
    found = (
        Initiative.objects.visible_to(viewer)
        .current()
        .select_related("strategy", "objective", "area", "spending__strategy")
        .prefetch_related(
            Prefetch("stages", stages),
            Prefetch("changes", StageChange.objects.order_by("number")),
            Prefetch(
                "decisions",
                Decision.objects.select_related("by", "stage", "change", "superseded_by", "supersedes__change"),
            ),
        )
        .get(strategy__key=strategy, key=name)
    )
    return parts.with_roles([found])[0]


def page(viewer: Person, key: str, today: date) -> InitiativePage:
    initiative = find(viewer, key)
    stage = parts.present(initiative)
    lead_kpi = parts.lead_kpi(initiative)
    used = {kpi.pk: kpi for kpi in stage.kpis.all()} if stage else {}
    if lead_kpi:
        used.setdefault(lead_kpi.pk, lead_kpi)
    counted = [initiative.spending] if initiative.spending else []
    series = observations.series([*used.values(), *(kpi for kpi in counted if kpi.pk not in used)])
    marks = kpis.marks(list(initiative.changes.all()), initiative)
    work = [task for task in stage.tasks.all() if task.retired_at is None] if stage else []
    work.sort(key=lambda task: task.due or date.max)
    tasks = [
        TaskLine(t.pk, t.name, t.owner, t.due, t.done_on is not None, _late(t.done_on, t.due, today)) for t in work
    ]
    kept = coming.newest(stage.pk for stage in initiative.stages.all())
    gate = _gate(initiative, stage, viewer, kept) if stage and initiative.state == State.ACTIVE else None
    on_paper = paper.papers(initiative, stage, kept)
    unprovable = {key for key, paper in on_paper.items() if not paper.provable}
    earned = gate.expected.span if gate and gate.expected else None
    recent = events.told(viewer).filter(initiative=initiative)
    stands = health(initiative, stage, today)
    fan, changed = _ahead(lead_kpi, series, today) if lead_kpi else (None, "")
    can_edit, can_decide = rights.works_in(viewer, initiative), rights.may_decide(viewer, initiative)
    may_change = rights.may_change(viewer, initiative)
    entered = {change.to_stage for change in initiative.changes.all()}
    return InitiativePage(
        key, initiative.name, initiative.hypothesis, initiative.objective.name,
        initiative.area.name if initiative.area else "", initiative.restricted, stands,
        parts.sponsor(initiative), parts.lead(initiative), _members(initiative),
        parts.steps(initiative, initiative.stages.all(), list(initiative.changes.all()), earned, unprovable),
        initiative.stage_since,
        Goal(KpiRef.of(lead_kpi), lead_kpi.baseline, lead_kpi.target, None) if lead_kpi else None,
        gate,
        kpis.drawn(lead_kpi, series[lead_kpi.pk], marks) if lead_kpi else None,
        _kpi_lines(stage, [kpi for kpi in used.values() if lead_kpi is None or kpi.pk != lead_kpi.pk], series, gate),
        tasks, sum(not task.done for task in tasks), sum(task.late for task in tasks),
        [ChecklistLine(item.pk, item.text, item.done_on is not None) for item in stage.checklist.all()] if stage else [],
        [parts.decision(made, initiative) for made in initiative.decisions.all()],
        events.items(recent.select_related("by", "initiative__strategy")[:LATEST]),
        list(initiative.needs.visible_to(viewer).select_related("strategy")),
        can_edit, can_decide, rights.may_write_rules(viewer, initiative), _rules(initiative, stage),
        list(on_paper.values()), roles.table(initiative, work), fan, changed,
        money(initiative, stage, series[initiative.spending.pk] if initiative.spending else None, today),
        checkins.beside(viewer, initiative, stands, today), _primary(initiative, gate, can_edit, can_decide),
        frozenset(name for name in editing.FIELDS if may_change and (name not in editing.GUARDED or viewer.sees_all)),
        frozenset(key for key in initiative.ladder.keys if (can_decide if key in entered else may_change)),
        taskpages.attached(initiative),
    )  # fmt: skip


def _ahead(kpi: Kpi, series: dict[int, Series], today: date) -> tuple[Fan, str]:
    """What the lead KPI will do, and whether it has changed."""
    own = series[kpi.pk]
    fresh = freshness.state(kpis.last(own), own.spec.cadence, today) == "fresh"
    found = behaviour.judged(own, behaviour.resets([kpi]).get(kpi.pk, []), today)
    return coming.fan(kpi, own, today, fresh=fresh), changes.sentence(found, KpiRef.of(kpi), fresh=fresh)


def _primary(initiative: Initiative, gate: GateNow | None, can_edit: bool, can_decide: bool) -> str:
    if gate and gate.open and can_decide:
        return "decide"
    waits = {State.PROPOSED: "start", State.PAUSED: "resume"}.get(State(initiative.state), "")
    if waits:
        return waits if can_decide else ""
    return "check in" if can_edit and initiative.state == State.ACTIVE else ""


def _rules(initiative: Initiative, stage: Stage | None) -> str:
    """The stage whose rules are written now: the present one, or before it begins the first that is planned."""
    ahead = next(iter(initiative.stages.all()), None) if initiative.state == State.PROPOSED else None
    here = stage or ahead
    return gate_key(initiative, here) if here and initiative.state not in (State.STOPPED, State.FINISHED) else ""


def _late(done_on: date | None, due: date | None, today: date) -> bool:
    return done_on is None and due is not None and due < today


def _gate(initiative: Initiative, stage: Stage, viewer: Person, kept: coming.Kept) -> GateNow | None:
    if asked.parsed(stage.trigger) is None:
        return None
    latest = stage.latest
    found = latest.findings["trigger"] if latest else []
    used = stage.read()
    lines = parts.checklist(latest.spec["trigger"] if latest else stage.trigger, found, used)
    made = kept.get((stage.pk, About.GATE)) if not latest or latest.outcome != Outcome.MET else None
    waiting = Notice.objects.filter(person=viewer, stage=stage, done_at=None, level=Notice.Level.NEEDS_ME).exists()
    return GateNow(
        gate_key(initiative, stage), initiative.ladder.name(stage.key),
        places.next_stage(initiative.ladder, initiative.stage_key),
        latest.outcome if latest else Outcome.UNKNOWN, sum(f["outcome"] == Outcome.MET for f in found), len(found), lines,
        latest.at if latest else None, stage.ends, latest.proposal if latest else "",
        waiting or bool(latest and latest.proposal), coming.expected(stage, made, used),
    )  # fmt: skip


def _members(initiative: Initiative) -> list[Member]:
    names: dict[str, str] = {Role.Kind.CONTRIBUTOR: _("Team"), Role.Kind.VIEWER: _("Viewer")}
    return [Member(role.person, names[role.role]) for role in parts.roles(initiative) if role.role in names]


def _kpi_lines(stage: Stage | None, rest: list[Kpi], series: dict[int, Series], gate: GateNow | None) -> list[KpiLine]:
    lines = []
    for kpi in rest:
        drawn = points(series[kpi.pk], 26)
        ref = KpiRef.of(kpi)
        judged = next((line for line in gate.findings if line.kpi and line.kpi.key == ref.key), None) if gate else None
        now = next((point.value for point in reversed(drawn) if point.value is not None), None)
        named = {"trigger": _("In the trigger"), "stop": _("In the stop rule"), "guardrail": _("In the guardrail")}
        rule = parts.read_in(stage, kpi) if stage else ""
        lines.append(KpiLine(ref, now, kpi.target, drawn, judged.result if judged else None, named.get(rule, "")))
    return lines
