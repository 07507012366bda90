from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from gaitway.actions import jobs
from gaitway.lib.logs import request_id
from gaitway.models import Event, Head, Initiative, Job, Person, Strategy


def record(
    kind: Event.Kind,
    *,
    by: Person,
    at: datetime,
    behalf: Person | None = None,
    initiative: Initiative | None = None,
    strategy: Strategy | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Writes that something happened, and the job that tells people, into the caller's transaction. `behalf`: for whom
    they acted."""
    said = {**(data or {}), "on_behalf": str(behalf)} if behalf else data or {}
    event = Event(
        kind=kind, by=by, at=at, behalf=behalf, initiative=initiative,
        strategy=strategy or (initiative.strategy if initiative else None), data=said,
    )  # fmt: skip
    _chain([event])
    if kind not in Event.AUDITED:
        jobs.ask(Job.Kind.TELL, f"tell:{event.pk}", {"event": event.pk}, at=at)
    return event


def record_all(kind: Event.Kind, data: Sequence[tuple[int, dict[str, Any]]], *, by: Person, at: datetime) -> None:
    """The same of many things, each in a strategy (by its number) and in no initiative."""
    made = [Event(kind=kind, by=by, at=at, strategy_id=strategy, data=each) for strategy, each in data]
    _chain(made)
    jobs.ask_all(Job.Kind.TELL, {f"tell:{event.pk}": {"event": event.pk} for event in made}, at=at)


@transaction.atomic(savepoint=False)
def _chain(made: list[Event]) -> None:
    # The head is locked until the caller's transaction ends: nobody else writes the same number.
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    for event in made:
        head.number += 1
        event.number, event.request = head.number, request_id.get()
        event.digest = head.digest = event.seal(head.digest)
    if len(made) == 1:
        made[0].save(force_insert=True)
    else:
        Event.objects.bulk_create(made, batch_size=1000)
    Head.objects.filter(pk=1).update(number=head.number, digest=head.digest)
