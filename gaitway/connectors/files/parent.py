"""Starts the child, watches its time, and turns what it says into answers."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..base import LIMITS, Failure, Limits, Place, Query, Rows, Sign
from .options import KINDS
from .process import Child
from .walls import ENOUGH, landlock

IN_PLACE = True  # files may be read where they are, where the kernel keeps the process from writing


class Files:
    """The connector for files. Stateless; each `run` has a child of its own, and a new one after a crash."""

    dialect = "duckdb"

    def serves(self, place: Place) -> bool:
        return "://" not in place.location

    def run(
        self, places: Mapping[str, Place], queries: Sequence[Query], limits: Limits = LIMITS
    ) -> Generator[Rows | Failure, None, None]:
        """One answer a query, in their order: see `Connector`. The places are the only files that are opened."""
        refused: dict[int, str] = {}
        broken: dict[str, str] = {}
        answered = 0
        while (first := answered) < len(queries):
            request = {
                "sources": {
                    key: {"path": str(Path(place.location).absolute()), "options": dict(place.options)}
                    for key, place in places.items()
                },
                "in_place": IN_PLACE,
                "queries": [
                    {"index": index, "sql": queries[index].sql, "refused": refused.get(index)}
                    for index in range(first, len(queries))
                ],
                "broken": broken,
            }
            with Child("child", request, limits) as child:
                for line in child.lines():
                    yield _answer(queries[answered].key, line)
                    answered += 1
                if answered == len(queries):
                    return
                fate = child.why()
            match child.step:
                case "check":
                    refused[child.subject] = fate
                case "load":
                    broken[child.subject] = f'Source "{child.subject}": {fate}'
                case "broken":
                    source, message = child.subject
                    broken[source] = message
                case "answered":
                    pass  # it was spent; the next child goes on
                case "run" if child.subject > first and not child.late:
                    pass  # perhaps spent by those before; it gets a child of its own
                case "run":
                    yield Failure(queries[answered].key, fate, child.waited)
                    answered += 1
                case _:
                    for query in queries[answered:]:
                        yield Failure(query.key, f"The process for SQL did not start. {fate}", child.waited)
                    return

    def probe(self, key: str, place: Place, limits: Limits = LIMITS) -> Iterator[Sign]:
        """Is the file there, what is in it, and is it read in place or copied?"""
        path = Path(place.location)
        database = KINDS.get(path.suffix.lower()) == "sqlite"
        sql = f'select * from "{key}" limit 0'  # noqa: S608  # the name of a source is a key
        for answer in self.run({key: place}, [Query(key, sql, key)], limits):
            if isinstance(answer, Rows):
                yield Sign("reads", True, f"{len(answer.columns)} columns: {', '.join(answer.columns)}")
            else:
                # A database with several tables says here which it has.
                yield Sign("reads", database and "Write SOURCE.TABLE." in answer.message, answer.message)
        version = landlock()
        if IN_PLACE and version >= ENOUGH:
            says = f"read in place where that is quicker: the kernel lets SQL write nothing (Landlock {version})"
        else:
            says = f"copied into memory: this system has no Landlock {ENOUGH} (Linux 6.2) to keep SQL from writing"
        yield Sign("walls", True, says)


def _answer(key: str, line: dict[str, Any]) -> Rows | Failure:
    if "message" in line:
        return Failure(key, line["message"], line["seconds"], line.get("again", False))
    rows = [tuple(row) for row in line["rows"]]
    return Rows(key, tuple(line["columns"]), tuple(line["types"]), rows, line["seconds"])
