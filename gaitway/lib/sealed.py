"""Secrets that have to be kept and used again: sealed at rest, with keys that are never in the database."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import home

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Unreadable(ValueError):
    """What was sealed can't be opened with the keys of this installation. The text says the fix."""


def keys() -> list[str]:
    """GAITWAY_SECRET_KEYS, with commas between them: the first one seals, all of them open. Where it isn't set, the secret
    key of the installation does both. A short key refuses to boot."""
    listed = [key.strip() for key in os.environ.get("GAITWAY_SECRET_KEYS", "").split(",") if key.strip()]
    for key in listed:
        if len(key) < home.SHORTEST_KEY:
            raise SystemExit(
                f"A key of GAITWAY_SECRET_KEYS has {len(key)} characters; each needs {home.SHORTEST_KEY} or more."
            )
    return listed or [home.secret_key()]


def seal(text: str, by: Sequence[str] | None = None) -> str:
    """Nothing stays nothing. `by`: keys; those of the installation if left out."""
    return _box(by).encrypt(text.encode()).decode("ascii") if text else ""


def unseal(sealed: str, by: Sequence[str] | None = None) -> str:
    """Raises Unreadable."""
    from cryptography.fernet import InvalidToken

    if not sealed:
        return ""
    try:
        return _box(by).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError):
        raise Unreadable(
            "This was sealed with another secret key. Give the old one too, as the last of GAITWAY_SECRET_KEYS, "
            "or enter the secret again."
        ) from None


def _box(by: Sequence[str] | None) -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def derived(key: str) -> bytes:
        """A key of its own, so that what signs sessions never also seals."""
        return HKDF(SHA256(), length=32, salt=None, info=b"gaitway.sealed").derive(key.encode())

    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived(key))) for key in by or keys()])
