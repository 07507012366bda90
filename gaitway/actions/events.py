from __future__ import annotations

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
