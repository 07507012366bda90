"""The mail server of the installation, from one address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}
EXAMPLE = "smtp://user:password@mail.example.com:587/?starttls=1"
TIMEOUT = 15  # seconds for each step of a conversation with the server


def settings(address: str) -> dict[str, Any]:
    """Django's settings for `smtp://user:password@host:587/?starttls=1`, `smtps://…` (TLS from the first byte),
    `console://` (mails are printed) or nothing (mail is off: EMAIL_ON is False). Raises SystemExit with the place and the
    fix, and without the password."""
    if not address:
        return {"EMAIL_ON": False, "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _wrong("the address can't be read; a / or @ inside a password is written %2F or %40") from None
    if parts.scheme == "console":
        return {"EMAIL_ON": True, "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in PORTS:
        raise _wrong("it begins with smtp://, smtps:// or console://")
    if not parts.hostname:
        raise _wrong("it names no host")
    asked = parse_qs(parts.query, keep_blank_values=True)
    if set(asked) - {"starttls"} or asked.get("starttls", ["0"])[-1] not in ("0", "1"):
        raise _wrong("after the ? only starttls=1 or starttls=0 may stand")
    starttls = asked.get("starttls", ["0"])[-1] == "1"
    if starttls and parts.scheme == "smtps":
        raise _wrong("smtps:// speaks TLS from the first byte, so starttls=1 is too much")
    if parts.username and not starttls and parts.scheme == "smtp" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise _wrong("a password would go where anyone can read along; add ?starttls=1, or use smtps://")
    return {
        "EMAIL_ON": True,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (587 if starttls else PORTS[parts.scheme]),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": starttls,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": TIMEOUT,
    }


def _wrong(why: str) -> SystemExit:
    return SystemExit(
        f"GAITWAY_EMAIL_URL is wrong: {why}. Write it like {EXAMPLE}, or leave it out: then no mail is sent."
    )
