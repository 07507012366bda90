"""An address in its parts: `postgresql://reader:secret@db:5432/shop?sslmode=require`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit


class BadAddress(ValueError):
    """An address that can't be used. The text says which part, and what it should be; never the password."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts, decoded; nothing is empty text or None. `path` holds the names after the host."""

    scheme: str
    host: str
    port: int | None
    user: str
    password: str
    path: tuple[str, ...]
    options: Mapping[str, str]

    @property
    def database(self) -> str:
        return self.path[0] if self.path else ""

    def known(self, names: Collection[str]) -> Mapping[str, str]:
        """The options, where each is one of `names`. Raises BadAddress: a misspelt option would be lost in silence."""
        for name in self.options:
            if name not in names:
                allowed = ", ".join(sorted(names)) or "none"
                raise BadAddress(f"The option {name} of the address is not known here. Known: {allowed}.")
        return self.options


def parse(text: str) -> Address:
    """Raises BadAddress."""
    scheme, _, rest = text.partition("://")
    try:
        parts = urlsplit("//" + rest)
        port = parts.port
        if port is not None and not 0 < port < 65536:
            raise ValueError
    except ValueError:
        raise BadAddress(
            f"The {scheme}:// address can't be read: it should be {scheme}://USER:PASSWORD@HOST:PORT/DATABASE, the "
            "password percent-encoded (a variable ${GAITWAY_SOURCE_…} is encoded by itself)."
        ) from None
    if parts.fragment:
        raise BadAddress("The address holds a #: write %23 where it belongs to a name or password.")
    path = tuple(unquote(name) for name in parts.path.split("/") if name)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(scheme, parts.hostname or "", port, user, password, path, options)
