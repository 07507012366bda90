"""Where a page ended, as a word that says nothing to who carries it."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date, datetime
from typing import Any

from .problems import Problem

LONGEST = 200


def write(*keys: date | datetime | int) -> str:
    plain = [key.isoformat() if isinstance(key, date) else key for key in keys]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def read(text: str, *kinds: type) -> tuple[Any, ...] | None:
    """None where there is no cursor. Raises Problem."""
    if not text:
        return None
    try:
        if len(text) > LONGEST:
            raise ValueError
        plain = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        return tuple(_key(key, kind) for key, kind in zip(plain, kinds, strict=True))
    except (ValueError, TypeError, binascii.Error):
        raise Problem(422, "This isn't a cursor that a page gave.", "query cursor") from None


def _key(key: object, kind: type) -> Any:
    if kind is int and type(key) is int and 0 <= key < 2**63:
        return key
    if kind is not int and isinstance(key, str):
        found = kind.fromisoformat(key)  # type: ignore[attr-defined]  # date and datetime have it
        if kind is date or found.tzinfo is not None:
            return found
    raise ValueError
