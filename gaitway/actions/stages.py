"""The only door through which an initiative moves."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed, Refused, events, jobs
from gaitway.engine import stages as engine
from gaitway.engine.stages import ENTERS, Move, State
from gaitway.models import Amendment, Decision, Event, Initiative, Job, Notice, Person, Stage, StageChange
from gaitway.queries import rights
from gaitway.queries.stages import begun
from gaitway.queries.words import faults


@transaction.atomic
def move(
    initiative: Initiative,
    move: Move,
    *,
    by: Person,
    at: datetime,
    effective_on: date,
    decision: Decision | None = None,
    reason: str = "",
) -> StageChange:
    """Moves an initiative and, in the same transaction,
    - writes the StageChange, numbered, so that two people can't take the same step twice (Conflict);
    - writes the initiative's place (state, stage, since when), which nothing else writes;
    - asks for an evaluation of the stage that begins, and closes what waited in inboxes for the one that ended;
    - writes the Event from which people are told.
    `initiative` must be as its reader saw it. Raises Refused where the table of moves has no such move."""
    before = initiative.place
    try:
        after = engine.after(before, move, initiative.strategy.ladder)
    except engine.IllegalMove as error:
        said = {"initiative": initiative.name, "why": faults.why(error)}
        raise Refused(_("%(initiative)s: %(why)s.") % said) from None
    if before and initiative.stage_since and effective_on < initiative.stage_since:
        words = {"initiative": initiative.name, "move": _(move), "day": effective_on, "since": initiative.stage_since}
        early = _("%(initiative)s: %(move)s can't take effect on %(day)s, before the present stage began on %(since)s.")
        raise Refused(early % words)
    entered = move in ENTERS
    since = effective_on if entered or before is None else initiative.stage_since
    changed = Initiative.objects.filter(pk=initiative.pk, moves=initiative.moves).update(
        state=after.state, stage_key=after.stage or "", stage_since=since, moves=initiative.moves + 1
    )
    if not changed:
        raise Conflict(
            _("%(initiative)s was moved by somebody else meanwhile. Look again, then decide.")
            % {"initiative": initiative.name}
        )
    try:
        with transaction.atomic():
            change = StageChange.objects.create(
                initiative=initiative, number=initiative.moves + 1, move=move,
                from_state=before.state if before else "", from_stage=(before.stage or "") if before else "",
                to_state=after.state, to_stage=after.stage or "",
                decision=decision, reason=reason, by=by, at=at, effective_on=effective_on,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(
            _("%(initiative)s was moved by somebody else meanwhile. Look again, then decide.")
            % {"initiative": initiative.name}
        ) from None
    initiative.refresh_from_db()
    if move is not Move.PROPOSE:
        Notice.objects.filter(stage__initiative=initiative, done_at=None).update(done_at=at)
    if entered:
        Stage.objects.get_or_create(initiative=initiative, key=initiative.stage_key)
        stage = Stage.objects.get(initiative=initiative, key=initiative.stage_key)
        # A stage that is entered again is judged anew.
        Stage.objects.filter(pk=stage.pk).update(judged_to=None, latest=None)
    if after.state is State.ACTIVE and move is not Move.HOLD:
        stage = Stage.objects.get(initiative=initiative, key=initiative.stage_key)
        jobs.ask(Job.Kind.EVALUATE, f"evaluate:{stage.pk}", {"stage": stage.pk}, at=at)
    events.record(
        Event.Kind.STAGE_MOVED, by=by, at=at, initiative=initiative,
        data={
            "move": move, "from": change.from_stage, "to": change.to_stage, "reason": reason,
            "effective_on": effective_on.isoformat(), "decision": decision.pk if decision else None,
        },
    )  # fmt: skip
    return change


STEERED = (Move.START, Move.PAUSE, Move.RESUME)


@transaction.atomic
def steer(
    initiative: Initiative, move_: Move, *, reason: str, by: Person, at: datetime, effective_on: date
) -> StageChange:
    """The moves that need no gate: starting, pausing and resuming, by the sponsor or an administrator."""
    if not rights.may_decide(by, initiative):
        raise NotAllowed(
            _("Only the sponsor of %(initiative)s or an administrator can %(move)s it.")
            % {"initiative": initiative.name, "move": _(move_)}
        )
    if move_ not in STEERED:
        raise Refused(_("%(move)s is decided at a gate.") % {"move": _(move_)})
    return move(initiative, move_, by=by, at=at, effective_on=effective_on, reason=reason.strip())


@transaction.atomic
def replan(stage: Stage, *, ends: date, reason: str, by: Person, at: datetime) -> None:
    """Gives a stage a new end, by the sponsor or an administrator. Where it has begun, that is an amendment."""
    if not rights.may_decide(by, stage.initiative):
        raise NotAllowed(
            _("Only the sponsor of %(initiative)s or an administrator can plan it anew.")
            % {"initiative": stage.initiative.name}
        )
    if stage.starts and ends < stage.starts:
        raise Refused(
            _("%(stage)s can't end on %(ends)s, before it starts on %(starts)s.")
            % {"stage": stage, "ends": ends, "starts": stage.starts}
        )
    before = stage.ends.isoformat() if stage.ends else ""
    stage.ends = ends
    stage.save(update_fields=["ends"])
    if begun(stage):
        amend(stage, {"dates": (before, ends.isoformat())}, reason=reason, by=by, at=at)


@transaction.atomic
def amend(stage: Stage, fields: dict[str, tuple[str, str]], *, reason: str, by: Person, at: datetime) -> None:
    """Keeps what a plan was before it was changed in its running stage: field to before and after."""
    if not reason.strip():
        raise Refused(_("%(stage)s has begun: a change of its plan needs a reason.") % {"stage": stage})
    for name, (before, after) in fields.items():
        Amendment.objects.create(
            stage=stage, field=name, before=before, after=after, reason=reason.strip(), by=by, at=at
        )
    data = {"stage": stage.key, "fields": list(fields), "reason": reason.strip()}
    events.record(Event.Kind.AMENDMENT, by=by, at=at, initiative=stage.initiative, data=data)
    jobs.ask(Job.Kind.EVALUATE, f"evaluate:{stage.pk}", {"stage": stage.pk}, at=at)
