"""The only door through which an initiative moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed, Refused, events, forecasts, jobs, summaries
from gaitway.actions.turns import turn
from gaitway.engine import plans
from gaitway.engine import stages as engine
from gaitway.engine.plans import Planned, Rest
from gaitway.engine.stages import ENTERS, Move, State
from gaitway.models import Amendment, Decision, Event, Initiative, Job, Notice, Person, Stage, StageChange
from gaitway.queries import rights
from gaitway.queries.stages import begun
from gaitway.queries.words import faults

Dates = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Replanned:
    """What moving the end of `stage` changed: the dates of stages, by their keys."""

    stage: str
    before: Mapping[str, Dates]
    after: Mapping[str, Dates]

    def as_json(self) -> dict[str, Any]:
        def told(dates: Mapping[str, Dates]) -> dict[str, list[str | None]]:
            return {key: [day.isoformat() if day else None for day in pair] for key, pair in dates.items()}

        return {"stage": self.stage, "before": told(self.before), "after": told(self.after)}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Replanned:
        def heard(dates: Mapping[str, list[str | None]]) -> dict[str, Dates]:
            read = {key: [date.fromisoformat(day) if day else None for day in pair] for key, pair in dates.items()}
            return {key: (starts, ends) for key, (starts, ends) in read.items()}

        return cls(data["stage"], heard(data["before"]), heard(data["after"]))


@turn()
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
        after = engine.after(before, move, initiative.ladder)
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
        with turn():
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
    summaries.refresh([initiative], at=at)
    return change


STEERED = (Move.START, Move.PAUSE, Move.RESUME)


@turn()
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


@turn()
def replan(
    stage: Stage, *, ends: date, reason: str, by: Person, at: datetime, rest: Rest = Rest.KEEP, was: date | None = None
) -> Replanned:
    """Gives a stage a new end, by the sponsor or an administrator, and with `rest` the stages after it new dates. Where
    a stage has begun, that is an amendment. `was`: the end that the mover had seen, Conflict where it is another one."""
    initiative = Initiative.objects.select_for_update().select_related("strategy").get(pk=stage.initiative_id)
    if not rights.may_decide(by, initiative):
        raise NotAllowed(_only_planner(initiative))
    rows = _by_key(initiative)
    if was is not None and rows[stage.key].ends != was:
        raise Conflict(
            _("The end of %(stage)s was moved by somebody else meanwhile. Look again, then move it.") % {"stage": stage}
        )
    ladder = initiative.ladder.keys
    order = sorted(rows.values(), key=lambda row: ladder.index(row.key) if row.key in ladder else -1)
    try:
        found = plans.moved([Planned(row.key, row.starts, row.ends) for row in order], stage.key, ends, rest)
    except plans.BadPlan as error:
        name = f"{initiative.key}/{error.key}"
        if error.key == stage.key:
            said = _("%(stage)s can't end on %(ends)s, before it starts on %(starts)s.")
        else:
            said = _("%(stage)s would start on %(starts)s, after it ends on %(ends)s: shift it.")
        raise Refused(said % {"stage": name, "ends": error.ends, "starts": error.starts}) from None
    if not found:
        return Replanned(stage.key, {}, {})
    before = {each.key: _dates(rows[each.key]) for each in found}
    _write(rows, {each.key: (each.starts, each.ends) for each in found}, stage.key, reason=reason, by=by, at=at)
    stage.refresh_from_db(fields=["starts", "ends"])
    return Replanned(stage.key, before, {each.key: _dates(rows[each.key]) for each in found})


@turn()
def plan_back(initiative: Initiative, made: Replanned, *, reason: str, by: Person, at: datetime) -> None:
    """Takes `made` back, as a whole. Conflict where one of its dates was changed since."""
    initiative = Initiative.objects.select_for_update().select_related("strategy").get(pk=initiative.pk)
    if not rights.may_decide(by, initiative):
        raise NotAllowed(_only_planner(initiative))
    rows = _by_key(initiative)
    if any(key not in rows or _dates(rows[key]) != dates for key, dates in made.after.items()):
        raise Conflict(
            _("The dates of %(initiative)s were changed meanwhile. Look again, then move the gate.")
            % {"initiative": initiative.name}
        )
    _write(rows, made.before, made.stage, reason=reason, by=by, at=at)


def _write(
    rows: dict[str, Stage], wanted: Mapping[str, Dates], key: str, *, reason: str, by: Person, at: datetime
) -> None:
    """The dates of several stages, and one event that tells of them. `key` is the one whose end was moved."""
    for each, (starts, ends) in wanted.items():
        stage, before = rows[each], rows[each].ends
        said = ("" if before is None else before.isoformat(), "" if ends is None else ends.isoformat())
        stage.starts, stage.ends = starts, ends
        stage.save(update_fields=["starts", "ends"])
        data: dict[str, Any] = (
            {"ends": list(said), "rest": [other for other in wanted if other != key]} if each == key else {}
        )
        if begun(stage):
            amend(stage, {"dates": said}, reason=reason, by=by, at=at, data=data)
        elif each == key:
            data |= {"stage": key, "fields": ["dates"], "reason": reason.strip(), "begun": False}
            events.record(Event.Kind.AMENDMENT, by=by, at=at, initiative=stage.initiative, data=data)
        forecasts.ask(stage, at=at)
    summaries.refresh({stage.initiative_id for stage in rows.values()}, at=at)


def _only_planner(initiative: Initiative) -> str:
    return _("Only the sponsor of %(initiative)s or an administrator can plan it anew.") % {
        "initiative": initiative.name
    }


def _by_key(initiative: Initiative) -> dict[str, Stage]:
    found = Stage.objects.filter(initiative=initiative).select_related("initiative__strategy")
    return {stage.key: stage for stage in found}


def _dates(stage: Stage) -> Dates:
    return stage.starts, stage.ends


@turn()
def amend(
    stage: Stage, fields: dict[str, tuple[str, str]], *, reason: str, by: Person, at: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Keeps what a plan was before it was changed in its running stage: field to before and after. `data`: what else
    the event says."""
    if not reason.strip():
        raise Refused(_("%(stage)s has begun: a change of its plan needs a reason.") % {"stage": stage})
    for name, (before, after) in fields.items():
        Amendment.objects.create(
            stage=stage, field=name, before=before, after=after, reason=reason.strip(), by=by, at=at
        )
    said = {"stage": stage.key, "fields": list(fields), "reason": reason.strip(), **(data or {})}
    events.record(Event.Kind.AMENDMENT, by=by, at=at, initiative=stage.initiative, data=said)
    jobs.ask(Job.Kind.EVALUATE, f"evaluate:{stage.pk}", {"stage": stage.pk}, at=at)
