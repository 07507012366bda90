"""Secrets of sources are environment variables, named in the location: `postgresql://reader:${GAITWAY_SOURCE_SHOP}@db/shop`.
So none stands in a strategy file, in the database, in an export or in a log."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import quote

from gaitway.lib.addresses import PREFIX

_NAMED = re.compile(r"\$\{(\w+)\}")


class SecretMissing(ValueError):
    """A location names a variable that isn't set, or one that isn't for sources. The text says which, and the fix."""


def fill(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """`text` with its variables filled in. Only those that begin with GAITWAY_SOURCE_ are read: who writes a location
    must not learn the secrets of the house. Raises SecretMissing."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if not name.startswith(PREFIX):
            raise SecretMissing(f"${{{name}}} can't be used in a source: only variables that begin with {PREFIX} can.")
        if name not in environ:
            raise SecretMissing(f"The environment variable {name} isn't set: set it where `gaitway work` runs.")
        secret = environ[name]
        # As a password or an option of an address it may hold any character; a host or a whole address stays as it is.
        part = "://" in text[: match.start()] and (text[match.end() :][:1] == "@" or text[: match.start()][-1:] == "=")
        return quote(secret, safe="") if part else secret

    return _NAMED.sub(value, text)


def secrets_in(text: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    """The values that `fill` would put in, so that a message can be freed of them."""
    return [environ[name] for name in _NAMED.findall(text) if name.startswith(PREFIX) and environ.get(name)]


def redact(message: str, secrets: list[str]) -> str:
    """`message` without any of these values, also as they stand in an address."""
    written = {form for secret in secrets for form in (secret, quote(secret), quote(secret, safe=""))}
    for secret in sorted(written, key=len, reverse=True):
        message = message.replace(secret, "…")
    return message
