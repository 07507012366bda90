from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gaitway.engine.periods import Cadence
from gaitway.lib.outgoing import Budget, Door, Failed

from .. import http, secrets
from ..base import LIMITS, Failure, Limits, Place, Query, Rows, Sign
from .moments import moments, stretches
from .server import Series, Server
from .table import table

SCHEMES = ("prometheus+https://", "prometheus+http://")
SAMPLE = 5  # names of metrics


class Prometheus:
    """The connector for Prometheus. Stateless; each query has a visit of its own."""

    dialect = ""

    def __init__(self, door: Door | None = None) -> None:
        self._door = door or Door()

    def serves(self, place: Place) -> bool:
        return place.location.lower().startswith(SCHEMES)

    def run(
        self, places: Mapping[str, Place], queries: Sequence[Query], limits: Limits = LIMITS
    ) -> Iterator[Rows | Failure]:
        """One answer a query, in their order: see `Connector`."""
        for query in queries:
            began = time.monotonic()
            try:
                columns, rows = self._table(places, query, limits)
            except Failed as error:
                yield Failure(query.key, str(error), time.monotonic() - began, again=error.again)
            else:
                types = ("DATE", *["DOUBLE"] * (len(columns) - 1))
                yield Rows(query.key, columns, types, rows, time.monotonic() - began)

    def probe(
        self,
        key: str,  # noqa: ARG002  # others name their table by it
        place: Place,
        limits: Limits = LIMITS,
    ) -> Iterator[Sign]:
        """Does it answer, which version is it, and what does it measure?"""
        try:
            with self._server(place, limits) as server:
                clock = datetime.fromtimestamp(server.now(), UTC)
                yield Sign("reaches", True, f"{server.base}, where it is {clock:%Y-%m-%d %H:%M} UTC")
                version = server.version()
                yield Sign("version", True, f"Prometheus {version}" if version else "it doesn't say which")
                names = server.metrics()
                some = f": {', '.join(name[:60] for name in names[:SAMPLE])}" if names else ""
                yield Sign("sample", bool(names), f"{len(names):,} metrics{some}")
        except Failed as error:
            yield Sign("reaches", False, str(error))

    def _table(self, places: Mapping[str, Place], query: Query, limits: Limits) -> tuple[tuple[str, ...], list]:
        if query.source not in places:
            raise Failed(f'Source "{query.source}" is no longer declared.')
        every, zone = Cadence(query.every), ZoneInfo(query.zone)
        with self._server(places[query.source], limits) as server:
            until = query.until
            if until is None:
                until = datetime.fromtimestamp(server.now(), zone).date()
            days = moments(query.since, until, every, zone)
            series: list[Series] = []
            for first, last, step in stretches(list(days)):
                series += server.range(query.sql, first, last, step, limits.seconds)
        if not days:
            raise Failed(f"No {query.every} lies between {query.since} and {until}.")
        if not series:
            begin = next(iter(days.values()))
            raise Failed(
                f"The expression gives nothing for any {every.unit} from {begin} on. Are its names right, and does "
                "Prometheus keep its data that long?",
                again=True,
            )
        columns, rows = table(series, days)
        if len(rows) > limits.rows:
            raise Failed(f"The query returned more than {limits.rows:,} rows. Ask for fewer periods.")
        return columns, rows

    @contextmanager
    def _server(self, place: Place, limits: Limits) -> Iterator[Server]:
        """Errors: Failed, without any secret of the options."""
        if unknown := sorted(set(place.options) - {"headers"}):
            raise Failed(f"There is no option {unknown[0]}. Prometheus takes headers.")
        headers, hidden = http.headers(place.options)
        base = place.location.partition("+")[2].rstrip("/")
        if "?" in base or "#" in base:
            raise Failed("The address of a Prometheus ends before its /api: leave out what follows ? or #.")
        budget = Budget(whole=limits.seconds, first=limits.seconds, bytes=limits.bytes)
        try:
            with self._door.open(budget) as visit:
                yield Server(visit, base, headers)
        except Failed as error:
            raise Failed(secrets.redact(str(error), hidden), again=error.again) from None
