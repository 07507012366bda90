"""The gate review: verdict and person meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from gaitway.engine import deciders
from gaitway.engine.deciders import Need
from gaitway.engine.decisions import against, open_to
from gaitway.engine.logic import Outcome
from gaitway.engine.stages import State
from gaitway.models import Evaluation, Initiative, Kpi, Person, Stage, Vote
from gaitway.queries import closing, coming, initiatives, paper, parts, rights
from gaitway.queries.coming import About, Expected
from gaitway.queries.paper import OnPaper
from gaitway.queries.portfolio import gate_key
from gaitway.queries.since import Since, since
from gaitway.queries.values import DecisionMade, Line, Step, VoteMade


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    by: Person
    what: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    pk: int
    text: str
    due: date | None
    done_on: date | None
    lapsed: bool


@dataclass(frozen=True, slots=True)
class Following:
    """What a go sets going: the plan of the next stage, and who is to lead it."""

    name: str
    tasks: list[str]
    starts: date | None
    ends: date | None
    budget: float | None
    currency: str
    lead: Person | None


@dataclass(frozen=True, slots=True)
class GatePage:
    """`following` is None where a go ends it; `rule` says who decides where that isn't the sponsor alone; `needed`: a
    choice that somebody voted for, and whose voice it still needs; `conditions`: under which this stage was entered."""

    pk: str
    moves: int
    initiative_key: str
    initiative_name: str
    hypothesis: str
    steps: list[Step]
    from_stage: str
    to_stage: str
    back_stage: str
    verdict: str
    met: int
    total: int
    findings: list[Line]
    judged_at: datetime | None
    as_of: date | None
    trigger: str
    stop_text: str
    stop_result: str | None
    stop_findings: list[Line]
    guardrails: list[Line]
    amendments: list[Change]
    due: date | None
    proposal: str
    against: frozenset[str]
    choices: tuple[str, ...]
    decision: DecisionMade | None
    earlier: list[DecisionMade]
    can_decide: bool
    can_write: bool
    decider: Person | None
    approvals: list[str]
    expected: Expected | None
    on_paper: OnPaper | None
    rule: str
    voters: list[Person]
    votes: list[VoteMade]
    needed: dict[str, list[str]]
    conditions: list[ConditionLine]
    can_work: bool
    since: Since | None
    following: Following | None


def votes(stage: Stage, initiative: Initiative, round_: int | None = None) -> list[Vote]:
    """The last word of everybody who voted in a round; the present one where nothing is said."""
    rows = Vote.objects.filter(stage=stage, round=initiative.moves if round_ is None else round_).select_related(
        "by", "behalf"
    )
    return list({vote.behalf_id or vote.by_id: vote for vote in rows}.values())


def missing(stage: Stage, agreed: Iterable[Vote]) -> tuple[Need, ...]:
    """Whose voice is still needed beside these, who want the same."""
    who = {vote.behalf_id or vote.by_id: rights.parties(vote.behalf or vote.by, stage.initiative) for vote in agreed}
    return deciders.missing(rights.rule(stage), who)


def find(viewer: Person, key: str) -> Stage:
    """By `strategy/initiative/stage`. Raises Stage.DoesNotExist."""
    strategy, initiative, stage = (*key.split("/"), "", "", "")[:3]
    return (
        Stage.objects.visible_to(viewer)
        .filter(initiative__retired_at=None)
        .select_related("initiative__strategy", "latest")
        .get(initiative__strategy__key=strategy, initiative__key=initiative, key=stage)
    )


def page(viewer: Person, key: str, today: date) -> GatePage:
    """The present stage asks for a decision; a stage that was left shows what was decided, on which evidence."""
    stage = find(viewer, key)
    initiative = initiatives.find(viewer, f"{stage.initiative.strategy.key}/{stage.initiative.key}")
    ladder = initiative.ladder
    open_here = initiative.state == State.ACTIVE and initiative.stage_key == stage.key
    made = [decision for decision in initiative.decisions.all() if decision.stage_id == stage.pk]
    several = "" if rights.rule(stage) == deciders.ALONE else str(rights.rule(stage))
    cast = votes(stage, initiative) if open_here and several else []
    record = None if open_here else next(iter(made), None)
    shown = record.evaluation if record else stage.latest
    kpis = stage.read()
    found = shown.findings["trigger"] if shown else []
    following = ladder.shifted(stage.key, 1) if stage.key in ladder.keys else None
    back = ladder.shifted(stage.key, -1) if stage.key in ladder.keys else None
    outcomes = (shown.outcome, shown.stop_outcome, shown.guard_outcome) if shown else ("", "", "")
    place = initiative.place
    choices = open_to(place, ladder) if open_here and place else ()
    decisions = [parts.decision(each, initiative) for each in made]
    closed = closing.of(shown, kpis, list(initiative.changes.all())) if shown else {}
    findings = [replace(line, closing=closed.get(line.text)) for line in _lines(shown, "trigger", stage, kpis)]
    # What was left has its verdict, and what is met needs no forecast.
    waits = record is None and initiative.state not in (State.STOPPED, State.FINISHED) and outcomes[0] != Outcome.MET
    ahead = coming.newest([stage.pk]) if waits else {}
    return GatePage(
        gate_key(initiative, stage), initiative.moves, f"{initiative.strategy.key}/{initiative.key}", initiative.name,
        initiative.hypothesis, parts.steps(initiative, initiative.stages.all(), list(initiative.changes.all())),
        ladder.name(stage.key), ladder.name(following) if following else _("Finish"), ladder.name(back) if back else "",
        outcomes[0] or Outcome.UNKNOWN, sum(f["outcome"] == Outcome.MET for f in found), len(found),
        findings, shown.at if shown else None, shown.as_of if shown else None,
        shown.spec["trigger"] if shown else stage.trigger, shown.spec["stop"] if shown else stage.stop,
        outcomes[1] or None, _lines(shown, "stop", stage, kpis), parts.guardrails(shown, kpis), _amendments(stage), stage.ends,
        shown.proposal if shown else "", frozenset(choice for choice in choices if against(choice, *outcomes)), choices,
        decisions[0] if record else None, decisions[1:] if record else decisions,
        open_here and rights.may_vote(viewer, stage), rights.may_write_rules(viewer, initiative),
        parts.sponsor(initiative), _approvals(stage, initiative, viewer),
        coming.expected(stage, ahead.get((stage.pk, About.GATE)), kpis) if open_here else None,
        paper.on_paper(stage, ladder.name(stage.key), ahead.get((stage.pk, About.PROOF)), kpis),
        several, rights.voters(stage) if open_here and several else [],
        [VoteMade(vote.choice, vote.by, vote.at, vote.reason) for vote in cast], _needed(stage, cast),
        _conditions(stage, initiative, today) if open_here else [], rights.works_in(viewer, initiative),
        since(initiative, parts.present(initiative) or stage, today) if open_here else None,
        _following(initiative, following) if open_here else None,
    )  # fmt: skip


def _following(initiative: Initiative, key: str | None) -> Following | None:
    if key is None:
        return None
    plan = next((each for each in initiative.stages.all() if each.key == key), Stage(key=key))
    tasks = [task.name for task in plan.tasks.all() if task.retired_at is None] if plan.pk else []
    return Following(
        initiative.ladder.name(key), tasks, plan.starts, plan.ends,
        float(plan.budget) if plan.budget is not None else None, plan.currency, parts.lead(initiative),
    )  # fmt: skip


def _needed(stage: Stage, cast: list[Vote]) -> dict[str, list[str]]:
    choices = dict.fromkeys(vote.choice for vote in cast)
    same = {choice: [vote for vote in cast if vote.choice == choice] for choice in choices}
    return {choice: [str(need) for need in missing(stage, agreed)] for choice, agreed in same.items()}


def _conditions(stage: Stage, initiative: Initiative, today: date) -> list[ConditionLine]:
    """Of the newest decision, where that led here."""
    newest = max(initiative.decisions.all(), key=lambda each: each.pk, default=None)
    if newest is None or newest.stage_id == stage.pk:
        return []
    yesterday = today - timedelta(days=1)
    return [ConditionLine(c.pk, c.text, c.due, c.done_on, c.lapsed(yesterday)) for c in newest.asked.all()]


def _lines(shown: Evaluation | None, rule: str, stage: Stage, kpis: dict[str, Kpi]) -> list[Line]:
    text = shown.spec[rule] if shown else getattr(stage, rule)
    return parts.checklist(text, shown.findings[rule] if shown else [], kpis)


def _amendments(stage: Stage) -> list[Change]:
    names = {
        "trigger": _("Trigger"),
        "stop": _("Stop rule"),
        "guardrail": _("Guardrail"),
        "dates": _("Dates"),
        "budget": _("Budget"),
    }
    rows = stage.amendments.select_related("by")
    return [Change(each.at, each.by, names[each.field], each.before, each.after, each.reason) for each in rows]


def _approvals(stage: Stage, initiative: Initiative, viewer: Person) -> list[str]:
    """The approvals that the trigger asks for, that are missing, and that the viewer can give."""
    from gaitway.engine.triggers import Approved, criteria
    from gaitway.queries.gates import parsed

    trigger = parsed(stage.trigger)
    wanted = {leaf.role for leaf in criteria(trigger) if isinstance(leaf, Approved)} if trigger else set()
    given = set(stage.approvals.values_list("role", flat=True))
    return sorted(role for role in wanted - given if rights.may_approve(viewer, initiative, role))
