"""Comments of a task, and whom they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from gaitway.lib import markdown
from gaitway.models import Comment, Initiative, Person, Task
from gaitway.queries import people, rights

NAMED = 20  # people whom one comment can call
SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class CommentLine:
    """`html` is safe. `removed`: its words are gone."""

    pk: int
    by: Person
    at: datetime
    text: str
    html: str
    removed: bool
    can_remove: bool


def find(viewer: Person, pk: int) -> Comment:
    """Raises Comment.DoesNotExist."""
    rows = Comment.objects.visible_to(viewer).filter(task__retired_at=None)
    found: Comment = rows.select_related("by", "task__stage", "task__initiative__strategy").get(pk=pk)
    return found


def of(viewer: Person, task: Task) -> list[CommentLine]:
    """The oldest first."""
    may = rights.may_moderate(viewer, task.initiative)
    return [
        CommentLine(
            each.pk, each.by, each.at, each.text, markdown.html(each.text), each.removed_at is not None,
            each.removed_at is None and (may or each.by_id == viewer.pk),
        )
        for each in task.comments.select_related("by")
    ]  # fmt: skip


def mentioned(initiative: Initiative, text: str) -> list[Person]:
    """Those whom it calls by @Name, @first name where only one has it, or @e-mail, and who may see the initiative."""
    calls = [text[at.end() :] for at in re.finditer(r"(?<![\w@])@(?=\w)", text)][:NAMED]
    first = {re.match(r"[^\s@,;:!?]+", call)[0].rstrip(".") for call in calls}  # type: ignore[index]  # a word begins there
    if not first:
        return []
    wanted = Q()
    for word in first:
        wanted |= Q(name__istartswith=word) | Q(email__istartswith=word)
    known = list(people.seeing(initiative).filter(wanted)[:200])
    found = [_called(call, known) for call in calls]
    return list({person.pk: person for person in found if person}.values())


def _called(call: str, known: Sequence[Person]) -> Person | None:
    """The longest name that the text begins with; a first name alone counts where one person has it."""
    said = call.casefold()
    names = sorted(
        ((name, person) for person in known for name in (person.name, person.email) if name),
        key=lambda each: -len(each[0]),
    )
    for name, person in names:
        if said.startswith(name.casefold()) and not said[len(name) : len(name) + 1].isalnum():
            return person
    first = [person for person in known if person.name and _word(said) == person.name.split()[0].casefold()]
    return first[0] if len(first) == 1 else None


def _word(text: str) -> str:
    found = re.match(r"\w[\w\-]*", text)
    return found[0] if found else ""


def suggestions(initiative: Initiative, q: str) -> list[Person]:
    """Whom one may mean with the letters after an @: those who may see it."""
    found = people.seeing(initiative).exclude(name="")
    for word in q.split()[:3]:
        found = found.filter(Q(name__icontains=word) | Q(email__istartswith=word))
    return list(found.order_by("name", "pk")[:SUGGESTED])
