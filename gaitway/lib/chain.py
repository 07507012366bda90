"""A chain of digests over records: whoever changes, drops or adds one breaks every digest after it.

Each is the SHA-256 of the digest before it and of the record in a canonical form, as in a hash-linked log (Haber and
Stornetta, "How to time-stamp a digital document", 1991)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

BEGIN = "0" * 64
"""What stands before the first record."""


def digest(before: str, record: Mapping[str, Any]) -> str:
    """64 hex digits. Raises TypeError for what has no canonical form."""
    return hashlib.sha256(f"{before}\n{canonical(record)}".encode()).hexdigest()


def canonical(value: Any) -> str:
    """The same text for what is the same value, however a database keeps it: keys are sorted, moments stand in UTC, and
    whole numbers as such."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            # jsonb keeps 1e20 as a whole number, and has no -0.
            return int(value) if value.is_integer() else value
        case Decimal():
            return str(value.normalize())
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")
