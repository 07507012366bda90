"""How many proxies stand in front, whose headers are believed."""

from __future__ import annotations

MOST = 9


def count(text: str) -> int:
    """Of GAITWAY_PROXIES. Raises SystemExit with the place and the fix."""
    if text.isascii() and text.isdigit() and int(text) <= MOST:
        return int(text)
    raise SystemExit(f"GAITWAY_PROXIES is wrong: it is a number from 0 to {MOST}, such as 1, not {text!r}.")


def client(near: str, forwarded: str, proxies: int) -> str:
    """The address of who asks: `near`, which is connected, or behind so many proxies what the outermost of these has
    added to `forwarded` (X-Forwarded-For). What stands further to the left anybody can write."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return hops[-proxies] if 0 < proxies <= len(hops) else near
