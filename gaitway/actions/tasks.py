"""Work of a stage: added, changed, moved between the columns of the board, retired. What belongs to a task: actions.points,
actions.comments, actions.files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, boards, events, gates, summaries
from gaitway.actions.turns import turn
from gaitway.models import Event, Person, Stage, Task
from gaitway.queries import people, rights
from gaitway.queries import tasks as asked

FIELDS = ("name", "note", "owner", "accountable", "due", "estimate_days")
LONGEST_NAME, LONGEST_NOTE, MOST_DAYS = 300, 20_000, 10_000


@turn()
def add(
    stage: Stage, name: str, *, by: Person, at: datetime, owner: Person | None = None, accountable: Person | None = None,
    due: date | None = None, estimate_days: float | None = None, note: str = "", state: str = Task.State.TO_DO,
    on_top: bool = False,
) -> Task:  # fmt: skip
    """Below all others of its column, or `on_top`. One that was retired under this name comes back, with what is said now."""
    if not rights.works_in(by, stage.initiative):
        raise NotAllowed(_outsider(stage))
    values: dict[str, Any] = {"owner": owner, "accountable": accountable, "due": due}
    values |= {"estimate_days": estimate_days, "note": note}
    values = _checked(stage, {"name": name, **values})
    if state not in boards.LIMITED:
        raise Refused(_("A new task is to do, doing or waiting."))
    former = Task.objects.filter(stage=stage, name=values["name"]).first()
    if former and former.retired_at is None:
        raise Refused(_taken(values["name"]))
    task = former or Task(stage=stage, initiative=stage.initiative)
    for field, value in values.items():
        setattr(task, field, value)
    task.state, task.moved_at, task.retired_at, task.done_on, task.done_by = state, at, None, None, None
    newest = Task.objects.filter(stage=stage).aggregate(found=Max("position"))["found"]
    task.position = 0 if newest is None else newest + 1
    task.rank = boards.first(state) if on_top else boards.last(state)
    task.save()
    _record(Event.Kind.TASK_ADDED, task, by=by, at=at, data={"stage": stage.key, "state": state})
    _give(task, by=by, at=at)
    _ask_where_read(stage, at=at)
    return task


@turn()
def change(task: Task, fields: Mapping[str, Any], *, by: Person, at: datetime) -> bool:
    """`fields`: some of FIELDS. Whether anything is different now."""
    require_worker(task, by)
    values = _checked(task.stage, fields)
    before = {name: getattr(task, name) for name in values}
    changed = {name: value for name, value in values.items() if value != before[name]}
    if not changed:
        return False
    if "name" in changed:
        if Task.objects.filter(stage=task.stage, name=changed["name"]).exclude(pk=task.pk).exists():
            raise Refused(_taken(changed["name"]))
        _require_unnamed(task)
    for name, value in changed.items():
        setattr(task, name, value)
    task.save(update_fields=list(changed))
    said = {name: [_plain(before[name]), _plain(value)] for name, value in changed.items() if name != "note"}
    data = {"fields": said, "note": "note" in changed}
    _record(Event.Kind.TASK_CHANGED, task, by=by, at=at, data=data)
    if changed.get("owner"):
        _give(task, by=by, at=at)
    return True


@turn()
def move(task: Task, state: str, after: Task | None = None, *, by: Person, at: datetime, on: date) -> bool:
    """Into a column, below another card or on top: by hand, menu, key or program alike. To be done on the day `on` may move
    a gate, and so may to be opened again. Whether it stands in another column now."""
    require_worker(task, by)
    if state not in Task.State.values:
        said = _("%(state)s is no column: those are %(states)s.")
        raise Refused(said % {"state": repr(state), "states": ", ".join(Task.State.values)})
    before = task.state
    if before == state == Task.State.DONE:
        return False
    task.rank = boards.place(task, state, after)
    if before == state:
        task.save(update_fields=["rank"])
        return False
    done_on, done = task.done_on, state == Task.State.DONE
    task.state, task.moved_at = state, at
    task.done_on, task.done_by = (on, by) if done else (None, None)
    task.save(update_fields=["rank", "state", "moved_at", "done_on", "done_by"])
    if done:
        _record(Event.Kind.TASK_DONE, task, by=by, at=at, data={"from": before})
    elif before == Task.State.DONE:
        data = {"to": state, "before": {"done_on": done_on.isoformat() if done_on else None}}
        _record(Event.Kind.TASK_REOPENED, task, by=by, at=at, data=data)
    else:
        _record(Event.Kind.TASK_MOVED, task, by=by, at=at, data={"from": before, "to": state})
    if Task.State.DONE in (before, state):
        gates.ask(task.stage, at=at)
    return True


def complete(task: Task, *, by: Person, at: datetime, on: date) -> None:
    """Doing a task twice changes nothing."""
    move(task, Task.State.DONE, by=by, at=at, on=on)


def reopen(task: Task, *, by: Person, at: datetime) -> None:
    require_worker(task, by)
    if task.done_on is not None:
        move(task, Task.State.TO_DO, by=by, at=at, on=task.done_on)


@turn()
def retire(task: Task, *, by: Person, at: datetime) -> None:
    """Takes it off the plan. What was said and done about it is kept, and comes back with it."""
    require_worker(task, by)
    if task.retired_at is not None:
        return
    _require_unnamed(task)
    task.retired_at = at
    task.save(update_fields=["retired_at"])
    _record(Event.Kind.TASK_RETIRED, task, by=by, at=at)
    _ask_where_read(task.stage, at=at)


@turn()
def restore(task: Task, *, by: Person, at: datetime) -> None:
    """A retired task is on the plan again, in the column in which it was."""
    require_worker(task, by)
    if task.retired_at is None:
        return
    task.retired_at, task.rank = None, boards.first(task.state)
    task.save(update_fields=["retired_at", "rank"])
    _record(Event.Kind.TASK_RESTORED, task, by=by, at=at)
    _ask_where_read(task.stage, at=at)


def require_worker(task: Task, person: Person) -> None:
    """The people who work in the initiative, and the owner of the task."""
    if not rights.may_work_on(person, task):
        raise NotAllowed(_outsider(task.stage))


def _checked(stage: Stage, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are kept. Raises Refused, naming the field and what it takes."""
    found = dict(fields)
    if unknown := sorted(set(found) - set(FIELDS)):
        raise Refused(_("A task has no %(field)s.") % {"field": unknown[0]})
    if "name" in found:
        found["name"] = " ".join(str(found["name"]).split())
        if not found["name"]:
            raise Refused(_("Give the task a name."))
        if len(found["name"]) > LONGEST_NAME:
            raise Refused(_("The name of a task has at most %(most)s characters.") % {"most": LONGEST_NAME})
    if len(found.get("note", "")) > LONGEST_NOTE:
        raise Refused(_("A note has at most %(most)s characters.") % {"most": LONGEST_NOTE})
    days = found.get("estimate_days")
    if days is not None and not (math.isfinite(days) and 0 <= days <= MOST_DAYS):
        raise Refused(_("An estimate is a number of days from 0 to %(most)s.") % {"most": MOST_DAYS})
    for role in ("owner", "accountable"):
        person = found.get(role)
        if person is not None and not people.seeing(stage.initiative).filter(pk=person.pk).exists():
            said = _("%(person)s can't see %(initiative)s: give them a role there first.")
            raise Refused(said % {"person": person, "initiative": stage.initiative.name})
    return found


def _plain(value: Any) -> Any:
    """As an event keeps it: people by their names, days as texts."""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Person) else value


def _give(task: Task, *, by: Person, at: datetime) -> None:
    """Somebody else is told that it is theirs now."""
    if task.owner is not None and task.owner != by:
        data = {"person": task.owner.pk, "name": str(task.owner)}
        _record(Event.Kind.TASK_GIVEN, task, by=by, at=at, data=data)


def _require_unnamed(task: Task) -> None:
    """A rule that waits for a task by its name must not lose it."""
    if asked.named_in_rules(task):
        said = _("A rule of %(stage)s waits for “%(task)s” by its name: change the rule first.")
        raise Refused(said % {"stage": asked.stage_name(task.stage), "task": task.name})


def _ask_where_read(stage: Stage, *, at: datetime) -> None:
    if asked.counts_tasks(stage):
        gates.ask(stage, at=at)


def _outsider(stage: Stage) -> str:
    return _("Only the people who work on %(name)s can do this.") % {"name": stage.initiative.name}


def _taken(name: str) -> str:
    return _("This stage has a task “%(name)s” already.") % {"name": name}


def _record(kind: Event.Kind, task: Task, *, by: Person, at: datetime, data: Mapping[str, Any] | None = None) -> None:
    told = {"task": task.name, "task_id": task.pk, **(data or {})}
    events.record(kind, by=by, at=at, initiative=task.initiative, data=told)
    on_plan, done = _counts(kind, task)
    if on_plan or done:
        summaries.count(task.initiative_id, tasks=on_plan, done=done, at=at)


def _counts(kind: Event.Kind, task: Task) -> tuple[int, int]:
    """How many more tasks are on the plan after it, and how many more of those are done."""
    done = int(task.done_on is not None)
    return {
        Event.Kind.TASK_ADDED: (1, 0),
        Event.Kind.TASK_DONE: (0, 1),
        Event.Kind.TASK_REOPENED: (0, -1),
        Event.Kind.TASK_RETIRED: (-1, -done),
        Event.Kind.TASK_RESTORED: (1, done),
    }.get(kind, (0, 0))
