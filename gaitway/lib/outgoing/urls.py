from __future__ import annotations

import httpx2

from .faults import Failed


def parse(address: str, base: httpx2.URL | None = None) -> httpx2.URL:
    """An http or https address, also one that is relative to `base`. Errors: Failed."""
    try:
        url = base.join(address) if base else httpx2.URL(address)
        port = url.port
    except (httpx2.InvalidURL, ValueError):
        # Not in the library's words, which quote a part of the address: that could be half a password.
        raise Failed(
            "The address can't be read. Write it like https://host/path; a / or @ inside a name or a password is written "
            "%2F or %40."
        ) from None
    if url.scheme not in ("http", "https"):
        raise Failed(f"Gaitway goes to https:// and http:// addresses, not to {url.scheme or 'one without a scheme'}.")
    if not url.host or "%" in url.host or not (port is None or 0 < port < 65536):
        raise Failed("The address names no host that can be visited. Write it like https://host/path.")
    return url


def shown(url: httpx2.URL) -> str:
    """`url` for people and logs: without what could be a secret in it (who asks, and the query)."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))


def port_of(url: httpx2.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def same_origin(one: httpx2.URL, other: httpx2.URL) -> bool:
    return (one.scheme, one.host, port_of(one)) == (other.scheme, other.host, port_of(other))
