from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gaitway.actions import jobs
from gaitway.models import Event, Initiative, Job, Person, Strategy


def record(
    kind: Event.Kind,
    *,
    by: Person,
    at: datetime,
    initiative: Initiative | None = None,
    strategy: Strategy | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Writes that something happened, and the job that tells people, into the caller's transaction."""
    event = Event.objects.create(
        kind=kind,
        by=by,
        at=at,
        initiative=initiative,
        strategy=strategy or (initiative.strategy if initiative else None),
        data=data or {},
    )
    jobs.ask(Job.Kind.TELL, f"tell:{event.pk}", {"event": event.pk}, at=at)
    return event


def record_all(kind: Event.Kind, data: Sequence[tuple[int, dict[str, Any]]], *, by: Person, at: datetime) -> None:
    """The same of many things, each in a strategy (by its number) and in no initiative."""
    made = Event.objects.bulk_create(
        [Event(kind=kind, by=by, at=at, strategy_id=strategy, data=each) for strategy, each in data], batch_size=1000
    )
    jobs.ask_all(Job.Kind.TELL, {f"tell:{event.pk}": {"event": event.pk} for event in made}, at=at)
