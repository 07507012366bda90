"""Observation rows, thousands at a time: in the words of each engine, since the ORM takes most of the time otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from gaitway.models.observation import COLUMNS

Row = tuple[int, date, int, list[float | None]]  # KPI, period, revision, the numbers in the order of COLUMNS
_NUMBERS = ", ".join(COLUMNS)
_FIELDS = f"kpi_id, period, revision, recorded_at, by_id, pull_id, upload_id, {_NUMBERS}"


def newest(wanted: Sequence[tuple[int, date]]) -> Iterator[tuple[Any, ...]]:
    """What is known of these periods, each found by the index: KPI, period, revision and numbers, the newest revision
    of a period last."""
    numbers = ", ".join(f"o.{name}" for name in COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"select o.kpi_id, o.period, o.revision, {numbers} from unnest(%s::bigint[], %s::date[]) as w (kpi, day) "  # noqa: S608  # no value in it
                "join gaitway_observation o on o.kpi_id = w.kpi and o.period = w.day order by o.revision",
                [[pk for pk, _ in wanted], [day for _, day in wanted]],
            )
            yield from cursor.fetchall()
            return
        # CROSS JOIN keeps SQLite to this order: a look-up for each period, however many observations there are.
        cursor.execute(
            f"select o.kpi_id, o.period, o.revision, {numbers} from json_each(%s) as w "  # noqa: S608  # the same
            "cross join gaitway_observation o on o.kpi_id = w.value ->> 0 and o.period = w.value ->> 1 order by o.revision",
            [json.dumps([(pk, day.isoformat()) for pk, day in wanted])],
        )
        for pk, day, *rest in cursor.fetchall():
            yield pk, day if isinstance(day, date) else date.fromisoformat(day), *rest


def insert(rows: Sequence[Row], *, by: int, at: datetime, pull: int | None, upload: int | None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"copy gaitway_observation ({_FIELDS}) from stdin") as copy:
                for pk, day, revision, numbers in rows:
                    copy.write_row((pk, day, revision, at, by, pull, upload, *numbers))
            return
        # A None takes SQLite's driver longer than all else of a row: what a kind doesn't have isn't named.
        common = {"recorded_at": connection.ops.adapt_datetimefield_value(at), "by_id": by}
        common |= {name: pk for name, pk in (("pull_id", pull), ("upload_id", upload)) if pk is not None}
        for names, found in _by_columns(rows).items():
            fields = ("kpi_id", "period", "revision", *common, *names)
            cursor.executemany(
                f"insert into gaitway_observation ({', '.join(fields)}) "  # noqa: S608  # names of our own
                f"values ({', '.join(['%s'] * len(fields))})",
                [(pk, day.isoformat(), revision, *common.values(), *numbers) for pk, day, revision, numbers in found],
            )


def _by_columns(rows: Sequence[Row]) -> dict[tuple[str, ...], list[tuple[int, date, int, list[float]]]]:
    """The rows by the columns that they have a number in, with these numbers alone."""
    found: dict[tuple[str, ...], list[tuple[int, date, int, list[float]]]] = {}
    places: dict[tuple[bool, ...], tuple[str, ...]] = {}
    for pk, day, revision, cells in rows:
        here = tuple([cell is not None for cell in cells])
        if here not in places:
            places[here] = tuple(name for name, there in zip(COLUMNS, here, strict=True) if there)
        found.setdefault(places[here], []).append((pk, day, revision, [cell for cell in cells if cell is not None]))
    return found
