"""Secrets of sources are environment variables, named in the location: `postgresql://reader:${GAITWAY_SOURCE_SHOP}@db/shop`.
So none stands in a strategy file, in the database, in an export or in a log."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

PREFIX = "GAITWAY_SOURCE_"
_NAMED = re.compile(r"\$\{(\w+)\}")
_SECRET_OPTION = re.compile(r"(pass|pwd|secret|token|key|credential)", re.IGNORECASE)
_PATH_OPTION = re.compile(r"(sslkey|sslcert|ca)", re.IGNORECASE)  # a file's name, though it has a key in it


class SecretWritten(ValueError):
    """A password stands in a location as it is. The text says where, and the fix; never the password."""


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


def check(location: str) -> None:
    """Raises SecretWritten where a location holds a secret itself rather than the name of its variable."""
    scheme, found, rest = location.partition("://")
    if not found:
        return
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0] if "@" not in rest else rest[: rest.rindex("@") + 1]
    user, colon, password = authority.rpartition("@")[0].partition(":")
    fix = f"set the environment variable {PREFIX}… where `gaitway work` runs, and write ${{{PREFIX}…}} in its place"
    if colon and password and not _NAMED.fullmatch(password):
        who = f" of {user}" if user and not _NAMED.search(user) else ""
        raise SecretWritten(f"The password{who} stands in the {scheme}:// address itself: {fix}.")
    try:
        options = parse_qsl(urlsplit(location).query)
    except ValueError:
        return  # no address at all: its connector says so
    for name, value in options:
        if _SECRET_OPTION.search(name) and not _PATH_OPTION.fullmatch(name) and not _NAMED.fullmatch(value):
            raise SecretWritten(f"The {name} stands in the {scheme}:// address itself: {fix}.")


def secrets_in(text: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    """The values that `fill` would put in, as they are and encoded, so that a message can be freed of them."""
    values = {environ[name] for name in _NAMED.findall(text) if name.startswith(PREFIX) and environ.get(name)}
    return sorted(values | {quote(value, safe="") for value in values})


def redact(message: str, secrets: list[str]) -> str:
    """`message` without any of these values."""
    for secret in sorted(secrets, key=len, reverse=True):
        message = message.replace(secret, "…")
    return message
