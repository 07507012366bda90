"""Webhooks as the Standard Webhooks have them: signed, with an id that stays the same however often it is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gaitway.lib.outgoing import Door
from gaitway.models import Event
from gaitway.queries import messages

from . import links, posting

Kind = Event.Kind
TYPES: dict[str, str] = {
    Kind.STAGE_MOVED: "stage.moved",
    Kind.DECISION: "decision.made",
    Kind.VERDICT: "verdict.changed",
    Kind.REVISED: "kpi.revised",
    Kind.CHECK_IN: "checkin.made",
    Kind.TASK_ADDED: "task.added",
    Kind.TASK_DONE: "task.done",
    Kind.COMMENTED: "task.commented",
}
# What of an event leaves the house, by its type: numbers of rows stay inside, but for those that the API takes.
FIELDS: dict[str, tuple[str, ...]] = {
    "stage.moved": ("move", "from", "to", "reason", "effective_on"),
    "decision.made": ("stage", "choice", "reason", "conditions", "against_evidence"),
    "verdict.changed": ("stage", "as_of", "outcome", "proposal", "before", "proposed_before"),
    "kpi.revised": ("revised", "withdrawn"),
    "checkin.made": ("outlook", "on", "successes", "difficulties", "help", "next"),
    "task.added": ("task_id", "task"),
    "task.done": ("task_id", "task"),
    "task.commented": ("task_id", "task", "comment"),
}


def send(door: Door, address: str, secrets: Sequence[str], key: str, payload: dict[str, Any], *, at: datetime) -> None:
    """Signed with each of the secrets: a receiver that knows one of them is served. Raises Undelivered."""
    from standardwebhooks import Webhook

    moment = at.astimezone(UTC)  # the package takes any time for one of UTC
    body = json.dumps(payload, ensure_ascii=True, separators=(",", ":"))
    headers = {
        "webhook-id": key,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(key, moment, body) for secret in secrets),
    }
    posting.post(door, address, body.encode(), headers, at=at)


def payload(event: Event) -> dict[str, Any]:
    """docs/webhooks.md describes it. Errors: KeyError for an event that has no type."""
    kind = TYPES[event.kind]
    message = messages.of(event)
    data: dict[str, Any] = {
        "event_id": event.pk,
        "by": None if event.by.is_system else {"name": event.by.name, "email": event.by.email},
        "strategy": event.strategy.key if event.strategy else None,
        "title": message.title,
        "url": links.of(message.target),
    }
    if event.initiative is not None:
        data["initiative"] = {
            "key": f"{event.initiative.strategy.key}/{event.initiative.key}",
            "name": event.initiative.name,
        }
    if kind == "kpi.revised" and event.strategy is not None:
        data["kpi"] = {"key": f"{event.strategy.key}/{event.data['kpi']}", "name": event.data["name"]}
    data |= {name: event.data.get(name) for name in FIELDS[kind]}
    return {"type": kind, "timestamp": event.at.isoformat(), "data": data}
