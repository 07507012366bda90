"""A person, or the policy of the stage, decides at a gate."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from gaitway.actions import Conflict, NotAllowed, Refused, events, gates, stages
from gaitway.engine.logic import Outcome, Proposal
from gaitway.engine.stages import Move
from gaitway.models import Decision, Evaluation, Event, Initiative, Person, Stage
from gaitway.queries import rights

Choice = Decision.Choice


def against(choice: str, evaluation: Evaluation | None) -> bool:
    """Whether a choice goes against the evidence: going on without a trigger that is met or although the stop rule
    is; staying although the stop rule is met; stopping or stepping back although the trigger is met."""
    outcome = evaluation.outcome if evaluation else ""
    stopping = evaluation is not None and evaluation.stop_outcome == Outcome.MET
    match choice:
        case Choice.GO:
            return stopping or outcome != Outcome.MET
        case Choice.CONDITIONAL_GO:
            return stopping or outcome == Outcome.UNMET
        case Choice.HOLD:
            return stopping
        case _:
            return outcome == Outcome.MET and not stopping


@transaction.atomic
def decide(
    stage: Stage,
    choice: str,
    *,
    reason: str,
    by: Person,
    at: datetime,
    effective_on: date,
    conditions: str = "",
    due: date | None = None,
    moves: int | None = None,
) -> Decision:
    """Decides at the gate of the present stage, with today's evidence frozen beside it, and moves the initiative.

    `moves` is how many stage changes the decider had seen: Conflict where there were more since. Raises NotAllowed,
    Conflict, or Refused for a decision without a reason, without its conditions, or that the ladder doesn't allow."""
    initiative = Initiative.objects.select_for_update().get(pk=stage.initiative_id)
    stage = Stage.objects.get(pk=stage.pk)
    if not rights.may_decide(by, initiative):
        raise NotAllowed(f"Only the sponsor of {initiative.name} or an administrator can decide at this gate.")
    if choice not in Choice.values:
        raise Refused(f"A decision is one of {', '.join(Choice.values)}, not {choice!r}.")
    if moves is not None and moves != initiative.moves:
        raise Conflict(f"{initiative.name} was moved by somebody else meanwhile. Look again, then decide.")
    gates.require_present(stage)
    reason, conditions = reason.strip(), conditions.strip()
    if not reason:
        raise Refused("A decision needs its reason.")
    if (choice == Choice.CONDITIONAL_GO) != bool(conditions):
        raise Refused("A conditional go names its conditions, and no other decision has any.")
    evaluation = gates.evaluate(stage, through=effective_on, by=by, at=at)
    decision = Decision.objects.create(
        initiative=initiative, stage=stage, choice=choice, reason=reason, conditions=conditions, due=due,
        against_evidence=against(choice, evaluation), evaluation=evaluation, by=by, at=at, effective_on=effective_on,
    )  # fmt: skip
    events.record(
        Event.Kind.DECISION, by=by, at=at, initiative=initiative,
        data={
            "decision": decision.pk, "stage": stage.key, "choice": choice, "reason": reason, "conditions": conditions,
            "against_evidence": decision.against_evidence,
        },
    )  # fmt: skip
    stages.move(
        initiative, _move(choice, initiative), by=by, at=at, effective_on=effective_on, decision=decision, reason=reason
    )
    return decision


def follow_policy(stage: Stage, *, by: Person, at: datetime, effective_on: date) -> Decision | None:
    """Where the stage says that a trigger which is met moves the initiative on by itself: does so."""
    latest = stage.latest
    if stage.policy != Stage.Policy.AUTOMATIC or latest is None or latest.proposal != Proposal.GO:
        return None
    reason = f"Automatic: the trigger was met on {latest.as_of.isoformat()} ({stage.trigger.strip()})."
    return decide(stage, Choice.GO, reason=reason, by=by, at=at, effective_on=effective_on)


def _move(choice: str, initiative: Initiative) -> Move:
    last = initiative.strategy.ladder.shifted(initiative.stage_key, 1) is None
    if choice == Choice.GO and last:
        return Move.FINISH
    return Move(choice)
