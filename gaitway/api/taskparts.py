"""What belongs to a task: points, comments, what it serves. Its files and links: api.files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field, StringConstraints

from gaitway.actions import comments, points
from gaitway.models import Person as PersonRow
from gaitway.models import TaskItem
from gaitway.queries import comments as asked_comments
from gaitway.queries import taskpages as asked
from gaitway.queries import tasks

from .scopes import ACT
from .values import FeedItem, In, Line, Out, Person, viewer

router = Router()
Said = Annotated[str, StringConstraints(max_length=comments.LONGEST)]


class TaskPoint(Out):
    point_id: int = Field(validation_alias="pk")
    text: str
    done_on: date | None


class Comment(Out):
    """`text` is Markdown; empty where it was removed."""

    comment_id: int = Field(validation_alias="pk")
    by: Person
    at: datetime
    text: str
    removed: bool


class Sight(Out):
    """`here`: its stage is the present one; `health`: how its initiative stands."""

    initiative_id: str = Field(validation_alias="initiative_key")
    initiative: str
    stage: str
    here: bool
    objective: str
    strategy: str
    health: str = Field(validation_alias="state")


class TaskSight(Out):
    """What a task serves and why it matters. `stale`: for how many days it has stood in its column, where that is long;
    `named`: a rule waits for it by its name, so that it keeps it; `retired`: it is off the plan and can be put back."""

    sight: Sight
    why: str
    late: bool
    stale: int | None
    named: bool
    retired: bool
    can_edit: bool
    can_comment: bool
    history: list[FeedItem]


class Pointing(In):
    text: Line


class PointChanging(In):
    """`shift`: -1 puts it before the one above, 1 behind the one below."""

    done: bool | None = None
    shift: Literal[-1, 1] | None = None


class Commenting(In):
    """@Name or @e-mail tells somebody who may see the task."""

    text: Said


@router.get("/tasks/{int:task_id}/points", response=list[TaskPoint])
def point_list(request: HttpRequest, task_id: int) -> list[TaskItem]:
    return list(tasks.find(viewer(request), task_id).items.all())


@router.post("/tasks/{int:task_id}/points", response={201: TaskPoint}, auth=ACT)
def point_add(request: HttpRequest, task_id: int, pointing: Pointing) -> Status[object]:
    person = viewer(request)
    return Status(201, points.add(tasks.find(person, task_id), pointing.text, by=person, at=timezone.now()))


@router.post("/points/{int:point_id}", response=TaskPoint, auth=ACT)
def point_change(request: HttpRequest, point_id: int, changing: PointChanging) -> TaskItem:
    """Ticks it, takes the tick back, or gives it another place."""
    person, at = viewer(request), timezone.now()
    item = asked.item(person, point_id)
    if changing.done is not None:
        points.tick(item, by=person, at=at, on=timezone.localdate(), done=changing.done)
    if changing.shift is not None:
        points.shift(item, changing.shift, by=person, at=at)
    return item


@router.post("/points/{int:point_id}/remove", response={204: None}, auth=ACT)
def point_remove(request: HttpRequest, point_id: int) -> Status[None]:
    person = viewer(request)
    points.remove(asked.item(person, point_id), by=person, at=timezone.now())
    return Status(204, None)


@router.get("/tasks/{int:task_id}/comments", response=list[Comment])
def comment_list(request: HttpRequest, task_id: int) -> list[asked_comments.CommentLine]:
    """The oldest first."""
    person = viewer(request)
    return asked_comments.of(person, tasks.find(person, task_id))


@router.post("/tasks/{int:task_id}/comments", response={201: Comment}, auth=ACT)
def comment_add(request: HttpRequest, task_id: int, commenting: Commenting) -> Status[object]:
    person = viewer(request)
    made = comments.add(tasks.find(person, task_id), commenting.text, by=person, at=timezone.now())
    return Status(201, {"pk": made.pk, "by": made.by, "at": made.at, "text": made.text, "removed": False})


@router.post("/comments/{int:comment_id}/remove", response={204: None}, auth=ACT)
def comment_remove(request: HttpRequest, comment_id: int) -> Status[None]:
    """Its place stays, without its words."""
    person = viewer(request)
    comments.remove(asked_comments.find(person, comment_id), by=person, at=timezone.now())
    return Status(204, None)


@router.get("/tasks/{int:task_id}/people", response=list[Person])
def people(request: HttpRequest, task_id: int, q: Annotated[str, Field(max_length=100)] = "") -> list[PersonRow]:
    """Whom one may call by an @ in a comment: eight of those who may see it, by their names."""
    return asked_comments.suggestions(tasks.find(viewer(request), task_id).initiative, q)


@router.get("/tasks/{int:task_id}/sight", response=TaskSight)
def sight(request: HttpRequest, task_id: int) -> asked.TaskPage:
    """The line of sight from a task to what the strategy wants, and what happened to it."""
    return asked.page(viewer(request), task_id, timezone.now(), timezone.localdate())
