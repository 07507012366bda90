"""Slack: an incoming webhook, with the blocks of its Block Kit."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from gaitway.lib.outgoing import Door
from gaitway.queries.messages import Message
from gaitway.queries.words.formats import day

from . import links, posting
from .base import Undelivered

LONGEST = 2_900  # characters of a section; Slack takes 3,000


def send(door: Door, address: str, message: Message, *, at: datetime) -> None:
    """Slack says `ok`, and nothing else means that. Raises Undelivered."""
    _status, said = posting.post(door, address, json.dumps(body(message)).encode(), at=at)
    if said.strip() != b"ok":
        raise Undelivered("Slack answers 200 and not ok. Is it the address of an incoming webhook?")


def body(message: Message) -> dict[str, Any]:
    link = links.of(message.target)
    text = f"*<{link}|{plain(message.title)}>*"
    if message.body:
        text += "\n" + "\n".join(f"> {line}" for line in plain(message.body).splitlines())
    return {
        "text": plain(message.title),  # for notifications
        "unfurl_links": False,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": text[:LONGEST]}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": f"Gaitway · {day(message.at.date())}"}]},
        ],
    }


def plain(text: str) -> str:
    """As Slack wants it: so that no name of ours can call a whole channel or lead elsewhere."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "¦")[:1_000]
