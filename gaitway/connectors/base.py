"""What every connector takes and gives: queries in, one answer a query out. Values only, so that a connector's
child process can import this page in no time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# A cell of an answer. Dates and times are ISO 8601 text, decimals are floats, anything else is text.
Cell = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Query:
    """One KPI's SQL. `key` comes back in the answer."""

    key: str
    sql: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may cost.

    `seconds`: of each query, and of reading each source. `rows` and `bytes`: of one answer (bytes as JSON).
    `memory_mb`: of all sources and the running query together.
    """

    seconds: float = 30.0
    rows: int = 20_000
    memory_mb: int = 2048
    bytes: int = 16 * 2**20


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
    """Why a query has no answer: a sentence that names the place and the fix."""

    key: str
    message: str
    seconds: float


class Connector(Protocol):
    """A way to ask sources of one kind."""

    def run(
        self, sources: Mapping[str, Path], queries: Sequence[Query], limits: Limits = LIMITS
    ) -> Iterator[Rows | Failure]:
        """One answer for each query, in their order. A query that fails holds up no other; a source that can't be
        read fails only the queries that name it. Nothing that a query does outlives it.

        `sources` maps the name used in the SQL to the place of the data. The caller has decided that these places
        may be read.
        """
        ...
