"""A person, several, or the policy of the stage decide at a gate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed, Refused, events, gates, stages
from gaitway.actions.turns import turn
from gaitway.engine import deciders
from gaitway.engine.decisions import Choice, against, move
from gaitway.engine.logic import Proposal
from gaitway.lib import chain
from gaitway.models import Condition, Decision, Event, Initiative, Person, Stage, Vote
from gaitway.queries import reviews, rights


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said with a choice. A conditional go names its conditions, a line each, and no other choice has any."""

    reason: str
    conditions: str = ""
    due: date | None = None

    def checked(self, choice: Choice) -> Wording:
        """Without what surrounds the texts. Raises Refused."""
        reason, lines = self.reason.strip(), [line.strip() for line in self.conditions.splitlines()]
        conditions = "\n".join(filter(None, lines))
        if not reason:
            raise Refused(_("A decision needs its reason."))
        if (choice is Choice.CONDITIONAL_GO) != bool(conditions):
            raise Refused(_("A conditional go names its conditions, and no other decision has any."))
        return Wording(reason, conditions, self.due if conditions else None)


@turn()
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
    until: date | None = None,
    moves: int | None = None,
) -> Decision | Vote:
    """Decides at the gate of the present stage, with today's evidence frozen beside it, and moves the initiative. Where
    the strategy wants several voices, this is one of them: the Vote, until the others want the same.

    `until`: who decides alone to stay may give the stage a new end with it.

    `moves` is how many stage changes the decider had seen: Conflict where there were more since. Raises NotAllowed,
    Conflict, or Refused for a decision without a reason, without its conditions, or that the ladder doesn't allow."""
    initiative, stage, chosen = _gate(stage, choice, moves)
    behalf = _behalf(by, stage)
    said = Wording(reason, conditions, due).checked(chosen)
    if until is not None and (chosen is not Choice.HOLD or until <= effective_on):
        raise Refused(_("Only a stage that goes on gets another end, and that lies ahead."))
    if rights.rule(stage).alone:
        made = _decide(initiative, stage, chosen, said, by=by, behalf=behalf, at=at, effective_on=effective_on)
        if until is not None and until != stage.ends:
            stage.refresh_from_db()
            stages.replan(stage, ends=until, reason=said.reason, by=by, at=at)
        return made
    vote = Vote.objects.create(
        initiative=initiative, stage=stage, round=initiative.moves, choice=chosen, reason=said.reason,
        conditions=said.conditions, due=said.due, by=by, behalf=behalf, at=at,
    )  # fmt: skip
    agreed = [each for each in reviews.votes(stage, initiative) if each.choice == chosen]
    missing = reviews.missing(stage, agreed)
    data = {
        "stage": stage.key, "choice": chosen, "reason": said.reason, "conditions": said.conditions, "vote": vote.pk,
        "missing": [str(need) for need in missing],
    }  # fmt: skip
    events.record(Event.Kind.VOTED, by=by, at=at, behalf=behalf, initiative=initiative, data=data)
    if missing:
        return vote
    together = _together(agreed)
    return _decide(initiative, stage, chosen, together, by=by, behalf=behalf, at=at, effective_on=effective_on)


@turn()
def follow_policy(stage: Stage, *, by: Person, at: datetime, effective_on: date) -> Decision | None:
    """Where the stage says that a trigger which is met moves the initiative on by itself: does so."""
    latest = stage.latest
    if stage.policy != Stage.Policy.AUTOMATIC or latest is None or latest.proposal != Proposal.GO:
        return None
    if not rights.rule(stage).alone:
        return None
    initiative, stage, chosen = _gate(stage, Choice.GO, None)
    said = Wording(f"Automatic: the trigger was met on {latest.as_of.isoformat()} ({stage.trigger.strip()}).")
    return _decide(initiative, stage, chosen, said, by=by, at=at, effective_on=effective_on)


@turn()
def supersede(
    decision: Decision, *, reason: str, conditions: str = "", due: date | None = None, by: Person, at: datetime
) -> Decision:
    """Puts right what was written with a decision. Both stay; what was chosen, and where that led, can't be changed:
    that is decided anew. Raises NotAllowed, Conflict where it was put right already, Refused as `decide` does."""
    old = Decision.objects.select_for_update().get(pk=decision.pk)
    stage = Stage.objects.select_related("initiative__strategy").get(pk=old.stage_id)
    behalf = _behalf(by, stage)
    if Decision.objects.filter(supersedes=old).exists():
        raise Conflict(_("This decision was put right already. Look again, then correct the newer one."))
    said = Wording(reason, conditions, due).checked(Choice(old.choice))
    made = Decision.objects.create(
        initiative=old.initiative, stage=stage, choice=old.choice, reason=said.reason, conditions=said.conditions,
        due=said.due, against_evidence=old.against_evidence, evaluation=old.evaluation, by=by,
        behalf=behalf, at=at, effective_on=old.effective_on, supersedes=old,
    )  # fmt: skip
    done = {each.text: each for each in old.asked.all()}
    for position, text in enumerate(said.conditions.splitlines()):
        kept = done.get(text)
        Condition.objects.create(
            decision=made, text=text, due=said.due, position=position,
            done_on=kept.done_on if kept else None, done_by=kept.done_by if kept else None,
        )  # fmt: skip
    _record(Event.Kind.SUPERSEDED, made, by=by, at=at, supersedes=old.pk)
    _judge_present(stage.initiative, at=at)
    return made


@turn()
def fulfil(condition: Condition, *, by: Person, at: datetime, on: date, done: bool = True) -> None:
    """Says that a condition is kept, or takes that back; by those who work on the initiative."""
    initiative = condition.decision.initiative
    if not rights.works_in(by, initiative):
        raise NotAllowed(_("Only the people who work on %(initiative)s can do this.") % {"initiative": initiative.name})
    if (condition.done_on is not None) == done:
        return
    condition.done_on, condition.done_by = (on, by) if done else (None, None)
    condition.save(update_fields=["done_on", "done_by"])
    data = {"condition": condition.text, "decision": condition.decision_id, "done": done}
    events.record(Event.Kind.FULFILLED, by=by, at=at, initiative=initiative, data=data)
    _judge_present(initiative, at=at)


def _gate(stage: Stage, choice: str, moves: int | None) -> tuple[Initiative, Stage, Choice]:
    """Locked, and as they stand now."""
    initiative = Initiative.objects.select_for_update().get(pk=stage.initiative_id)
    stage = Stage.objects.select_related("initiative__strategy").get(pk=stage.pk)
    if choice not in list(Choice):
        raise Refused(
            _("A decision is one of %(known)s, not %(choice)s.") % {"known": ", ".join(Choice), "choice": repr(choice)}
        )
    if moves is not None and moves != initiative.moves:
        raise Conflict(
            _("%(initiative)s was moved by somebody else meanwhile. Look again, then decide.")
            % {"initiative": initiative.name}
        )
    gates.require_present(stage)
    return initiative, stage, Choice(choice)


def _decide(
    initiative: Initiative,
    stage: Stage,
    chosen: Choice,
    said: Wording,
    *,
    by: Person,
    at: datetime,
    effective_on: date,
    behalf: Person | None = None,
) -> Decision:
    evaluation = gates.evaluate(stage, through=effective_on, by=by, at=at)
    outcomes = (evaluation.outcome, evaluation.stop_outcome, evaluation.guard_outcome) if evaluation else ("", "", "")
    decision = Decision.objects.create(
        initiative=initiative, stage=stage, choice=chosen, reason=said.reason, conditions=said.conditions, due=said.due,
        against_evidence=against(chosen, *outcomes), evaluation=evaluation, by=by, behalf=behalf, at=at,
        effective_on=effective_on,
    )  # fmt: skip
    for position, text in enumerate(said.conditions.splitlines()):
        Condition.objects.create(decision=decision, text=text, due=said.due, position=position)
    _record(Event.Kind.DECISION, decision, by=by, at=at)
    step = move(chosen, stage.key, initiative.ladder)
    stages.move(initiative, step, by=by, at=at, effective_on=effective_on, decision=decision, reason=said.reason)
    return decision


def _record(kind: Event.Kind, decision: Decision, *, by: Person, at: datetime, **more: object) -> None:
    data = {
        "decision": decision.pk, "stage": decision.stage.key, "choice": decision.choice, "reason": decision.reason,
        "conditions": decision.conditions, "against_evidence": decision.against_evidence,
        "seal": chain.digest(chain.BEGIN, decision.record()), **more,
    }  # fmt: skip
    events.record(kind, by=by, at=at, behalf=decision.behalf, initiative=decision.initiative, data=data)


def _together(votes: Collection[Vote]) -> Wording:
    """What those who want the same said: every reason under its name, every condition once, the earliest day."""
    conditions = dict.fromkeys(line for vote in votes for line in vote.conditions.splitlines())
    reason = "\n".join(f"{vote.by}: {vote.reason}" for vote in votes)
    return Wording(reason, "\n".join(conditions), min((vote.due for vote in votes if vote.due), default=None))


def _judge_present(initiative: Initiative, *, at: datetime) -> None:
    present = Stage.objects.filter(initiative=initiative, key=initiative.stage_key).first()
    if present is not None:
        gates.ask(present, at=at)


def _behalf(by: Person, stage: Stage) -> Person | None:
    """For whom they decide: None where for themselves. Raises NotAllowed where the rule of the gate names neither."""
    voice = rights.voice(by, stage)
    if voice is None:
        raise NotAllowed(_who_decides(stage))
    return None if voice == by else voice


def _who_decides(stage: Stage) -> str:
    rule = rights.rule(stage)
    if rule == deciders.ALONE:
        alone = _("Only the sponsor of %(initiative)s or an administrator can decide at this gate.")
        return alone % {"initiative": stage.initiative.name}
    return _("Only %(who)s can decide at this gate.") % {"who": rule}
