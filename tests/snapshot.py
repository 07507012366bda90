"""Rows that many tests begin with: made once by the product's own actions, and copied within the database after that,
which takes a hundredth of the time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from gaitway.models import appendonly

FOLDER = Path("/folder-of-a-test")  # stands in the kept rows for the folder of the test


def empty() -> None:
    """All tables; the append-only triggers step aside for it."""
    with connection.schema_editor() as schema:
        appendonly.release(None, schema)
    call_command("flush", verbosity=0, interactive=False)
    with connection.schema_editor() as schema:
        appendonly.protect(None, schema)


class Snapshot:
    """What `build` puts into the empty tables."""

    def __init__(self, build: Callable[[Path], object]) -> None:
        build(FOLDER)
        self._copies: list[str] = []
        self._names: list[str] = []
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"select 1 from {table} limit 1")  # a table of our own
                if cursor.fetchone() and table.startswith("gaitway_"):
                    cursor.execute(f"create table kept_{table} as select * from {table}")
                    self._copies.append(self._copy(table))
                    self._names.append(table)
        empty()

    def _copy(self, table: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"select * from kept_{table} limit 0")
            names = [column[0] for column in cursor.description]
            said = []
            for name in names:
                quoted = connection.ops.quote_name(name)
                where = f"cast({quoted} as text) like %s"
                cursor.execute(f"select 1 from kept_{table} where {where} limit 1", [f"%{FOLDER}%"])
                said.append(f"replace({quoted}, '{FOLDER}', '%(folder)s')" if cursor.fetchone() else quoted)
        columns = ", ".join(map(connection.ops.quote_name, names))
        return f"insert into {table} ({columns}) select {', '.join(said)} from kept_{table}"

    def put(self, folder: Path) -> None:
        """The rows again, in this transaction."""
        with connection.cursor() as cursor:
            for copy in self._copies:
                cursor.execute(copy.replace("%(folder)s", str(folder)))
            for reset in self._resets():
                cursor.execute(reset)

    def _resets(self) -> list[str]:
        from django.apps import apps
        from django.core.management.color import no_style

        models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in self._names]
        return connection.ops.sequence_reset_sql(no_style(), models)
