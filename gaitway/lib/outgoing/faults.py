from __future__ import annotations


class Failed(Exception):
    """A request has no answer. The text names the place and the fix; `again`: it may go by itself."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again
