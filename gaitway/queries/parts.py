"""Parts that several pages share: the ladder, the checklist, decisions, people."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Q

from gaitway.engine import triggers
from gaitway.engine.kpis import Kind
from gaitway.engine.stages import ENTERS, Ladder, State
from gaitway.models import Decision, Evaluation, Initiative, Kpi, Person, Role, Stage, StageChange
from gaitway.models.among import among
from gaitway.queries.gates import parsed
from gaitway.queries.values import DecisionMade, KpiRef, Line, Measure, Step
from gaitway.queries.words import findings as words


class Climbing(Protocol):
    """An initiative, as far as its ladder asks."""

    @property
    def ladder(self) -> Ladder: ...
    @property
    def state(self) -> str: ...
    @property
    def stage_key(self) -> str: ...


class Planned(Protocol):
    """A stage of its plan."""

    @property
    def key(self) -> str: ...
    @property
    def starts(self) -> date | None: ...
    @property
    def ends(self) -> date | None: ...
    @property
    def budget(self) -> Decimal | None: ...
    @property
    def currency(self) -> str: ...


class Moved(Protocol):
    """A move that it made."""

    @property
    def move(self) -> str: ...
    @property
    def from_stage(self) -> str: ...
    @property
    def to_stage(self) -> str: ...
    @property
    def effective_on(self) -> date: ...


def steps(
    initiative: Climbing,
    stages: Iterable[Planned],
    changes: Sequence[Moved],
    earned: tuple[date, date | None] | None = None,
    unprovable: Container[str] = (),
) -> list[Step]:
    """The ladder: actual dates where a stage has begun, else the planned ones. `changes` in their order. `earned`: the
    days between which the next stage will be; `unprovable`: the stages whose dates can't prove their trigger."""
    by_key = {stage.key: stage for stage in stages}
    entered = [change for change in changes if change.move in ENTERS]
    began = {change.to_stage: change.effective_on for change in entered}
    left = {change.from_stage: change.effective_on for change in changes if change.from_stage != change.to_stage}
    here = initiative.stage_key
    ladder = initiative.ladder
    position = ladder.position(here) if here in ladder.keys else -1
    found = []
    for i, rung in enumerate(ladder.rungs):
        stage = by_key.get(rung.key)
        if i < position:
            status, end = ("done" if rung.key in began else "skipped"), left.get(rung.key)
        elif i == position:
            ended = initiative.state in (State.STOPPED, State.FINISHED)
            status = {State.STOPPED: "stopped", State.FINISHED: "done"}.get(State(initiative.state), "current")
            end = changes[-1].effective_on if ended and changes else stage.ends if stage else None
        else:
            status, end = "ahead", stage.ends if stage else None
        start = began.get(rung.key) if i <= position else None
        found.append(
            Step(
                rung.key,
                rung.name,
                rung.name[:1].upper(),
                status,
                start or (stage.starts if stage else None),
                end,
                float(stage.budget) if stage and stage.budget is not None else None,
                currency=stage.currency if stage else "",
                earned=earned if i == position + 1 and position >= 0 else None,
                provable=rung.key not in unprovable,
            )
        )
    return found


def checklist(text: str, found: Sequence[Mapping[str, Any]], kpis: Mapping[str, Kpi]) -> list[Line]:
    """The trigger in reading order, a line each criterion; `or`, `N of` and `not` get a line of their own above
    their parts. `found` are the findings of the same text, in its order."""
    trigger = parsed(text)
    if trigger is None:
        return []
    measured = {key: words.Measured(kpi.name, kpi.kind, kpi.unit, kpi.every) for key, kpi in kpis.items()}
    left = iter(found)
    lines: list[Line] = []

    def walk(node: triggers.Trigger, depth: int) -> str:
        match node:
            case triggers.And(parts) if depth == 0:
                return words.combined("all", 0, [walk(part, 0) for part in parts])
            case triggers.And(parts):
                return group("all", len(parts), parts, depth)
            case triggers.Or(parts):
                return group("any", 1, parts, depth)
            case triggers.AtLeast(count, parts):
                return group("at_least", count, parts, depth)
            case triggers.Not(part):
                return group("not", 1, (part,), depth)
            case _:
                finding = next(left, None)
                lines.append(_line(node, finding, kpis, measured, depth))
                return lines[-1].result

    def group(kind: str, count: int, parts: Sequence[triggers.Trigger], depth: int) -> str:
        at = len(lines)
        result = words.combined(kind, count, [walk(part, depth + 1) for part in parts])
        lines.insert(at, Line(result, words.group(kind, count), kind, depth))
        return result

    walk(trigger, 0)
    return lines


def guardrails(shown: Evaluation | None, kpis: Mapping[str, Kpi]) -> list[Line]:
    """What must not get worse: a line each, as it was judged."""
    if shown is None or not shown.findings.get("guard"):
        return []
    return checklist(shown.spec["guardrail"], shown.findings["guard"], kpis)


def _line(
    leaf: triggers.Criterion, finding: Mapping[str, Any] | None, kpis: Mapping[str, Kpi],
    measured: Mapping[str, words.Measured], depth: int,
) -> Line:  # fmt: skip
    label, text = words.label(leaf, measured), triggers.show(leaf)
    if finding is None:
        return Line("unknown", label, depth=depth, text=text)
    kpi = kpis.get(finding["kpi"])
    wanted = finding["wanted"]
    pair = wanted if isinstance(wanted, list | tuple) else (wanted, None)
    money = isinstance(leaf, triggers.Money)
    if isinstance(leaf, triggers.Done) and finding["estimate"] is not None:
        done = words.done_of(int(finding["estimate"]), int(wanted))
        return Line(finding["outcome"], label, depth=depth, text=text, reason=done)
    named = sample_name(kpi)
    return Line(
        finding["outcome"], label, depth=depth, text=text,
        reason=words.reason(finding, measured.get(finding["kpi"])),
        kpi=KpiRef.of(kpi) if kpi else None,
        measure=KpiRef.of(kpi) if kpi else Measure("level", "EUR" if money else ""),
        estimate=finding["estimate"], low=finding["low"], high=finding["high"], confidence=finding["confidence"],
        op="between" if isinstance(leaf, triggers.Between) else getattr(leaf, "op", ">="),
        wanted=pair[0], wanted_high=pair[1],
        sample=finding["sample"] if named else None, sample_name=named, periods=finding["periods"] or None,
        sentence=words.sentence(finding, measured.get(finding["kpi"])) if kpi else "",
    )  # fmt: skip


def sample_name(kpi: Kpi | None) -> str:
    """What the sample of a kind counts; nothing where it only counts the periods."""
    if kpi is None or kpi.kind not in (Kind.PROPORTION, Kind.MEAN):
        return ""
    return words.sample_name(kpi.kind)


def decision(made: Decision, initiative: Initiative) -> DecisionMade:
    """From `change`, `superseded_by` and `supersedes`, which whoever reads many has selected."""
    ladder = initiative.ladder
    before, change = made.stage.key, _led_to(made)
    after = change.to_stage if change and change.to_stage else before
    return DecisionMade(
        made.choice, made.by, made.at, made.reason, ladder.name(before), ladder.name(after), made.against_evidence,
        made.conditions, made.due, f"{initiative.strategy.key}/{initiative.key}/{before}", made.pk,
        superseded=getattr(made, "superseded_by", None) is not None, corrects=made.supersedes_id is not None,
    )  # fmt: skip


def _led_to(made: Decision | None) -> StageChange | None:
    """Where a decision led: one that puts another right leads nowhere itself."""
    while made is not None:
        change: StageChange | None = getattr(made, "change", None)
        if change is not None:
            return change
        made = made.supersedes
    return None


def with_roles(initiatives: Iterable[Initiative]) -> list[Initiative]:
    """The same, each knowing who is what in it, by its own roles and those of its area. One query."""
    rows = list(initiatives)
    of_own, of_area = among(row.pk for row in rows), among({row.area_id for row in rows if row.area_id})
    found = Role.objects.filter(Q(initiative__in=of_own) | Q(area__in=of_area)).select_related("person", "area")
    own: dict[int | None, list[Role]] = {}
    by_area: dict[int | None, list[Role]] = {}
    for role in found.order_by("pk"):
        if role.initiative_id:
            own.setdefault(role.initiative_id, []).append(role)
        else:
            by_area.setdefault(role.area_id, []).append(role)
    for row in rows:
        row.known_roles = [*own.get(row.pk, ()), *(by_area.get(row.area_id, ()) if row.area_id else ())]
    return rows


def roles(initiative: Initiative) -> list[Role]:
    """Of one that went through with_roles: its own before those of its area, each person once a role."""
    return list({(role.person_id, role.role): role for role in reversed(initiative.known_roles)}.values())[::-1]


def person(initiative: Initiative, role: str) -> Person | None:
    """The sponsor or the lead: its own, else that of its area."""
    return next((each.person for each in roles(initiative) if each.role == role), None)


def sponsor(initiative: Initiative) -> Person | None:
    return person(initiative, Role.Kind.SPONSOR)


def lead(initiative: Initiative) -> Person | None:
    return person(initiative, Role.Kind.LEAD)


def read_in(stage: Stage, kpi: Kpi) -> str:
    """The first of trigger, stop and guardrail that reads the KPI or a part of it; "" where none does."""
    names = {name for name, each in stage.read().items() if kpi.pk in (each.pk, each.whole_id)}
    for rule in ("trigger", "stop", "guardrail"):
        read = parsed(getattr(stage, rule))
        if read and names & set(triggers.kpis(read)):
            return rule
    return ""


def present(initiative: Initiative) -> Stage | None:
    """The stage that it is in, from prefetched stages."""
    return next((stage for stage in initiative.stages.all() if stage.key == initiative.stage_key), None)


def lead_kpi(initiative: Initiative) -> Kpi | None:
    """The first KPI of the present stage's trigger; before the first stage and without one there, of any stage."""
    here = present(initiative)
    for stage in ([here] if here else []) + list(initiative.stages.all()):
        kpis = stage.read()
        for text in (stage.trigger, stage.stop):
            trigger = parsed(text)
            for key in triggers.kpis(trigger) if trigger else ():
                if key in kpis:
                    return kpis[key]
    return None
