"""What an engine's file fills in, and what all drivers of the DB-API share. Only the child imports this."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from ..base import Limits, Sign
from .address import Address

BATCH = 256  # rows fetched at a time
SHOWN = 20  # tables that a probe names
_UNREACHED = re.compile(
    r"connection (?:refused|reset|aborted)|timed out|name or service not known|name resolution|remote end closed|"
    r"no route to host|network is unreachable|failed to establish a new connection|max retries exceeded",
    re.IGNORECASE,
)


class Denied(Exception):
    """The role, or the query, may do more than read. The text says what, and the fix."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error in words. `again`: it may go by itself."""

    says: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, and its rows in batches as they stream in."""

    columns: Sequence[str]
    types: Sequence[str]
    batches: Iterator[Sequence[Sequence[object]]]


def unreached(error: Exception) -> str:
    """What an HTTP driver's words say of a server that isn't reached; nothing where it was."""
    found = _UNREACHED.search(str(error))
    return f"The server isn't reached: {found[0].lower()}. Is it up, and are host and port right?" if found else ""


def batches(cursor: Any) -> Iterator[Sequence[Sequence[object]]]:
    while batch := cursor.fetchmany(BATCH):
        yield batch


class Engine(ABC):
    """One source. `open` and `close` frame each query, so that none leaves a setting, a lock or a table for the next."""

    extra: ClassVar[str] = ""  # of the package: pip install 'gaitway[EXTRA]'
    driver: ClassVar[str] = ""  # the module that the extra brings
    writes: ClassVar[bool] = False  # whether its driver needs a folder of its own to write to
    room_mb: ClassVar[int] = 2048  # address space of Python and the driver before any data; 0: it can't be bounded

    def __init__(self, address: Address, options: Mapping[str, Any], limits: Limits) -> None:
        """Imports the driver. Raises BadAddress."""
        self.address = address
        self.options = options
        self.limits = limits

    def start(self) -> None:  # noqa: B027  # most have nothing to start
        """What takes its time before there can be a connection."""

    @abstractmethod
    def open(self) -> None:
        """A connection in a session that only reads. Raises what the driver raises, or Denied."""

    @abstractmethod
    def close(self) -> None:
        """Never raises."""

    @abstractmethod
    def ask(self, sql: str) -> Answer:
        """Sends `sql` so that only one statement can run. Raises what the driver raises, or Denied."""

    @abstractmethod
    def cancel(self) -> None:
        """Stops at the server what runs. Called by another thread, at any moment. May raise."""

    @abstractmethod
    def explain(self, error: Exception) -> Fault:
        """The driver's error for the person who wrote the SQL or the address."""

    @abstractmethod
    def rights(self) -> Iterator[Sign]:
        """What we may do there; what isn't fine refuses every query."""

    @abstractmethod
    def about(self) -> Iterator[Sign]:
        """Who we are, the server's version and time zone."""

    @abstractmethod
    def tables(self) -> Sequence[str]:
        """Some that can be seen, at most SHOWN + 1."""


class DbApi(Engine):
    """An engine whose driver follows PEP 249: `self.connection` is open between `open` and `close`."""

    connection: Any = None
    kinds: Mapping[Any, str] = {}  # the driver's type codes by name

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            with suppress(Exception):  # whatever it says, the process ends soon
                connection.close()

    def ask(self, sql: str) -> Answer:
        cursor = self.cursor()
        cursor.execute(sql)
        return self.answer(cursor)

    def cursor(self) -> Any:
        return self.connection.cursor()

    def answer(self, cursor: Any) -> Answer:
        """Raises Denied where the statement gave no table."""
        if cursor.description is None:
            raise Denied("This is no query: it gave no table. Write one SELECT.")
        columns = [column[0] for column in cursor.description]
        types = [self.kinds.get(column[1], str(column[1])) for column in cursor.description]
        return Answer(columns, types, batches(cursor))

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Of a question of our own."""
        cursor = self.connection.cursor()
        try:
            cursor.execute(sql, parameters or None)
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def row(self, sql: str, *parameters: object) -> tuple[Any, ...]:
        return self.rows(sql, *parameters)[0]
