"""A child for each source, watched, and what it says turned into answers in the order of the queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from ..base import LIMITS, Failure, Limits, Place, Query, Rows, Sign
from ..process import START, Child
from ..secrets import redact
from .address import BadAddress, parse

CHILD = "gaitway.connectors.databases.child"
SECRET_OPTIONS = ("key", "token", "password")


@dataclass(eq=False, slots=True)
class Database:
    """The connector of one engine; the engine itself is the module `module`, which only the child imports. Stateless."""

    module: str
    name: str
    schemes: tuple[str, ...]
    dialect: str
    passes: tuple[str, ...] = ()  # the variables that its driver needs
    start: float = START

    def serves(self, place: Place) -> bool:
        scheme, found, _ = place.location.partition("://")
        return bool(found) and scheme in self.schemes

    def run(
        self, places: Mapping[str, Place], queries: Sequence[Query], limits: Limits = LIMITS
    ) -> Iterator[Rows | Failure]:
        """One answer a query, in their order: see `Connector`. A query is asked of its own source alone."""
        by_source: dict[str, list[int]] = defaultdict(list)
        for index, query in enumerate(queries):
            by_source[query.source].append(index)
        early: dict[int, Rows | Failure] = {}  # those whose turn has not come
        turn = 0
        for source, indexes in by_source.items():
            answers = self._ask(source, places.get(source), [queries[index] for index in indexes], limits)
            for index, answer in zip(indexes, answers, strict=True):
                early[index] = answer
                while turn in early:
                    yield early.pop(turn)
                    turn += 1

    def probe(self, key: str, place: Place, limits: Limits = LIMITS) -> Iterator[Sign]:
        """Reached, who we are, what we may do, and what is there."""
        hidden = _secrets(place)
        with Child(
            CHILD, self._request(place, [], limits, probe=True), limits, passes=self.passes, start=self.start
        ) as child:
            for line in child.lines():
                if "fault" in line:
                    yield Sign(line.get("sign", "reached"), False, redact(line["fault"], hidden))
                    return
                yield Sign(line["sign"], line["fine"], redact(line["says"], hidden))
                if line["last"]:
                    return
            yield Sign("reached", False, redact(f'Source "{key}": {self._fate(child, limits)}', hidden))

    def _ask(
        self, source: str, place: Place | None, queries: Sequence[Query], limits: Limits
    ) -> Iterator[Rows | Failure]:
        if place is None:
            why = f'Source "{source}" is not declared, or is no {self.name} address.'
            yield from (Failure(query.key, why, 0.0) for query in queries)
            return
        hidden = _secrets(place)
        answered = 0
        while answered < len(queries):
            first = answered
            left = queries[first:]
            with Child(
                CHILD, self._request(place, left, limits), limits, passes=self.passes, start=self.start
            ) as child:
                for line in child.lines():
                    if "fault" in line:
                        why = redact(f'Source "{source}": {line["fault"]}', hidden)
                        yield from (Failure(q.key, why, child.waited, line["again"]) for q in queries[answered:])
                        return
                    if line["index"] != answered - first:
                        continue  # a second word on what was answered as late
                    yield _answer(queries[answered].key, line, hidden)
                    answered += 1
                if answered == len(queries):
                    return
                fate = redact(self._fate(child, limits), hidden)
            if child.step == "run":
                yield Failure(queries[answered].key, fate, child.waited, again=True)
                answered += 1
            elif child.step != "answered":
                why = f'Source "{source}": {fate}'
                yield from (Failure(query.key, why, child.waited, again=True) for query in queries[answered:])
                return
            elif answered == first:  # it ended without a word, and would again
                yield from (Failure(query.key, fate, child.waited, again=True) for query in queries[answered:])
                return

    def _request(
        self, place: Place, queries: Sequence[Query], limits: Limits, *, probe: bool = False
    ) -> dict[str, Any]:
        return {
            "engine": self.module,
            "dialect": self.dialect,
            "address": place.location,
            "options": dict(place.options),
            "queries": [query.sql for query in queries],
            "limits": asdict(limits),
            "probe": probe,
        }

    def _fate(self, child: Child, limits: Limits) -> str:
        fate = child.fate()
        if not child.late:
            return f"The {self.name} driver crashed ({fate}). Make the query smaller or simpler."
        if child.step == "run":
            return f"It took longer than {limits.seconds:g} seconds. Read fewer rows, or raise the limit."
        return f"{self.name} did not answer within {limits.seconds:g} seconds. Is it up, and are host and port right?"


def _answer(key: str, line: dict[str, Any], hidden: list[str]) -> Rows | Failure:
    if "message" in line:
        return Failure(key, redact(line["message"], hidden), line["seconds"], line["again"])
    rows = [tuple(row) for row in line["rows"]]
    return Rows(key, tuple(line["columns"]), tuple(line["types"]), rows, line["seconds"])


def _secrets(place: Place) -> list[str]:
    """What no message may show: the address, its password as it is and as it is written, its tokens."""
    try:
        address = parse(place.location)
    except BadAddress:
        return [place.location]
    found = {address.password, *(address.options.get(name, "") for name in SECRET_OPTIONS)}
    return [place.location, *(form for secret in found if secret for form in {secret, quote(secret, safe="")})]
