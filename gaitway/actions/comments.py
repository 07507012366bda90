"""What people say about a task. Who is named with an @ is told."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Comment, Event, Notice, Person, Task
from gaitway.queries import comments as asked
from gaitway.queries import rights

LONGEST = 10_000


@turn()
def add(task: Task, text: str, *, by: Person, at: datetime) -> Comment:
    """Everybody who sees the task may speak. Those whom it names, and who may see it, need to answer."""
    if not rights.may_comment(by, task):
        raise NotAllowed(_("Only who may see %(task)s can comment on it.") % {"task": task.name})
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused(_("Write what you want to say."))
    if len(text) > LONGEST:
        raise Refused(_("A comment has at most %(most)s characters.") % {"most": LONGEST})
    made: Comment = task.comments.create(text=text, by=by, at=at)
    named = asked.mentioned(task.initiative, text)
    made.mentions.set(named)
    # Who answers here is no longer waited for.
    waited = Notice.objects.filter(person=by, done_at=None, event__kind=Event.Kind.COMMENTED)
    waited.filter(event__initiative=task.initiative, event__data__task_id=task.pk).update(done_at=at)
    data = {"task": task.name, "task_id": task.pk, "comment": made.pk, "mentioned": [person.pk for person in named]}
    events.record(Event.Kind.COMMENTED, by=by, at=at, initiative=task.initiative, data=data)
    return made


@turn()
def remove(comment: Comment, *, by: Person, at: datetime) -> None:
    """Its place stays, without its words: by who wrote it, and by who leads the initiative."""
    task = comment.task
    if comment.by_id != by.pk and not rights.may_moderate(by, task.initiative):
        raise NotAllowed(_("Only who wrote a comment, and who leads the initiative, can remove it."))
    if comment.removed_at is not None:
        return
    comment.text, comment.removed_at = "", at
    comment.save(update_fields=["text", "removed_at"])
    comment.mentions.clear()
    data = {"task": task.name, "task_id": task.pk, "comment": comment.pk, "author": str(comment.by)}
    events.record(Event.Kind.COMMENT_REMOVED, by=by, at=at, initiative=task.initiative, data=data)
