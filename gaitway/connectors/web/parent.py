from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from gaitway.lib.outgoing import Door, Failed

from .. import secrets
from ..base import LIMITS, Failure, Limits, Place, Query, Rows, Sign
from ..files import Files
from .fetch import Fetched, fetch
from .options import read

SAMPLE = 3  # rows


class Web:
    """The connector for files and JSON on the web. Nothing that was fetched outlives a `run`."""

    dialect = "duckdb"

    def __init__(self, door: Door | None = None) -> None:
        self._door = door or Door()
        self._files = Files()

    def serves(self, place: Place) -> bool:
        return place.location.lower().startswith(("https://", "http://"))

    def run(
        self, places: Mapping[str, Place], queries: Sequence[Query], limits: Limits = LIMITS
    ) -> Iterator[Rows | Failure]:
        """One answer a query, in their order: see `Connector`."""
        with tempfile.TemporaryDirectory(prefix="gaitway-web-") as name:
            folder = Path(name)
            there: dict[str, Place] = {}
            fetched: dict[str, Fetched] = {}
            failed: dict[str, Failed] = {}
            for key, place in places.items():
                # A source that no query can mean isn't asked. Whether one does mean it, the SQL's parser says later.
                if not any(query.source == key or _mentions(query.sql, key) for query in queries):
                    continue
                try:
                    fetched[key], there[key] = _fetched(self._door, key, place, folder, limits)
                except Failed as error:
                    failed[key] = error
                    # Nothing is there, which the connector for files tells of those queries that read it.
                    there[key] = Place(str(folder / "failed" / f"{key}.csv"))
            asked = [query for query in queries if query.source not in failed]
            # Closed, because the last `next` leaves the child of its file waiting for another one.
            with closing(self._files.run(there, asked, limits)) as answers:
                for query in queries:
                    if fault := failed.get(query.source):
                        yield Failure(query.key, _because(query.source, fault), 0.0, again=fault.again)
                    else:
                        yield _told(next(answers), fetched, failed, folder)

    def probe(self, key: str, place: Place, limits: Limits = LIMITS) -> Iterator[Sign]:
        """Who answers, with how much, and what do its first rows look like?"""
        with tempfile.TemporaryDirectory(prefix="gaitway-web-") as name:
            folder = Path(name)
            try:
                fetched, file = _fetched(self._door, key, place, folder, limits)
            except Failed as error:
                yield Sign("reaches", False, str(error))
                return
            yield Sign("reaches", True, f"{fetched.where}, {fetched.server or 'a server that gives no name'}")
            pages = f" on {fetched.pages:,} pages" if fetched.pages > 1 else ""
            yield Sign("gives", True, f"{fetched.size:,} bytes of {fetched.format.upper()}{pages}")
            query = Query(key, f'select * from "{key}" limit {SAMPLE}', key)  # noqa: S608  # the name of a source is a key
            for answer in self._files.run({key: file}, [query], limits):
                told = _told(answer, {key: fetched}, {}, folder)
                if isinstance(told, Failure):
                    yield Sign("reads", False, told.message)
                    continue
                yield Sign("reads", True, f"{len(told.columns)} columns: {', '.join(told.columns)}")
                for row in told.rows:
                    yield Sign("sample", True, ", ".join(str(cell)[:80] for cell in row))


def _mentions(sql: str, key: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", sql, re.IGNORECASE) is not None


def _fetched(door: Door, key: str, place: Place, folder: Path, limits: Limits) -> tuple[Fetched, Place]:
    """Errors: Failed, without any secret of the options."""
    options = read(place.options)
    try:
        fetched = fetch(door, key, place, options, folder, limits)
    except Failed as error:
        raise Failed(secrets.redact(str(error), list(options.hidden)), again=error.again) from None
    except OSError as error:
        raise Failed(f"There is no room for it in {folder.parent}: {error.strerror}.", again=True) from None
    return fetched, Place(str(fetched.path), options.rest)


def _told(
    answer: Rows | Failure, fetched: Mapping[str, Fetched], failed: Mapping[str, Failed], folder: Path
) -> Rows | Failure:
    """The answer with addresses where it names files, and with the reason why a source isn't there."""
    if isinstance(answer, Rows):
        return answer
    for key, error in failed.items():
        if answer.message.startswith(f'Source "{key}": '):
            return replace(answer, message=_because(key, error), again=error.again)
    message = answer.message
    for each in fetched.values():
        message = message.replace(str(each.path), each.where)
    return replace(answer, message=message.replace(str(folder), "…"))


def _because(key: str, error: Failed) -> str:
    return f'Source "{key}": {error}'
