"""What every connector takes and gives: queries in, one answer a query out. Values only, so that a connector's
child process can import this page in no time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

# A cell of an answer. Dates and times are ISO 8601 text, decimals are floats, anything else is text.
Cell = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source is: a path or an address, with its secrets filled in, and what its connector takes besides."""

    location: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for one KPI, in the language of its source. `key` comes back in the answer.

    `source`: the name of its source. `since`, `until`, `every`, `zone`: the periods that are asked for, the first day
    of the first and the day after the last, for a source whose language doesn't say so itself."""

    key: str
    sql: str
    source: str = ""
    since: date | None = None
    until: date | None = None
    every: str = "day"
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may cost.

    `seconds`: of each query, and of reading each source. `rows` and `bytes`: of one answer (bytes as JSON).
    `memory_mb`: of all sources and the running query together. `download`: bytes of one file that is fetched.
    """

    seconds: float = 30.0
    rows: int = 20_000
    memory_mb: int = 2048
    bytes: int = 16 * 2**20
    download: int = 256 * 2**20


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a query: column names, the engine's names of their types, and the rows in the query's order.
    `seconds` is the time that the query itself took."""

    key: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    seconds: float


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a query has no answer: a sentence that names the place and the fix. `again`: it may go by itself."""

    key: str
    message: str
    seconds: float
    again: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """One line of `gaitway doctor SOURCE`: what was looked at, whether it is fine, and what it says."""

    name: str
    fine: bool
    says: str


class Connector(Protocol):
    """A way to ask sources of one kind."""

    dialect: str  # sqlglot's name of its SQL; nothing where it takes no SQL

    def serves(self, place: Place) -> bool:
        """Whether this is a source of its kind."""
        ...

    def run(
        self, places: Mapping[str, Place], queries: Sequence[Query], limits: Limits = LIMITS
    ) -> Iterator[Rows | Failure]:
        """One answer for each query, in their order. A query that fails holds up no other; a source that can't be
        read fails only the queries that name it. Nothing that a query does outlives it.

        `places` maps the name used in the SQL to the place of the data: all sources of the strategy that this
        connector serves. The caller has decided that these places may be read.
        """
        ...

    def probe(self, key: str, place: Place, limits: Limits = LIMITS) -> Iterator[Sign]:
        """Can it be reached, who are we there, may we only read, which tables are there?"""
        ...
