"""Which hosts in private networks an administrator lets Gaitway go to."""

from __future__ import annotations

import os
from collections.abc import Collection


def private_hosts() -> frozenset[str]:
    """GAITWAY_PRIVATE_HOSTS: `host` or `host:port`, with commas between them."""
    listed = os.environ.get("GAITWAY_PRIVATE_HOSTS", "").split(",")
    return frozenset(_plain(host) for host in listed if host.strip())


def allows(hosts: Collection[str], host: str, port: int) -> bool:
    """Whether `host`, as the address names it, is on the list. A name is allowed with whatever it resolves to."""
    name = _plain(f"[{host}]" if ":" in host else host)
    return name in hosts or f"{name}:{port}" in hosts


def _plain(host: str) -> str:
    name, colon, port = host.strip().lower().rpartition(":")
    if colon and port.isdigit():
        return f"{name.rstrip('.')}:{port}"
    return host.strip().lower().rstrip(".")
