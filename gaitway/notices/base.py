from __future__ import annotations

from datetime import timedelta


class Undelivered(Exception):
    """It didn't arrive, or nobody said that it did. The text names the place and the fix, and holds no secret. `again`: it
    may go by itself, after `wait` at the earliest. `whole`: nothing else would arrive there now either."""

    def __init__(
        self, message: str, *, again: bool = False, whole: bool = False, wait: timedelta = timedelta(0)
    ) -> None:
        super().__init__(message)
        self.again, self.whole, self.wait = again, whole, wait


class Unwanted(Exception):
    """Nobody has to be told, for this reason: there is nothing to tell."""
