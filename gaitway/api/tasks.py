"""Tasks: listed, added, changed, moved, taken off the plan; and the checklists of stages. What belongs to a task: api.taskparts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field, StringConstraints

from gaitway.actions import Refused, gates, tasks
from gaitway.models import ChecklistItem as ItemRow
from gaitway.models import Initiative, Stage
from gaitway.models import Person as PersonRow
from gaitway.models import Task as TaskRow
from gaitway.queries import tasks as asked

from . import cursors
from .scopes import ACT
from .values import Day, In, Line, Out, Person, viewer

router = Router()
PAGE, MOST = 100, 1000
State = Literal["to do", "doing", "waiting", "done"]
Email = Annotated[str, StringConstraints(max_length=254)]
Note = Annotated[str, StringConstraints(max_length=tasks.LONGEST_NOTE)]
Days = Annotated[float, Field(ge=0, le=tasks.MOST_DAYS)]


class Task(Out):
    """`moved_at`: since when it has stood in its column."""

    task_id: int = Field(validation_alias="pk")
    name: str
    initiative_id: str
    stage: str
    state: str
    owner: Person | None
    accountable: Person | None
    due: date | None
    estimate_days: float | None
    note: str
    moved_at: datetime | None
    done_on: date | None


class Tasks(Out):
    """`more` is the `cursor` of the next page, null on the last."""

    tasks: list[Task]
    more: str | None


class ChecklistItem(Out):
    item_id: int = Field(validation_alias="pk")
    text: str
    done_on: date | None


class TaskAdding(In):
    """`stage`: its key, left out: the one in which the initiative is. `owner` and `accountable`: e-mails."""

    name: Line
    stage: Line = ""
    state: Literal["to do", "doing", "waiting"] = "to do"
    owner: Email | None = None
    accountable: Email | None = None
    due: Day | None = None
    estimate_days: Days | None = None
    note: Note = ""


class TaskChanging(In):
    """What isn't sent stays as it is; null takes it away."""

    name: Line | None = None
    owner: Email | None = None
    accountable: Email | None = None
    due: Day | None = None
    estimate_days: Days | None = None
    note: Note | None = None


class TaskMoving(In):
    """`after`: the task below which it shall stand; left out: on top of the column."""

    state: State
    after: int | None = None


@router.get("/tasks", response=Tasks)
def listed(
    request: HttpRequest,
    initiative_id: Annotated[str, Field(max_length=130)] = "",
    stage: Annotated[str, Field(max_length=60)] = "",
    state: Literal["", "open", "to do", "doing", "waiting", "done"] = "",
    owner: Annotated[str, Field(max_length=254)] = "",
    q: Annotated[str, Field(max_length=100)] = "",
    due_before: date | None = None,
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE,
    cursor: str = "",
) -> dict[str, object]:
    """By their numbers. `owner` is an e-mail, `me` or `nobody`."""
    person = viewer(request)
    rows = asked.seen(person).select_related("stage", "initiative__strategy", "owner", "accountable")
    if initiative_id:
        strategy, _sep, key = initiative_id.partition("/")
        rows = rows.filter(initiative__strategy__key=strategy, initiative__key=key)
    if stage:
        rows = rows.filter(stage__key=stage)
    if state:
        rows = rows.exclude(state="done") if state == "open" else rows.filter(state=state)
    if owner:
        rows = (
            rows.filter(owner=None)
            if owner == "nobody"
            else rows.filter(owner__email=person.email if owner == "me" else owner)
        )
    if q:
        rows = rows.filter(name__icontains=q)
    if due_before:
        rows = rows.filter(due__lt=due_before)
    if (last := cursors.read(cursor, int)) is not None:
        rows = rows.filter(pk__gt=last[0])
    found = list(rows.order_by("pk")[: limit + 1])
    more = cursors.write(found[limit - 1].pk) if len(found) > limit else None
    return {"tasks": [shown(row) for row in found[:limit]], "more": more}


@router.get("/tasks/{int:task_id}", response=Task)
def one(request: HttpRequest, task_id: int) -> dict[str, object]:
    return shown(asked.find(viewer(request), task_id))


@router.post("/initiatives/{pair:initiative_id}/tasks", response={201: Task}, auth=ACT)
def add(request: HttpRequest, initiative_id: str, adding: TaskAdding) -> Status[object]:
    """At the end of its column."""
    person = viewer(request)
    strategy, _sep, key = initiative_id.partition("/")
    rows = Initiative.objects.visible_to(person).current().select_related("strategy")
    initiative = rows.get(strategy__key=strategy, key=key)
    wanted = adding.stage or initiative.stage_key
    stage = Stage.objects.filter(initiative=initiative, key=wanted).first()
    if stage is None:
        raise Refused(f"stage: {initiative.name} has no stage {wanted!r} with a plan.")
    stage.initiative = initiative
    task = tasks.add(
        stage, adding.name, state=adding.state, owner=_who(adding.owner, "owner"), due=adding.due,
        accountable=_who(adding.accountable, "accountable"), estimate_days=adding.estimate_days, note=adding.note,
        by=person, at=timezone.now(),
    )  # fmt: skip
    return Status(201, shown(task))


@router.patch("/tasks/{int:task_id}", response=Task, auth=ACT)
def change(request: HttpRequest, task_id: int, changing: TaskChanging) -> dict[str, object]:
    person = viewer(request)
    task = asked.find(person, task_id)
    tasks.require_worker(task, person)
    fields: dict[str, Any] = {name: getattr(changing, name) for name in changing.model_fields_set}
    for name in {"owner", "accountable"} & fields.keys():
        fields[name] = _who(fields[name], name)
    for name in {"name", "note"} & fields.keys():
        fields[name] = fields[name] or ""
    tasks.change(task, fields, by=person, at=timezone.now())
    return shown(task)


@router.post("/tasks/{int:task_id}/move", response=Task, auth=ACT)
def move(request: HttpRequest, task_id: int, moving: TaskMoving) -> dict[str, object]:
    """To another column of the board, or to another place in its own."""
    person = viewer(request)
    task = asked.find(person, task_id)
    above = asked.find(person, moving.after) if moving.after is not None else None
    tasks.move(task, moving.state, above, by=person, at=timezone.now(), on=timezone.localdate())
    return shown(task)


@router.post("/tasks/{int:task_id}/done", response=Task, auth=ACT)
def done(request: HttpRequest, task_id: int) -> dict[str, object]:
    """Doing a task twice changes nothing."""
    person = viewer(request)
    task = asked.find(person, task_id)
    tasks.complete(task, by=person, at=timezone.now(), on=timezone.localdate())
    return shown(task)


@router.post("/tasks/{int:task_id}/reopen", response=Task, auth=ACT)
def reopen(request: HttpRequest, task_id: int) -> dict[str, object]:
    person = viewer(request)
    task = asked.find(person, task_id)
    tasks.reopen(task, by=person, at=timezone.now())
    return shown(task)


@router.post("/tasks/{int:task_id}/retire", response={204: None}, auth=ACT)
def retire(request: HttpRequest, task_id: int) -> Status[None]:
    """Takes it off the plan; what was said and done about it is kept."""
    person = viewer(request)
    tasks.retire(asked.find(person, task_id), by=person, at=timezone.now())
    return Status(204, None)


@router.post("/tasks/{int:task_id}/restore", response=Task, auth=ACT)
def restore(request: HttpRequest, task_id: int) -> dict[str, object]:
    person = viewer(request)
    task = asked.find(person, task_id, retired=True)
    tasks.restore(task, by=person, at=timezone.now())
    return shown(task)


@router.post("/checklist/{int:item_id}/done", response=ChecklistItem, auth=ACT)
def tick(request: HttpRequest, item_id: int) -> ItemRow:
    return _tick(request, item_id, done=True)


@router.post("/checklist/{int:item_id}/reopen", response=ChecklistItem, auth=ACT)
def untick(request: HttpRequest, item_id: int) -> ItemRow:
    return _tick(request, item_id, done=False)


def shown(task: TaskRow) -> dict[str, object]:
    names = ("pk", "name", "state", "owner", "accountable", "due", "estimate_days", "note", "moved_at", "done_on")
    found: Mapping[str, object] = {name: getattr(task, name) for name in names}
    return {**found, "initiative_id": asked.key_of(task.initiative), "stage": task.stage.key}


def _who(email: str | None, field: str) -> PersonRow | None:
    if email is None:
        return None
    found: PersonRow | None = PersonRow.objects.filter(email=email.lower(), is_system=False).first()
    if found is None:
        raise Refused(f"{field}: nobody here has the e-mail {email!r}. GET /people lists them.")
    return found


def _tick(request: HttpRequest, pk: int, *, done: bool) -> ItemRow:
    person = viewer(request)
    item = ItemRow.objects.visible_to(person).select_related("stage__initiative__strategy").get(pk=pk)
    gates.check(item, by=person, at=timezone.now(), on=timezone.localdate(), done=done)
    return item
