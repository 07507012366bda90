"""A day as people write it."""

from __future__ import annotations

import re
from datetime import date

YEARS = range(1900, 3000)


def parse(value: object) -> date:
    """From text like 2026-03-31. Raises ValueError, whose text says why."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and re.fullmatch(r"[\d-]{10}", value) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"{value!r} is not a date like 2026-03-31")
    if found.year not in YEARS:
        raise ValueError(f"{value} lies outside the years {YEARS[0]} to {YEARS[-1]}")
    return found
