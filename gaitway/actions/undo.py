"""Small changes are taken back: each by its inverse, which goes through the normal action and its rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gaitway.actions import Refused, gates, notices, people, preferences, tasks
from gaitway.models import ChecklistItem, Following, Initiative, Notice, Objective, Person, Task, Undo

WITHIN = timedelta(minutes=10)  # after which a change stands
KEPT = timedelta(days=1)

Data = dict[str, Any]
Inverse = Callable[[Data, Person, datetime], None]


@transaction.atomic
def offer(words: str, kind: str, data: Data, *, by: Person, at: datetime) -> Undo:
    """Keeps how it is taken back, beside the change itself. `words`: what was done; `kind`: one of INVERSES."""
    if kind not in INVERSES:
        raise KeyError(f"Nobody knows how to take back {kind!r}: name it in INVERSES.")
    return Undo.objects.create(person=by, kind=kind, data=data, words=words[:300], at=at)


def newest(*, by: Person, at: datetime) -> Undo | None:
    """What this person did last and can still take back."""
    return Undo.objects.filter(person=by, used_at=None, at__gt=at - WITHIN).first()


@transaction.atomic
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


@transaction.atomic
def sweep(*, at: datetime) -> None:
    """Nobody takes these back any more."""
    Undo.objects.filter(at__lt=at - KEPT).delete()


def require_same(now: object, then: object) -> None:
    """For inverses: what they would take back must be as it was left."""
    if now != then:
        raise Refused(_("Somebody has changed it since, so it can't be taken back."))


def _task_done(data: Data, by: Person, at: datetime) -> None:
    task = Task.objects.visible_to(by).select_related("stage", "initiative__strategy").get(pk=data["task"])
    require_same((task.state, task.moved_at and task.moved_at.isoformat()), (Task.State.DONE, data["moved_at"]))
    tasks.reopen(task, by=by, at=at)


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
    "task done": _task_done,
    "item done": _item_done,
    "notices closed": _notices_open,
    "unfollowed": _follow,
    "followed": _unfollow,
    "display": _display,
}
"""By the kind of what was done."""
