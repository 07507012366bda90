"""How many proxies stand in front, whose headers are believed."""

from __future__ import annotations

MOST = 9


def count(text: str) -> int:
    """Of GAITWAY_PROXIES. Raises SystemExit with the place and the fix."""
    if text.isascii() and text.isdigit() and int(text) <= MOST:
        return int(text)
    raise SystemExit(f"GAITWAY_PROXIES is wrong: it is a number from 0 to {MOST}, such as 1, not {text!r}.")
