"""Files and links, of an initiative or of one of its tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field, StringConstraints

from gaitway.actions import files
from gaitway.models import File as FileRow
from gaitway.models import Initiative, Task
from gaitway.models import Link as LinkRow
from gaitway.queries import initiatives, tasks
from gaitway.queries import taskpages as asked

from . import bodies
from .problems import Problem
from .scopes import ACT
from .values import In, Line, Out, Person, viewer

router = Router()
BYTES = "application/octet-stream"
Address = Annotated[str, StringConstraints(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=300)]


class Attachment(Out):
    """A file, with its `size` in bytes, or a link, with its `url`."""

    file_id: int | None
    link_id: int | None
    name: str
    url: str
    size: int
    by: Person
    at: datetime


class Linking(In):
    url: Address
    title: Line = ""


@router.get("/initiatives/{pair:initiative_id}/attachments", response=list[Attachment])
def of_initiative(request: HttpRequest, initiative_id: str) -> list[dict[str, object]]:
    """Files and links of the initiative itself."""
    return _attached(initiatives.find(viewer(request), initiative_id))


@router.post("/initiatives/{pair:initiative_id}/links", response={201: Attachment}, auth=ACT)
def initiative_link_add(request: HttpRequest, initiative_id: str, linking: Linking) -> Status[object]:
    return _link(request, initiatives.find(viewer(request), initiative_id), linking)


@router.post("/initiatives/{pair:initiative_id}/files", response={201: Attachment}, auth=ACT)
def initiative_file_add(request: HttpRequest, initiative_id: str, name: Name) -> Status[object]:
    """The body is the file itself, as application/octet-stream; up to 10 MB."""
    return _file(request, initiatives.find(viewer(request), initiative_id), name)


@router.get("/tasks/{int:task_id}/attachments", response=list[Attachment])
def of_task(request: HttpRequest, task_id: int) -> list[dict[str, object]]:
    """Files and links."""
    task = tasks.find(viewer(request), task_id)
    return _attached(task.initiative, task)


@router.post("/tasks/{int:task_id}/links", response={201: Attachment}, auth=ACT)
def link_add(request: HttpRequest, task_id: int, linking: Linking) -> Status[object]:
    task = tasks.find(viewer(request), task_id)
    return _link(request, task.initiative, linking, task)


@router.post("/tasks/{int:task_id}/files", response={201: Attachment}, auth=ACT)
def file_add(request: HttpRequest, task_id: int, name: Name) -> Status[object]:
    """The body is the file itself, as application/octet-stream; up to 10 MB."""
    task = tasks.find(viewer(request), task_id)
    return _file(request, task.initiative, name, task)


@router.post("/links/{int:link_id}/remove", response={204: None}, auth=ACT)
def link_remove(request: HttpRequest, link_id: int) -> Status[None]:
    person = viewer(request)
    files.remove(asked.link(person, link_id), by=person, at=timezone.now())
    return Status(204, None)


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


def _attached(initiative: Initiative, task: Task | None = None) -> list[dict[str, object]]:
    return [
        {"file_id": each.pk if each.kind == "file" else None, "link_id": each.pk if each.kind == "link" else None,
         "name": each.name, "url": each.url, "size": each.size, "by": each.by, "at": each.at}
        for each in asked.attached(initiative, task)
    ]  # fmt: skip


def _link(request: HttpRequest, initiative: Initiative, linking: Linking, task: Task | None = None) -> Status[object]:
    made = files.link(initiative, linking.url, linking.title, by=viewer(request), at=timezone.now(), task=task)
    return Status(201, _shown(made))


def _file(request: HttpRequest, initiative: Initiative, name: str, task: Task | None = None) -> Status[object]:
    content = bodies.raw(request, BYTES)
    if len(content) > FileRow.MOST:
        raise Problem(413)
    return Status(201, _shown(files.add(initiative, name, content, by=viewer(request), at=timezone.now(), task=task)))


def _shown(made: FileRow | LinkRow) -> dict[str, object]:
    named: dict[str, object] = {"name": str(made), "by": made.by, "at": made.at}
    if isinstance(made, FileRow):
        return {**named, "file_id": made.pk, "link_id": None, "url": "", "size": made.size}
    return {**named, "file_id": None, "link_id": made.pk, "url": made.url, "size": 0}
