from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, events, gates
from gaitway.models import Event, Person, Task
from gaitway.queries import rights


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
        raise NotAllowed(
            _("Only the people who work on %(initiative)s can do this.") % {"initiative": task.initiative.name}
        )
