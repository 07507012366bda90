"""Trino and Starburst by their own driver: `trinos://reader:${GAITWAY_SOURCE_LAKE}@host/catalog/schema` (HTTPS), `trino://` (HTTP,
without a password).

The query is a subquery of ours, which can only read; pass-through table functions are refused by its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..base import Limits, Sign
from .address import Address, BadAddress
from .engine import SHOWN, Answer, DbApi, Fault, batches, unreached
from .wall import bare, check

_AGAIN = {
    "CLUSTER_OUT_OF_MEMORY", "GENERIC_INSUFFICIENT_RESOURCES", "NO_NODES_AVAILABLE", "NODE_DISCONNECTED", "QUERY_QUEUE_FULL",
    "SERVER_SHUTTING_DOWN", "SERVER_STARTING_UP", "TOO_MANY_REQUESTS_FAILED", "EXCEEDED_TIME_LIMIT", "PAGE_TRANSPORT_ERROR",
}  # fmt: skip
_TABLES = """
    select table_schema || '.' || table_name from information_schema.tables
    where table_schema <> 'information_schema' order by 1 limit {}
"""


class Trino(DbApi):
    extra, driver = "trino", "trino"

    asking: Any = None

    def __init__(self, address: Address, options: Mapping[str, Any], limits: Limits) -> None:
        super().__init__(address, options, limits)
        import trino

        self.trino = trino
        secure = address.scheme == "trinos"
        if address.password and not secure:
            raise BadAddress("A password goes over HTTPS alone: write trinos:// in place of trino://.")
        known = address.known(("verify",))
        self.parameters: dict[str, Any] = {
            "host": address.host, "port": address.port or (443 if secure else 8080), "user": address.user or "gaitway",
            "catalog": address.database or None, "schema": address.path[1] if len(address.path) > 1 else None,
            "http_scheme": "https" if secure else "http", "source": "gaitway", "timezone": "UTC", "max_attempts": 1,
            "request_timeout": limits.seconds + 1, "verify": known.get("verify", "true") == "true",
            "session_properties": {"query_max_run_time": f"{round(limits.seconds + 1)}s"},
        }  # fmt: skip
        if address.password:
            self.parameters["auth"] = trino.auth.BasicAuthentication(address.user, address.password)

    def open(self) -> None:
        self.connection = self.trino.dbapi.connect(**self.parameters)

    def ask(self, sql: str) -> Answer:
        check(sql, "trino", strict=True)
        self.asking = cursor = self.connection.cursor()
        cursor.execute(f"select * from ({bare(sql)}\n)")  # noqa: S608  # that is what is asked for
        columns = cursor.description or ()
        return Answer([column[0] for column in columns], [column[1] for column in columns], batches(cursor))

    def cancel(self) -> None:
        if self.asking is not None:
            self.asking.cancel()

    def explain(self, error: Exception) -> Fault:
        name = getattr(error, "error_name", None)
        if name is not None:
            return Fault(f"{getattr(error, 'message', error)}".rstrip(".") + ".", name in _AGAIN)
        gone = unreached(error)
        return Fault(gone or " ".join(str(error).split()).rstrip(".") + ".", bool(gone) or "503" in str(error))

    def rights(self) -> Iterator[Sign]:
        if not self.address.database:
            yield Sign("only reads", False, "The address names no catalog: trinos://USER:PASSWORD@HOST/CATALOG/SCHEMA.")
            return
        written = self.rows(
            "select distinct privilege_type, table_schema || '.' || table_name from information_schema.table_privileges "
            "where grantee = current_user and privilege_type <> 'SELECT' limit 1"
        )
        for privilege, table in written:
            fix = f"Let it read alone: REVOKE {privilege} ON {table} FROM {self.parameters['user']};"
            yield Sign("only reads", False, f"The user may {privilege} on {table}. {fix}")
            return
        yield Sign("only reads", True, "no table privilege but SELECT is told; each query is sent as a subquery")

    def about(self) -> Iterator[Sign]:
        user, version, zone = self.row("select current_user, version(), current_timezone()")
        yield Sign("who", True, user)
        yield Sign("server", True, f"Trino {version}, asked in {zone}")

    def tables(self) -> Sequence[str]:
        return [name for (name,) in self.rows(_TABLES.format(SHOWN + 1))]


ENGINE = Trino
