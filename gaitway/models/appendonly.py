"""Tables whose rows are never changed nor deleted: the database itself refuses."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = (
    "gaitway_observation", "gaitway_evaluation", "gaitway_decision", "gaitway_stagechange", "gaitway_amendment",
    "gaitway_event", "gaitway_definition", "gaitway_vote", "gaitway_checkin",
)  # fmt: skip
VERBS = ("update", "delete")


def protect(_apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Puts the triggers in place; on SQLite and PostgreSQL."""
    if schema.connection.vendor == "postgresql":
        schema.execute(
            "create or replace function gaitway_append_only() returns trigger language plpgsql as "
            "$$ begin raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation'; end $$",
            params=None,  # the % is the function's own
        )
    there = schema.connection.introspection.table_names()  # an older migration knows fewer
    for table in filter(there.__contains__, TABLES):
        for verb in VERBS:
            name = f"{table}_no_{verb}"
            if schema.connection.vendor == "postgresql":
                schema.execute(
                    f"create trigger {name} before {verb} on {table} for each row execute function gaitway_append_only()"
                )
            else:
                schema.execute(
                    f"create trigger {name} before {verb} on {table} "
                    f"begin select raise(abort, '{table} is append-only'); end"
                )


def release(_apps: object, schema: BaseDatabaseSchemaEditor) -> None:
    """Takes the triggers away: for a migration that must touch such a table."""
    there = schema.connection.introspection.table_names()
    for table in filter(there.__contains__, TABLES):
        for verb in VERBS:
            on = f" on {table}" if schema.connection.vendor == "postgresql" else ""
            schema.execute(f"drop trigger if exists {table}_no_{verb}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that should be there and aren't, or are switched off."""
    if connection.vendor == "postgresql":
        query = (
            "select tgname from pg_trigger where tgenabled in ('O', 'A') and tgrelid::regclass::text like '%gaitway%'"
        )
    else:
        query = "select name from sqlite_master where type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return sorted({f"{table}_no_{verb}" for table in TABLES for verb in VERBS} - there)
