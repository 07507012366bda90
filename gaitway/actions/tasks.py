from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from gaitway.actions import NotAllowed, Refused, events, gates
from gaitway.models import Event, Person, Stage, Task
from gaitway.queries import rights


@transaction.atomic
def add(
    stage: Stage, name: str, *, by: Person, at: datetime, owner: Person | None = None, accountable: Person | None = None,
    due: date | None = None, estimate_days: float | None = None,
) -> Task:  # fmt: skip
    """Below all others of its stage. Raises NotAllowed, and Refused for a name that is empty, too long or taken."""
    if not rights.works_in(by, stage.initiative):
        raise NotAllowed(f"Only the people who work on {stage.initiative.name} can do this.")
    said = name.strip()
    if not said or len(said) > 300:
        raise Refused("A task has a name of 300 characters at most.")
    if Task.objects.filter(stage=stage, name=said).exists():
        raise Refused(f"There is a task “{said}” in this stage already.")
    last = stage.tasks.order_by("-position").values_list("position", flat=True).first()
    task = Task.objects.create(
        initiative=stage.initiative, stage=stage, name=said, owner=owner, accountable=accountable, due=due,
        estimate_days=estimate_days, position=0 if last is None else last + 1, moved_at=at,
    )  # fmt: skip
    gates.ask(stage, at=at)
    return task


@transaction.atomic
def complete(task: Task, *, by: Person, at: datetime, on: date) -> None:
    """Doing a task twice changes nothing."""
    _require_worker(task, by)
    if task.done_on is not None:
        return
    task.done_on, task.done_by, task.state, task.moved_at = on, by, Task.State.DONE, at
    task.save(update_fields=["done_on", "done_by", "state", "moved_at"])
    events.record(Event.Kind.TASK_DONE, by=by, at=at, initiative=task.initiative, data={"task": task.name})
    gates.ask(task.stage, at=at)


@transaction.atomic
def reopen(task: Task, *, by: Person, at: datetime) -> None:
    _require_worker(task, by)
    if task.done_on is None:
        return
    data = {"task": task.name, "before": {"done_on": task.done_on.isoformat()}}
    task.done_on = task.done_by = None
    task.state, task.moved_at = Task.State.TO_DO, at
    task.save(update_fields=["done_on", "done_by", "state", "moved_at"])
    events.record(Event.Kind.TASK_REOPENED, by=by, at=at, initiative=task.initiative, data=data)
    gates.ask(task.stage, at=at)


def _require_worker(task: Task, person: Person) -> None:
    if not (rights.works_in(person, task.initiative) or task.owner_id == person.pk):
        raise NotAllowed(f"Only the people who work on {task.initiative.name} can do this.")
