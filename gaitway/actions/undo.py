"""Small changes are taken back: each by its inverse, which goes through the normal action and its rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from gaitway.actions import (
    Refused,
    gates,
    initiatives,
    milestones,
    notices,
    people,
    points,
    preferences,
    roadmap,
    stages,
    tasks,
    views,
)
from gaitway.actions.turns import turn
from gaitway.models import (
    ChecklistItem,
    Event,
    Following,
    Initiative,
    Milestone,
    Notice,
    Objective,
    Person,
    Task,
    TaskItem,
    Undo,
)
from gaitway.queries import editing

WITHIN = timedelta(minutes=10)  # after which a change stands
KEPT = timedelta(days=1)

Data = dict[str, Any]
Inverse = Callable[[Data, Person, datetime], None]


@turn()
def offer(words: str, kind: str, data: Data, *, by: Person, at: datetime) -> Undo:
    """Keeps how it is taken back, beside the change itself. `words`: what was done; `kind`: one of INVERSES."""
    if kind not in INVERSES:
        raise KeyError(f"Nobody knows how to take back {kind!r}: name it in INVERSES.")
    return Undo.objects.create(person=by, kind=kind, data=data, words=words[:300], at=at)


def newest(*, by: Person, at: datetime) -> Undo | None:
    """What this person did last and can still take back."""
    return Undo.objects.filter(person=by, used_at=None, at__gt=at - WITHIN).first()


@turn()
def take_back(pk: int, *, by: Person, at: datetime) -> Undo:
    """Raises Undo.DoesNotExist for anybody else's, Refused where it is too late or the thing has changed since."""
    undo: Undo = Undo.objects.select_for_update().get(pk=pk, person=by)
    if undo.used_at is not None:
        raise Refused(_("It was taken back already."))
    if undo.at <= at - WITHIN:
        raise Refused(_("It is too late to take this back: that works for ten minutes."))
    try:
        INVERSES[undo.kind](undo.data, by, at)
    except ObjectDoesNotExist:
        raise Refused(_("What was changed isn't there any more.")) from None
    undo.used_at = at
    undo.save(update_fields=["used_at"])
    return undo


@turn()
def sweep(*, at: datetime) -> None:
    """Nobody takes these back any more."""
    Undo.objects.filter(at__lt=at - KEPT).delete()


def require_same(now: object, then: object) -> None:
    """For inverses: what they would take back must be as it was left."""
    if now != then:
        raise Refused(_("Somebody has changed it since, so it can't be taken back."))


def _task_moved(data: Data, by: Person, at: datetime) -> None:
    """Back into the column `state`; what was done, with the day on which it was (`done_on`)."""
    task = _task(data, by)
    require_same(task.moved_at and task.moved_at.isoformat(), data["moved_at"])
    on = date.fromisoformat(data["done_on"]) if data.get("done_on") else timezone.localdate(at)
    tasks.move(task, data["state"], by=by, at=at, on=on)


def _task_retired(data: Data, by: Person, at: datetime) -> None:
    task = _task(data, by)
    require_same(task.retired_at is not None, data["retired"])
    if data["retired"]:
        tasks.restore(task, by=by, at=at)
    else:
        tasks.retire(task, by=by, at=at)


def _task(data: Data, by: Person) -> Task:
    found: Task = Task.objects.visible_to(by).select_related("stage", "initiative__strategy").get(pk=data["task"])
    return found


def _point_ticked(data: Data, by: Person, at: datetime) -> None:
    rows = TaskItem.objects.visible_to(by).select_related("task__stage", "task__initiative__strategy")
    item = rows.get(pk=data["item"])
    require_same(item.done_on is not None, data["done"])
    on = date.fromisoformat(data["on"]) if data.get("on") else timezone.localdate(at)
    points.tick(item, by=by, at=at, on=on, done=not data["done"])


def _milestone_changed(data: Data, by: Person, at: datetime) -> None:
    found = _milestone(data, by)
    require_same([found.name, found.on.isoformat()], data["after"])
    name, on = data["before"]
    milestones.change(found, name=name, on=date.fromisoformat(on), by=by, at=at)


def _milestone_done(data: Data, by: Person, at: datetime) -> None:
    found = _milestone(data, by)
    require_same(found.done_on is not None, data["done"])
    on = date.fromisoformat(data["on"]) if data.get("on") else timezone.localdate(at)
    milestones.done(found, by=by, at=at, on=on, done=not data["done"])


def _milestone_retired(data: Data, by: Person, at: datetime) -> None:
    """Also of one that was added: it is retired again."""
    found = _milestone(data, by)
    require_same(found.retired_at is not None, data["retired"])
    milestones.retire(found, by=by, at=at, retired=not data["retired"])


def _milestone(data: Data, by: Person) -> Milestone:
    found: Milestone = Milestone.objects.visible_to(by).get(pk=data["milestone"], initiative__retired_at=None)
    return found


def _placed(data: Data, by: Person, at: datetime) -> None:
    rows = Initiative.objects.visible_to(by).current()
    moved = rows.get(pk=data["initiative"])
    order = list(rows.filter(strategy=moved.strategy_id))
    here = order.index(moved)
    require_same(order[here - 1].pk if here else None, data["after"])
    former = rows.get(pk=data["before"]) if data["before"] else None
    roadmap.place(moved, former, by=by, at=at)


def _gate_moved(data: Data, by: Person, at: datetime) -> None:
    made = stages.Replanned.of_json(data["made"])
    initiative = Initiative.objects.visible_to(by).get(pk=data["initiative"])
    stages.plan_back(initiative, made, reason=_("The move was taken back."), by=by, at=at)


def _initiative_changed(data: Data, by: Person, at: datetime) -> None:
    event = Event.objects.visible_to(by).get(pk=data["event"])
    rows = Initiative.objects.visible_to(by).select_related("strategy", "objective", "area", "spending")
    now, changed = editing.values(rows.get(events=event)), event.data["fields"]
    require_same({name: now[name] for name in changed}, {name: pair[1] for name, pair in changed.items()})
    initiatives.restore(event, by=by, at=at)


def _view_deleted(data: Data, by: Person, at: datetime) -> None:
    views.restore(data, by=by, at=at)


def _columns(data: Data, by: Person, at: datetime) -> None:
    require_same(by.columns, data["after"])
    people.set_columns(by, data["before"], by=by, at=at)


def _item_done(data: Data, by: Person, at: datetime) -> None:
    item = ChecklistItem.objects.visible_to(by).select_related("stage__initiative__strategy").get(pk=data["item"])
    require_same((item.done_on is not None, item.done_by_id), (True, by.pk))
    gates.check(item, by=by, at=at, on=timezone.localdate(at), done=False)


def _notices_open(data: Data, by: Person, at: datetime) -> None:
    notices.back(Notice.objects.visible_to(by).filter(pk__in=data["notices"]), by=by, at=at)


def _follow(data: Data, by: Person, at: datetime) -> None:
    preferences.follow(_thing(data, by), by=by, at=at)


def _unfollow(data: Data, by: Person, at: datetime) -> None:
    require_same(Following.objects.filter(person=by, **{f"{data['what']}_id": data["pk"]}).exists(), True)
    preferences.unfollow(_thing(data, by), by=by, at=at)


def _thing(data: Data, by: Person) -> Initiative | Objective:
    if data["what"] == "initiative":
        return Initiative.objects.visible_to(by).get(pk=data["pk"])
    seen = Initiative.objects.visible_to(by).values("objective")
    return Objective.objects.filter(pk__in=seen).get(pk=data["pk"])


def _display(data: Data, by: Person, at: datetime) -> None:
    looks = {name: data[name] for name in ("theme", "density", "keys", "language")}
    people.set_display(by, **looks, by=by, at=at)


INVERSES: dict[str, Inverse] = {
    "task done": _task_moved,
    "task moved": _task_moved,
    "task retired": _task_retired,
    "point ticked": _point_ticked,
    "milestone changed": _milestone_changed,
    "milestone done": _milestone_done,
    "milestone retired": _milestone_retired,
    "placed": _placed,
    "gate moved": _gate_moved,
    "initiative changed": _initiative_changed,
    "view deleted": _view_deleted,
    "columns": _columns,
    "item done": _item_done,
    "notices closed": _notices_open,
    "unfollowed": _follow,
    "followed": _unfollow,
    "display": _display,
}
"""By the kind of what was done."""
