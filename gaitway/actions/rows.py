"""Observation rows, thousands at a time: in the words of each engine, since the ORM takes most of the time otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from gaitway.models.observation import COLUMNS

Row = tuple[int, date, int, tuple[float, ...]]  # KPI, period, revision, numbers; none where a period is withdrawn
Rows = Mapping[tuple[str, ...], Sequence[Row]]  # by the names of the numbers


def lock(pks: Sequence[int]) -> dict[str, int]:
    """Keeps these KPIs from everyone else until the transaction ends; how many there are of each kind."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "select kind, count(*) from (select kind from gaitway_kpi where id = any(%s) order by id for no key update) k "
                "group by kind",
                [list(pks)],
            )
        else:  # there is one writer at a time
            cursor.execute(
                "select kind, count(*) from gaitway_kpi where id in (select value from json_each(%s)) group by kind",
                [json.dumps(list(pks))],
            )
        return dict(cursor.fetchall())


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


def insert(rows: Rows, *, by: int, at: datetime, pull: int | None, upload: int | None) -> None:
    """The rows by the columns that they have numbers in: what a kind doesn't have isn't named, for a None takes SQLite's
    driver longer than all else of a row."""
    common = {"recorded_at": connection.ops.adapt_datetimefield_value(at), "by_id": by}
    common |= {name: pk for name, pk in (("pull_id", pull), ("upload_id", upload)) if pk is not None}
    with connection.cursor() as cursor:
        for names, found in rows.items():
            fields = ("kpi_id", "period", "revision", *common, *names)
            if connection.vendor == "postgresql":
                same = "".join(f"{value}\t" for value in common.values())
                with cursor.copy(f"copy gaitway_observation ({', '.join(fields)}) from stdin") as copy:
                    copy.write(_lines(found, same))
                continue
            also = tuple(common.values())
            cursor.executemany(
                f"insert into gaitway_observation ({', '.join(fields)}) "  # noqa: S608  # names of our own
                f"values ({', '.join(['%s'] * len(fields))})",
                [(pk, day.isoformat(), revision, *also, *numbers) for pk, day, revision, numbers in found],
            )


def _lines(found: Sequence[Row], same: str) -> str:
    """As COPY reads them: a float's shortest text is read back as the same float."""
    return "".join([
        "\t".join((f"{pk}\t{day}\t{revision}\t{same}".rstrip("\t"), *map(repr, numbers))) + "\n"
        for pk, day, revision, numbers in found
    ])  # fmt: skip
