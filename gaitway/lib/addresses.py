"""Addresses of sources."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

_SECRET_WORDS = ("password", "passwd", "pwd", "token", "secret", "key", "apikey", "api_key")


def is_address(location: str) -> bool:
    """Whether it leads to a server; anything else is a path."""
    return "://" in location


def absolute(location: str, folder: Path) -> str:
    """A path as it is from `folder`; an address as it is."""
    return location if is_address(location) else str((folder / location).resolve())


def relative(location: str, folder: Path) -> str:
    """The other way round."""
    return location if is_address(location) else os.path.relpath(location, folder)


def open_secret(location: str) -> str | None:
    """What in an address is a secret that stands there for everyone to read: "password", or the name of a parameter;
    None where secrets are variables like ${GAITWAY_SOURCE_SHOP}."""
    if not is_address(location):
        return None
    parts = urlsplit(location)
    login, at, _ = parts.netloc.rpartition("@")
    _, colon, password = login.partition(":")
    if at and colon and password and not password.startswith("${"):
        return "password"
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if name.lower() in _SECRET_WORDS and value and not value.startswith("${"):
            return name
    return None
