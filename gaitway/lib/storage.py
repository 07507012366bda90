"""What a fault of the database means for who asked: whether there is no room, or nobody there for a while."""

from __future__ import annotations

NO_ROOM, AWAY = 507, 503  # HTTP
_FULL, _WRITING = ("disk is full", "no space left", "file too large", "could not extend file"), ("disk i/o error",)
_AWAY = (
    "database is locked", "unable to open database file", "connection refused", "connection is closed", "closed the connection",
    "connection to server", "the connection is lost", "starting up", "shutting down", "terminating connection",
    "connection already closed", "no such file or directory", "consuming input failed",
)  # fmt: skip


def trouble(error: BaseException | None) -> int | None:
    """507 where the disk is full or can't be written, 503 where the database can't be asked now; None for any other fault.
    `error` or what caused it may be one of a driver: they are told by their names, so that no driver is needed here."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if any(kind.__name__ in ("OperationalError", "InterfaceError") for kind in type(error).__mro__):
            said = str(error).lower()
            if any(each in said for each in (*_FULL, *_WRITING)):
                return NO_ROOM
            if any(each in said for each in _AWAY):
                return AWAY
        error = error.__cause__ or error.__context__
    return None
