"""A person, or the policy of the stage, decides at a gate."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from gaitway.actions import Conflict, NotAllowed, Refused, events, gates, stages
from gaitway.engine.decisions import Choice, against, move
from gaitway.engine.logic import Proposal
from gaitway.models import Decision, Event, Initiative, Person, Stage
from gaitway.queries import rights


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
    if choice not in list(Choice):
        raise Refused(f"A decision is one of {', '.join(Choice)}, not {choice!r}.")
    chosen = Choice(choice)
    if moves is not None and moves != initiative.moves:
        raise Conflict(f"{initiative.name} was moved by somebody else meanwhile. Look again, then decide.")
    gates.require_present(stage)
    reason, conditions = reason.strip(), conditions.strip()
    if not reason:
        raise Refused("A decision needs its reason.")
    if (chosen is Choice.CONDITIONAL_GO) != bool(conditions):
        raise Refused("A conditional go names its conditions, and no other decision has any.")
    evaluation = gates.evaluate(stage, through=effective_on, by=by, at=at)
    outcomes = (evaluation.outcome, evaluation.stop_outcome, evaluation.guard_outcome) if evaluation else ("", "", "")
    decision = Decision.objects.create(
        initiative=initiative, stage=stage, choice=choice, reason=reason, conditions=conditions, due=due,
        against_evidence=against(chosen, *outcomes), evaluation=evaluation, by=by, at=at, effective_on=effective_on,
    )  # fmt: skip
    events.record(
        Event.Kind.DECISION, by=by, at=at, initiative=initiative,
        data={
            "decision": decision.pk, "stage": stage.key, "choice": choice, "reason": reason, "conditions": conditions,
            "against_evidence": decision.against_evidence, **rights.on_behalf(by, initiative),
        },
    )  # fmt: skip
    step = move(chosen, stage.key, initiative.strategy.ladder)
    stages.move(initiative, step, by=by, at=at, effective_on=effective_on, decision=decision, reason=reason)
    return decision


def follow_policy(stage: Stage, *, by: Person, at: datetime, effective_on: date) -> Decision | None:
    """Where the stage says that a trigger which is met moves the initiative on by itself: does so."""
    latest = stage.latest
    if stage.policy != Stage.Policy.AUTOMATIC or latest is None or latest.proposal != Proposal.GO:
        return None
    reason = f"Automatic: the trigger was met on {latest.as_of.isoformat()} ({stage.trigger.strip()})."
    return decide(stage, Choice.GO, reason=reason, by=by, at=at, effective_on=effective_on)
