"""PostgreSQL by psycopg 3: `postgresql://reader:${GAITWAY_SOURCE_SHOP}@db/shop?sslmode=require`.

The query is a subquery of ours and goes by the extended protocol, so that it can only be one SELECT; its transaction is
read-only from the start; its role may only read. Each wall holds without the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from ..base import Limits, Sign
from .address import Address
from .engine import BATCH, SHOWN, Answer, DbApi, Fault
from .wall import bare

OPTIONS = ("host", "sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs", "gssencmode")

# The roles that we are or could become; a superuser could become all.
_MINE = (
    "with mine as (select * from pg_catalog.pg_roles r where pg_catalog.pg_has_role(session_user, r.oid, 'member')) "
)
_POWERS = """
    select rolname, case when rolsuper then 'is a superuser' when rolcreaterole then 'may make roles (CREATEROLE)'
        when rolcreatedb then 'may make databases (CREATEDB)' when rolreplication then 'may replicate (REPLICATION)'
        when rolbypassrls then 'passes row level security (BYPASSRLS)' else 'is a role that does more than read' end
    from mine where rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls or rolname in
        ('pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program',
         'pg_signal_backend', 'pg_checkpoint', 'pg_maintain', 'pg_create_subscription', 'pg_database_owner')
    order by rolsuper desc, rolname <> session_user limit 3
"""
_TABLES = """
    select distinct c.oid::regclass::text
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema$)' and {}
    order by 1 limit {}
"""
_WRITES = """exists (select from mine m where m.oid = c.relowner
    or pg_catalog.has_table_privilege(m.oid, c.oid, 'insert, update, delete, truncate, trigger')
    or pg_catalog.has_any_column_privilege(m.oid, c.oid, 'insert, update'))"""
_SEES = "pg_catalog.has_any_column_privilege(c.oid, 'select') and pg_catalog.has_schema_privilege(n.oid, 'usage')"
_REACHES = """
    select distinct p.proname::text from pg_catalog.pg_proc p
    where p.proname ~ '^(dblink.*|lo_import|lo_export|pg_read_file|pg_read_binary_file|pg_ls_dir|pg_file_.*)$'
    and exists (select from mine m where pg_catalog.has_function_privilege(m.oid, p.oid, 'execute')) order by 1 limit 3
"""
_READER = (
    "Make a reader: CREATE ROLE reader LOGIN PASSWORD '…'; GRANT USAGE ON SCHEMA public TO reader; "
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"
)
_ANSWERED = re.compile(r"FATAL|authentication|SSL|certificate|does not exist|no pg_hba|invalid|role ")


class Postgres(DbApi):
    extra, driver = "postgres", "psycopg"

    def __init__(self, address: Address, options: Mapping[str, Any], limits: Limits) -> None:
        super().__init__(address, options, limits)
        import psycopg

        self.psycopg = psycopg
        self.parameters: dict[str, Any] = {
            "host": address.host or None, "port": address.port, "user": address.user or None,
            "password": address.password or None, "dbname": address.database or None, **address.known(OPTIONS),
        }  # fmt: skip

    def open(self) -> None:
        self.connection = self.psycopg.connect(
            **self.parameters,
            application_name="gaitway",
            connect_timeout=max(2, round(self.limits.seconds)),
            autocommit=True,  # BEGIN is ours
            prepare_threshold=None,  # a pooler between may give each transaction another session
        )
        self.connection.execute("begin transaction isolation level repeatable read read only")
        self._set("timezone", "UTC")
        self._set("statement_timeout", f"{round(1000 * self.limits.seconds) + 500}ms")
        self._set("idle_in_transaction_session_timeout", f"{round(1000 * self.limits.seconds) + 5000}ms")
        if self.connection.info.server_version >= 140000:  # the server stops what nobody waits for
            self._set("client_connection_check_interval", "500ms")

    def _set(self, name: str, value: str) -> None:
        self.connection.execute("select pg_catalog.set_config(%s, %s, true)", (name, value))

    def ask(self, sql: str) -> Answer:
        cursor = self.connection.cursor()
        # stream() alone sends by the extended protocol and takes the rows one by one, on as many cores as the server likes.
        one = f"select * from ({bare(sql)}\n) as answer"  # noqa: S608  # that is what is asked for
        rows = cursor.stream(one)
        first = next(rows, None)
        if first is None:  # then it tells no columns either
            cursor.execute(f"{one} limit 0", prepare=True)
        columns = cursor.description or ()
        whole = chain([] if first is None else [first], rows)
        batches = iter(lambda: list(islice(whole, BATCH)), [])
        return Answer([column.name for column in columns], [column.type_display for column in columns], batches)

    def cancel(self) -> None:
        if self.connection is not None:
            self.connection.cancel_safe(timeout=1.0)

    def explain(self, error: Exception) -> Fault:
        diag = getattr(error, "diag", None)
        state = getattr(error, "sqlstate", None) or ""
        if diag is None or not diag.message_primary:
            says = " ".join(str(error).split())
            return Fault(says, isinstance(error, self.psycopg.OperationalError) and not _ANSWERED.search(says))
        again = state[:2] in ("08", "40", "53", "55") or state[:3] == "57P"
        return Fault(" ".join(filter(None, (diag.message_primary, diag.message_hint))) + ".", again)

    def rights(self) -> Iterator[Sign]:
        powers = self.rows(_MINE + _POWERS)
        for role, power in powers[: 1 if powers and "superuser" in powers[0][1] else None]:
            yield Sign("role", False, f'Role "{role}" {power}: KPI SQL needs one that may only SELECT. {_READER}')
        if powers:
            return  # whoever is a superuser may write every table too
        yield Sign("role", True, "no power but to read")
        written = [name for (name,) in self.rows(_MINE + _TABLES.format(_WRITES, 3))]
        if written:
            fix = f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER ON {written[0]} FROM …, or: {_READER}"
            yield Sign("only reads", False, f"The role owns or may write {', '.join(written)}. {fix}")
        else:
            yield Sign("only reads", True, "owns and may write no table")
        reached = [name for (name,) in self.rows(_MINE + _REACHES)]
        if reached:
            fix = f"REVOKE EXECUTE ON FUNCTION {reached[0]} FROM PUBLIC; (and from this role)"
            yield Sign(
                "stays inside", False, f"The role may execute {', '.join(reached)}, which leave the database. {fix}"
            )
        else:
            yield Sign("stays inside", True, "no function that reaches files or other servers")

    def about(self) -> Iterator[Sign]:
        user, version, zone = self.row(
            "select session_user::text, current_setting('server_version'), (select reset_val from pg_catalog.pg_settings "
            "where name = 'TimeZone')"
        )
        yield Sign("who", True, user)
        yield Sign("server", True, f"PostgreSQL {version}, time zone {zone} (asked in UTC)")

    def tables(self) -> Sequence[str]:
        return [name for (name,) in self.rows(_TABLES.format(_SEES, SHOWN + 1))]


ENGINE = Postgres
