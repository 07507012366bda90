"""What do I do today, and which goal does it serve?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gaitway.engine.stages import State
from gaitway.models import Event, Initiative, Notice, Person, Task, TaskItem
from gaitway.queries import rights, tasks
from gaitway.queries.taskpages import with_stages
from gaitway.queries.tasks import Sight
from gaitway.queries.values import Choice

MOST = 100  # more than anybody does in a day; the others are on the board
LATE, TODAY, WEEK, LATER, WAITING = "late", "today", "week", "later", "waiting"


@dataclass(frozen=True, slots=True)
class Mine:
    """A task of the viewer's, with its line of sight and why it matters."""

    pk: int
    name: str
    state: str
    due: date | None
    late: bool
    stale: int | None
    sight: Sight
    why: str
    points: list[TaskItem]


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    name: str
    tasks: list[Mine]


@dataclass(frozen=True, slots=True)
class MyWork:
    """`owed`: how many things in the inbox need the viewer. `more`: tasks beyond those that are shown."""

    groups: list[Group]
    total: int
    late: int
    today: int
    goals: int
    done: int
    owed: int
    owed_kinds: dict[str, int]
    more: int
    can_add: list[Choice]


def page(viewer: Person, now: datetime) -> MyWork:
    today = timezone.localdate(now)
    running = Q(initiative__state__in=[State.ACTIVE, State.PAUSED])
    mine = tasks.seen(viewer).filter(running, tasks.at_hand(), owner=viewer)
    open_ = mine.exclude(state=Task.State.DONE).select_related("stage").prefetch_related("items")
    rows = list(open_.order_by(F("due").asc(nulls_last=True), "rank", "pk")[: MOST + 1])
    more = open_.count() - MOST if len(rows) > MOST else 0
    found = {row.pk: row for row in with_stages(sorted({row.initiative_id for row in rows}))}
    left = tasks.open_by_stage({row.stage_id for row in rows})
    lines = []
    for row in rows[:MOST]:
        row.initiative = row.stage.initiative = found[row.initiative_id]
        lines.append(_mine(row, left, today, now))
    monday = today - timedelta(days=today.weekday())
    done = tasks.seen(viewer).filter(done_by=viewer, done_on__gte=monday).count()
    kinds = _owed(viewer)
    groups = [
        Group(key, name, [each for each in lines if _group(each, today) == key]) for key, name in _names().items()
    ]
    return MyWork(
        [group for group in groups if group.tasks], len(lines) + more, sum(each.late for each in lines),
        sum(each.due == today for each in lines), len({each.sight.objective_key for each in lines}), done,
        sum(kinds.values()), kinds, more, addable(viewer),
    )  # fmt: skip


def addable(viewer: Person) -> list[Choice]:
    """The initiatives to whose present stage the viewer may add a task."""
    rows = (
        Initiative.objects.visible_to(viewer)
        .current()
        .exclude(stage_key="")
        .exclude(state__in=[State.STOPPED, State.FINISHED])
    )
    if not viewer.sees_all:
        kinds = (rights.Kind.SPONSOR, rights.Kind.LEAD, rights.Kind.CONTRIBUTOR)
        rows = rows.filter(rights.held_by(viewer, *kinds))
    pairs = rows.order_by("name").values_list("strategy__key", "key", "name")
    return [Choice(f"{strategy}/{key}", name) for strategy, key, name in pairs]


def _mine(task: Task, left: dict[int, int], today: date, now: datetime) -> Mine:
    return Mine(
        task.pk, task.name, task.state, task.due, tasks.late(task, today), tasks.stale_days(task, now),
        tasks.sight(task, today), tasks.why(task, today, left), list(task.items.all()),
    )  # fmt: skip


def _group(each: Mine, today: date) -> str:
    if each.state == Task.State.WAITING:
        return WAITING
    if each.due is None:
        return LATER
    sunday = today + timedelta(days=6 - today.weekday())
    return LATE if each.late else TODAY if each.due == today else WEEK if each.due <= sunday else LATER


def _names() -> dict[str, str]:
    return {LATE: _("Late"), TODAY: _("Today"), WEEK: _("This week"), LATER: _("Later"), WAITING: _("Waiting")}


def _owed(viewer: Person) -> dict[str, int]:
    """What the inbox says that others wait for, by kind of event."""
    open_ = Notice.objects.visible_to(viewer).filter(level=Notice.Level.NEEDS_ME, done_at=None, later_until=None)
    found = {"values": 0, "decisions": 0, "answers": 0}
    for kind in open_.values_list("event__kind", flat=True):
        found["values" if kind == Event.Kind.OWED else "answers" if kind == Event.Kind.COMMENTED else "decisions"] += 1
    return found
