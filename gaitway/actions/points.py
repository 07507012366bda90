"""The points of a task: what of it somebody ticks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from gaitway.actions import Refused, events
from gaitway.actions.tasks import require_worker
from gaitway.actions.turns import turn
from gaitway.models import Event, Person, Task, TaskItem

LONGEST, MOST = 300, 100


@turn()
def add(task: Task, text: str, *, by: Person, at: datetime) -> TaskItem:
    require_worker(task, by)
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise Refused(_("A point has from 1 to %(most)s characters.") % {"most": LONGEST})
    if task.items.filter(text=text).exists():
        raise Refused(_("The task has the point “%(text)s” already.") % {"text": text})
    if task.items.count() >= MOST:
        raise Refused(_("A task has at most %(most)s points: make another task.") % {"most": MOST})
    newest = task.items.aggregate(found=Max("position"))["found"]
    item: TaskItem = task.items.create(text=text, position=0 if newest is None else newest + 1)
    _record("added", item, by=by, at=at)
    return item


@turn()
def tick(item: TaskItem, *, by: Person, at: datetime, on: date, done: bool = True) -> None:
    """Ticks it, or takes the tick back. Twice changes nothing."""
    require_worker(item.task, by)
    if (item.done_on is not None) == done:
        return
    item.done_on, item.done_by = (on, by) if done else (None, None)
    item.save(update_fields=["done_on", "done_by"])
    _record("done" if done else "open", item, by=by, at=at)


@turn()
def shift(item: TaskItem, step: int, *, by: Person, at: datetime) -> None:
    """Changes places with the one before (-1) or behind it (1)."""
    require_worker(item.task, by)
    rows = list(item.task.items.all())
    here = [row.pk for row in rows].index(item.pk)
    there = here + step
    if step not in (-1, 1) or not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows):
        row.position = position
    TaskItem.objects.bulk_update(rows, ["position"])


@turn()
def remove(item: TaskItem, *, by: Person, at: datetime) -> None:
    require_worker(item.task, by)
    _record("removed", item, by=by, at=at)
    item.delete()


def _record(what: str, item: TaskItem, *, by: Person, at: datetime) -> None:
    task = item.task
    data: dict[str, Any] = {"task": task.name, "task_id": task.pk, "what": what, "point": item.text}
    events.record(Event.Kind.TASK_POINT, by=by, at=at, initiative=task.initiative, data=data)
