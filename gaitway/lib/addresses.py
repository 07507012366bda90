"""Addresses of sources."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

PREFIX = "GAITWAY_SOURCE_"  # of the variables that hold the secrets of sources
_NAMED = re.compile(r"\$\{(\w+)\}")
_SECRET_OPTION = re.compile(r"(pass|pwd|secret|token|key|credential)", re.IGNORECASE)
_PATH_OPTION = re.compile(r"(sslkey|sslcert|ca)", re.IGNORECASE)  # a file's name, though it has a key in it


class SecretWritten(ValueError):
    """A password stands in a location as it is. The text says where, and the fix; never the password."""


def is_address(location: str) -> bool:
    """Whether it leads to a server; anything else is a path."""
    return "://" in location


def absolute(location: str, folder: Path) -> str:
    """A path as it is from `folder`; an address as it is."""
    return location if is_address(location) else str((folder / location).resolve())


def relative(location: str, folder: Path) -> str:
    """The other way round."""
    return location if is_address(location) else os.path.relpath(location, folder)


def require_no_secret(location: str) -> None:
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
