"""A strategy file becomes the strategy: first the plan of changes, then all of it in one transaction."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events, gates, stages, summaries
from gaitway.actions.turns import turn
from gaitway.engine.stages import Move, State
from gaitway.lib.strategyfile import Document
from gaitway.lib.strategyfile.shape import InitiativeShape
from gaitway.models import Event, Initiative, Person, Stage
from gaitway.queries import rights

from . import paper
from .check import ladder
from .flat import flatten
from .plan import Change, Plan, plan
from .put import Put, first_day

__all__ = ["Change", "Plan", "apply", "paper", "plan"]


@turn()
def apply(document: Document, *, by: Person, at: datetime, today: date, prune: bool = False, reason: str = "") -> Plan:
    """Carries out the plan; returns it as it was then. Twice changes nothing.

    Initiatives that are new take the place that the file gives them. A changed trigger, stop rule, date or budget of
    a stage that has begun is an amendment and needs a `reason` (Refused without). Raises StrategyFileError."""
    if not rights.may_apply(by):
        raise NotAllowed(_("Only an administrator or a strategist can apply a strategy."))
    planned = plan(document)
    if planned.amendments and not reason.strip():
        names = ", ".join("/".join(change.thing[1:]) for change in planned.amendments)
        raise Refused(
            _("This changes the plan of stages that have begun (%(names)s): give the reason.") % {"names": names}
        )
    wanted = flatten(document.file, document.folder)
    put = Put(by, at)
    # The strategy itself comes first and tells the others where they belong.
    put.thing(("strategy", document.file.strategy.key), wanted["strategy", document.file.strategy.key])
    for change in planned.changes:
        if change.thing[0] != "strategy":
            put.thing(change.thing, wanted[change.thing])
    for thing, fields in wanted.items():
        if thing[0] == "initiative":
            put.needs(thing[1], fields["needs"])
    split = any(fields["areas"] for thing, fields in wanted.items() if thing[0] == "kpi")
    if split and any(change.thing[0] in ("kpi", "initiative") for change in planned.changes):
        put.readers()
    if prune:
        for change in planned.removals:
            put.retire(change.thing)
    put.order(wanted)
    for change in planned.amendments:
        _amend(put, change, reason, by=by, at=at)
    _take_places(put, document, by=by, at=at, today=today)
    touched = {change.thing[1] for change in planned.changes if change.thing[0] in ("stage", "task")}
    for stage in Stage.objects.filter(initiative__strategy=put.strategy, initiative__key__in=touched):
        gates.ask(stage, at=at)
    if planned.changes or (prune and planned.removals):
        counts = {action: sum(change.action == action for change in planned.changes) for action in ("create", "change")}
        data = {**counts, "remove": len(planned.removals) if prune else 0}
        events.record(Event.Kind.STRATEGY_APPLIED, by=by, at=at, strategy=put.strategy, data=data)
        summaries.refresh(Initiative.objects.filter(strategy=put.strategy).values_list("pk", flat=True), at=at)
    return planned


def _amend(put: Put, change: Change, reason: str, *, by: Person, at: datetime) -> None:
    _, initiative_key, key = change.thing
    stage = Stage.objects.get(initiative__strategy=put.strategy, initiative__key=initiative_key, key=key)
    pairs = {
        name: tuple("" if value is None else str(value) for value in change.fields[name]) for name in change.amends
    }
    stages.amend(stage, pairs, reason=reason, by=by, at=at)  # type: ignore[arg-type]  # two values each


def _take_places(put: Put, document: Document, *, by: Person, at: datetime, today: date) -> None:
    """Brings new initiatives to where the file says they stand, along the table of moves."""
    new = Initiative.objects.filter(strategy=put.strategy, state="").select_related("strategy")
    rows = {initiative.key: initiative for initiative in new}
    for objective in document.file.objectives:
        for shape in objective.initiatives:
            if shape.key in rows:
                _take_place(rows[shape.key], shape, ladder(document.file).keys, by=by, at=at, today=today)


def _take_place(
    initiative: Initiative, shape: InitiativeShape, rungs: tuple[str, ...], *, by: Person, at: datetime, today: date
) -> None:
    plan = shape.plan()
    state = State(shape.state)
    finished = state is State.FINISHED
    reached = rungs.index(shape.stage or rungs[-1 if finished else 0])
    day = {key: first_day(plan[key].dates if key in plan else None, today=today) for key in rungs[: reached + 1]}
    reason = "As stated when the strategy was first applied."

    def go(move: Move, on: date) -> None:
        since = initiative.stage_since
        stages.move(initiative, move, by=by, at=at, effective_on=max(on, since) if since else on, reason=reason)

    go(Move.PROPOSE, min(day.values()))
    if state is State.PROPOSED:
        return
    if state is State.STOPPED and not shape.stage:
        go(Move.STOP, today)
        return
    for key in rungs[: reached + 1]:
        go(Move.START if key == rungs[0] else Move.GO, day[key])
    match state:
        case State.PAUSED:
            go(Move.PAUSE, today)
        case State.STOPPED:
            go(Move.STOP, today)
        case State.FINISHED:
            go(Move.FINISH, today)
