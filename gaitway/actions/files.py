"""Files and links at an initiative or at one of its tasks."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Sum
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.lib import filenames
from gaitway.models import Event, File, Initiative, Link, Person, Task
from gaitway.queries import rights

OF_ALL = 200 * 2**20  # bytes of an initiative
KEPT = timedelta(days=1)  # how long a removed file can come back
MOST_LINKS = 200
ADDRESS = URLValidator(schemes=["http", "https"])


@turn()
def add(
    initiative: Initiative, name: str, content: bytes, *, by: Person, at: datetime, task: Task | None = None
) -> File:
    """Into the database, under a name that no system takes for anything but a name."""
    _require(initiative, task, by)
    name = filenames.clean(name)
    if not content:
        raise Refused(_("%(name)s is empty.") % {"name": name})
    if len(content) > File.MOST:
        said = _("%(name)s is larger than %(most)s MB: put it elsewhere, and add a link to it.")
        raise Refused(said % {"name": name, "most": File.MOST // 2**20})
    # Writers of one initiative wait for one another, so that the sum holds.
    Initiative.objects.select_for_update().get(pk=initiative.pk)
    here = File.objects.filter(initiative=initiative)
    here.filter(removed_at__lt=at - KEPT).exclude(size=0).update(content=b"", size=0)
    if (here.aggregate(found=Sum("size"))["found"] or 0) + len(content) > OF_ALL:
        said = _("The files of %(initiative)s would be more than %(most)s MB: remove some first, or add a link.")
        raise Refused(said % {"initiative": initiative.name, "most": OF_ALL // 2**20})
    made = File.objects.create(
        initiative=initiative, task=task, name=name, size=len(content), content=content,
        digest=hashlib.sha256(content).hexdigest(), by=by, at=at,
    )  # fmt: skip
    data = {"file": made.pk, "size": made.size, "digest": made.digest}
    _record(Event.Kind.ATTACHED, made, name, by=by, at=at, data=data)
    return made


@turn()
def link(
    initiative: Initiative, url: str, title: str = "", *, by: Person, at: datetime, task: Task | None = None
) -> Link:
    _require(initiative, task, by)
    url, title = url.strip(), " ".join(title.split())[:200]
    try:
        ADDRESS(url)
    except ValidationError:
        raise Refused(_("An address begins with https:// or http://, like https://example.com/plan.")) from None
    if len(url) > 2000:
        raise Refused(_("An address has at most 2000 characters."))
    if Link.objects.filter(initiative=initiative, task=task, removed_at=None).count() >= MOST_LINKS:
        raise Refused(_("There are %(most)s links already: remove some first.") % {"most": MOST_LINKS})
    made = Link.objects.create(initiative=initiative, task=task, url=url, title=title, by=by, at=at)
    _record(Event.Kind.ATTACHED, made, title or url, by=by, at=at, data={"link": made.pk, "url": url})
    return made


@turn()
def remove(thing: File | Link, *, by: Person, at: datetime) -> None:
    """A file can come back for a day; then its content is gone."""
    if thing.by_id != by.pk or not by.is_active:
        _require(thing.initiative, thing.task, by)
    if thing.removed_at is not None:
        return
    thing.removed_at = at
    thing.save(update_fields=["removed_at"])
    _record(Event.Kind.DETACHED, thing, str(thing), by=by, at=at)


@turn()
def restore(thing: File | Link, *, by: Person, at: datetime) -> None:
    _require(thing.initiative, thing.task, by)
    if thing.removed_at is None:
        return
    if isinstance(thing, File) and not thing.size:
        raise Refused(_("The content of %(name)s is gone.") % {"name": thing.name})
    thing.removed_at = None
    thing.save(update_fields=["removed_at"])
    _record(Event.Kind.ATTACHED, thing, str(thing), by=by, at=at)


def _require(initiative: Initiative, task: Task | None, by: Person) -> None:
    if not (rights.may_work_on(by, task) if task else rights.works_in(by, initiative)):
        raise NotAllowed(_("Only the people who work on %(name)s can do this.") % {"name": initiative.name})


def _record(
    kind: Event.Kind, thing: File | Link, name: str, *, by: Person, at: datetime, data: dict[str, Any] | None = None
) -> None:
    about: dict[str, Any] = {"task": thing.task.name, "task_id": thing.task.pk} if thing.task else {}
    what = "file" if isinstance(thing, File) else "link"
    told = {**about, "what": what, "name": name[:300], **(data or {})}
    events.record(kind, by=by, at=at, initiative=thing.initiative, data=told)
