"""When to try again: full jitter below a ceiling that grows, and never before who was asked wants it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

ATTEMPTS = 12  # in about a day where nothing answers, in 38 hours at most
FIRST, GROWS, SLOWEST = timedelta(seconds=5), 3, timedelta(hours=12)
LONGEST = timedelta(days=1)  # that somebody may ask us to wait


def ceiling(attempt: int) -> timedelta:
    """The longest pause after this many attempts."""
    return min(SLOWEST, FIRST * GROWS ** (min(attempt, 20) - 1)) if attempt > 0 else timedelta(0)


def pause(attempt: int, wait: timedelta = timedelta(0)) -> timedelta:
    """From now until the next attempt, `wait` at least."""
    return wait + random.uniform(0, 1) * ceiling(attempt)  # noqa: S311  # spreads the load, guards nothing


def asked(header: str, at: datetime, theirs: str = "") -> timedelta:
    """What `Retry-After` asks for: seconds, or a date by the clock of who says it (`theirs`, its Date header). Nothing
    where it can't be read; LONGEST at most."""
    header = header.strip()
    if header.isascii() and header.isdecimal():
        return min(LONGEST, timedelta(seconds=min(int(header[:9]), 10**6)))
    until = _date(header)
    if until is None:
        return timedelta(0)
    return min(LONGEST, max(timedelta(0), until - (_date(theirs) or at)))


def _date(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
