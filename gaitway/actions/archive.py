"""An archive put into a database. It is no action of a person: the rows bring their own who and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.apps import apps as present
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connections, transaction
from django.db.models import DateTimeField, Field, JSONField, Model

from gaitway.actions import Refused
from gaitway.lib.archive import Row
from gaitway.queries import archive

BATCH = 500


def load(rows: Iterable[tuple[str, Row]], *, using: str, apps: Apps = present) -> dict[str, int]:
    """Puts `rows` into the empty tables of the schema that `apps` is of; how many there were, by table. All of them or
    none. Raises Refused, which names the row."""
    connection = connections[using]
    tables = archive.tables(apps)
    counted = dict.fromkeys(tables, 0)
    with transaction.atomic(using):
        for name, model in tables.items():
            if model._base_manager.using(using).exists():
                raise Refused(f"The table {name} isn't empty: rows of an archive go into a new database.")
        for name, group in groupby(rows, key=itemgetter(0)):
            if name not in tables:
                raise Refused(f"The archive has a table {name!r}, which its schema doesn't have.")
            counted[name] += _fill(tables[name], (row for _, row in group), using)
        with connection.cursor() as cursor:
            for reset in connection.ops.sequence_reset_sql(no_style(), list(tables.values())):
                cursor.execute(reset)
    return counted


def _fill(model: type[Model], rows: Iterator[Row], using: str) -> int:
    connection = connections[using]
    fields = {str(field.column): _reads(field, using) for field in model._meta.concrete_fields}
    quoted = ", ".join(map(connection.ops.quote_name, fields))
    table = model._meta.db_table
    insert = f"insert into {table} ({quoted}) values ({', '.join(['%s'] * len(fields))})"  # noqa: S608  # no value in it
    count = 0
    with connection.cursor() as cursor:
        while some := list(islice(rows, BATCH)):
            values = [_values(table, fields, row) for row in some]
            try:
                cursor.executemany(insert, values)
            except (DatabaseError, ValueError) as error:
                first, last = some[0].get("id"), some[-1].get("id")
                raise Refused(f"{table}, rows {first} to {last}: {str(error).strip()}") from error
            count += len(some)
    return count


def _values(table: str, fields: dict[str, Callable[[Any], Any]], row: Row) -> list[Any]:
    for (name, column), instead in archive.SECRETS.items():
        if table == archive.OURS + name:
            row.setdefault(column, instead)
    if row.keys() != fields.keys():
        differ = ", ".join(sorted(row.keys() ^ fields.keys()))
        raise Refused(f"{table}, row {row.get('id')}: other columns than its schema has ({differ}).")
    try:
        return [read(row[column]) for column, read in fields.items()]
    except (ValidationError, ValueError, TypeError, ArithmeticError) as error:
        raise Refused(f"{table}, row {row.get('id')}: {error}") from None


def _reads(field: Field[Any, Any], using: str) -> Callable[[Any], Any]:
    """From a cell of an archive to what the database's driver takes."""
    connection = connections[using]
    if isinstance(field, JSONField):
        if field.null:
            return lambda value: None if value is None else connection.ops.adapt_json_value(value, None)
        return lambda value: connection.ops.adapt_json_value(value, None)
    if isinstance(field, DateTimeField):
        return lambda value: (
            None if value is None else connection.ops.adapt_datetimefield_value(datetime.fromisoformat(value).astimezone(UTC))
        )  # fmt: skip
    to_python = field.target_field.to_python if field.remote_field else field.to_python  # type: ignore[attr-defined]  # a key to a row
    return lambda value: field.get_db_prep_save(None if value is None else to_python(value), connection)
