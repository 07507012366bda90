"""One task: what it serves, how it stands, what was said and done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Prefetch

from gaitway.lib import markdown
from gaitway.models import Event, File, Initiative, Link, Person, Role, Stage, Task, TaskItem
from gaitway.queries import comments, parts, people, rights, tasks
from gaitway.queries.comments import CommentLine
from gaitway.queries.tasks import Sight
from gaitway.queries.values import FeedItem
from gaitway.queries.words import work as words

CHOICES = 200  # people in a list to choose from
HISTORY = 30


@dataclass(frozen=True, slots=True)
class Attached:
    """`kind`: file or link."""

    kind: str
    pk: int
    name: str
    url: str
    size: int
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskPage:
    """`note_html` is safe. `people`: to whom it can be given. `named`: a rule waits for it by its name, so that it can't
    be renamed or retired. `retired`: it can be put back."""

    task: Task
    sight: Sight
    why: str
    late: bool
    stale: int | None
    note_html: str
    points: Sequence[TaskItem]
    attached: Sequence[Attached]
    comments: Sequence[CommentLine]
    history: Sequence[FeedItem]
    people: Sequence[Person]
    can_edit: bool
    can_comment: bool
    named: bool
    retired: bool


def page(viewer: Person, pk: int, now: datetime, today: date) -> TaskPage:
    """Raises Task.DoesNotExist. One that is off the plan is shown as well, to be put back."""
    task = tasks.find(viewer, pk, retired=True)
    task.initiative = with_stages([task.initiative_id])[0]
    task.stage.initiative = task.initiative
    can = rights.may_work_on(viewer, task)
    kinds = [kind for kind in Event.OF_TASKS if kind != Event.Kind.COMMENTED]  # which stand beside it
    told = Event.objects.visible_to(viewer).filter(initiative=task.initiative, kind__in=kinds, data__task_id=task.pk)
    return TaskPage(
        task, tasks.sight(task, today), tasks.why(task, today, tasks.open_by_stage([task.stage_id])),
        tasks.late(task, today), tasks.stale_days(task, now), markdown.html(task.note),
        list(task.items.select_related("done_by")), attached(task.initiative, task), comments.of(viewer, task),
        [_happened(event) for event in told.select_related("by")[:HISTORY]], givable(task) if can else [], can,
        rights.may_comment(viewer, task),
        tasks.named_in_rules(task), task.retired_at is not None,
    )  # fmt: skip


def _happened(event: Event) -> FeedItem:
    return FeedItem(event.at, None if event.by.is_system else event.by, event.kind, words.happened_here(event))


def with_stages(pks: Sequence[int]) -> list[Initiative]:
    """What line of sight and reason are made of. Of the stages the present one alone."""
    here = Stage.objects.filter(key=F("initiative__stage_key")).select_related("latest")
    rows = Initiative.objects.filter(pk__in=pks).prefetch_related(
        "strategy", "objective", "area", Prefetch("stages", here)
    )
    return list(rows)


def attached(initiative: Initiative, task: Task | None = None) -> list[Attached]:
    """Files and links, the oldest first; without a task those of the initiative itself."""
    here = {"initiative": initiative, "task": task, "removed_at": None}
    files = File.objects.filter(**here).select_related("by").defer("content")
    links = Link.objects.filter(**here).select_related("by")
    found = [Attached("file", row.pk, row.name, "", row.size, row.by, row.at) for row in files]
    found += [Attached("link", row.pk, str(row), row.url, 0, row.by, row.at) for row in links]
    return sorted(found, key=lambda each: (each.at, each.pk))


def file(viewer: Person, pk: int, *, content: bool = False, removed: bool = False) -> File:
    """Raises File.DoesNotExist."""
    rows = File.objects.visible_to(viewer).select_related(
        "initiative__strategy", "task__initiative", "task__stage__initiative"
    )
    rows = rows if content else rows.defer("content")
    return rows.get(pk=pk) if removed else rows.get(pk=pk, removed_at=None)


def link(viewer: Person, pk: int, *, removed: bool = False) -> Link:
    """Raises Link.DoesNotExist."""
    rows = Link.objects.visible_to(viewer).select_related(
        "initiative__strategy", "task__initiative", "task__stage__initiative"
    )
    return rows.get(pk=pk) if removed else rows.get(pk=pk, removed_at=None)


def item(viewer: Person, pk: int) -> TaskItem:
    """A point. Raises TaskItem.DoesNotExist."""
    rows = TaskItem.objects.visible_to(viewer).filter(task__retired_at=None)
    found: TaskItem = rows.select_related("task__stage", "task__initiative__strategy").get(pk=pk)
    return found


def givable(task: Task) -> list[Person]:
    """Those who work in the initiative first, then others who may see it; who has it now is among them."""
    initiative = task.initiative
    seeing = people.seeing(initiative)
    kinds = (Role.Kind.LEAD, Role.Kind.CONTRIBUTOR, Role.Kind.SPONSOR)
    roles = parts.roles(parts.with_roles([initiative])[0])
    first = [role.person for kind in kinds for role in roles if role.role == kind and role.person.is_active]
    others = list(seeing.exclude(pk__in=[person.pk for person in first])[:CHOICES])
    held = [person for person in (task.owner, task.accountable) if person]
    return list({person.pk: person for person in [*first, *others, *held]}.values())
