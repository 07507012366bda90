"""What belongs to a task: points, comments, files and links."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field, StringConstraints

from gaitway.actions import comments, files, points
from gaitway.models import File as FileRow
from gaitway.models import Link as LinkRow
from gaitway.models import TaskItem
from gaitway.queries import comments as asked_comments
from gaitway.queries import taskpages as asked
from gaitway.queries import tasks

from . import bodies
from .problems import Problem
from .scopes import ACT
from .values import In, Line, Out, Person, viewer

router = Router()
BYTES = "application/octet-stream"
Said = Annotated[str, StringConstraints(max_length=comments.LONGEST)]
Address = Annotated[str, StringConstraints(max_length=2000)]


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


class Attachment(Out):
    """A file, with its `size` in bytes, or a link, with its `url`."""

    file_id: int | None
    link_id: int | None
    name: str
    url: str
    size: int
    by: Person
    at: datetime


class Pointing(In):
    text: Line


class PointChanging(In):
    """`shift`: -1 puts it before the one above, 1 behind the one below."""

    done: bool | None = None
    shift: Literal[-1, 1] | None = None


class Commenting(In):
    """@Name or @e-mail tells somebody who may see the task."""

    text: Said


class Linking(In):
    url: Address
    title: Line = ""


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


@router.get("/tasks/{int:task_id}/attachments", response=list[Attachment])
def attachments(request: HttpRequest, task_id: int) -> list[dict[str, object]]:
    """Files and links."""
    task = tasks.find(viewer(request), task_id)
    return [
        {"file_id": each.pk if each.kind == "file" else None, "link_id": each.pk if each.kind == "link" else None,
         "name": each.name, "url": each.url, "size": each.size, "by": each.by, "at": each.at}
        for each in asked.attached(task.initiative, task)
    ]  # fmt: skip


@router.post("/tasks/{int:task_id}/links", response={201: Attachment}, auth=ACT)
def link_add(request: HttpRequest, task_id: int, linking: Linking) -> Status[object]:
    person = viewer(request)
    task = tasks.find(person, task_id)
    made = files.link(task.initiative, linking.url, linking.title, by=person, at=timezone.now(), task=task)
    return Status(201, _shown(made))


@router.post("/links/{int:link_id}/remove", response={204: None}, auth=ACT)
def link_remove(request: HttpRequest, link_id: int) -> Status[None]:
    person = viewer(request)
    files.remove(asked.link(person, link_id), by=person, at=timezone.now())
    return Status(204, None)


@router.post("/tasks/{int:task_id}/files", response={201: Attachment}, auth=ACT)
def file_add(
    request: HttpRequest, task_id: int, name: Annotated[str, Field(min_length=1, max_length=300)]
) -> Status[object]:
    """The body is the file itself, as application/octet-stream; up to 10 MB."""
    person = viewer(request)
    task = tasks.find(person, task_id)
    content = bodies.raw(request, BYTES)
    if len(content) > FileRow.MOST:
        raise Problem(413)
    made = files.add(task.initiative, name, content, by=person, at=timezone.now(), task=task)
    return Status(201, _shown(made))


@router.get("/files/{int:file_id}/content", response=bytes)
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Its bytes."""
    found = asked.file(viewer(request), file_id, content=True)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment"}
    return HttpResponse(bytes(found.content), content_type=BYTES, headers=headers)


@router.post("/files/{int:file_id}/remove", response={204: None}, auth=ACT)
def file_remove(request: HttpRequest, file_id: int) -> Status[None]:
    """It can come back for a day."""
    person = viewer(request)
    files.remove(asked.file(person, file_id), by=person, at=timezone.now())
    return Status(204, None)


def _shown(made: FileRow | LinkRow) -> dict[str, object]:
    named: dict[str, object] = {"name": str(made), "by": made.by, "at": made.at}
    if isinstance(made, FileRow):
        return {**named, "file_id": made.pk, "link_id": None, "url": "", "size": made.size}
    return {**named, "file_id": None, "link_id": made.pk, "url": made.url, "size": 0}
