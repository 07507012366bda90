"""Microsoft Teams: the address of a workflow, which takes an Adaptive Card."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from gaitway.lib.outgoing import Door
from gaitway.queries.messages import Message
from gaitway.queries.words.formats import day

from . import links, posting


def send(door: Door, address: str, message: Message, *, at: datetime) -> None:
    """Raises Undelivered."""
    posting.post(door, address, json.dumps(body(message)).encode(), at=at)


def body(message: Message) -> dict[str, Any]:
    lines = [_text(message.title, weight="Bolder", size="Medium")]
    if message.body:
        lines.append(_text(message.body))
    lines.append(_text(f"Gaitway · {day(message.at.date())}", size="Small", subtle=True))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": lines,
        "actions": [{
            "type": "Action.OpenUrl",
            "title": _("Decide") if message.decide else _("Open"),
            "url": links.of(message.target),
        }],
    }  # fmt: skip
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _text(text: str, *, size: str = "Default", weight: str = "Default", subtle: bool = False) -> dict[str, Any]:
    # A text run is no Markdown: what people wrote stays what they wrote.
    run = {"type": "TextRun", "text": text[:2_000], "size": size, "weight": weight, "isSubtle": subtle}
    return {"type": "RichTextBlock", "inlines": [run]}
