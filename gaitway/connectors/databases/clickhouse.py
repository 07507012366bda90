"""ClickHouse by clickhouse-connect: `clickhouse://reader:${GAITWAY_SOURCE_SHOP}@host:8123/shop` (HTTP), `clickhouses://` (HTTPS).

Each query goes with `readonly=1`: it can neither write, nor change a setting, nor open a file or another server, because
table functions that do need a temporary table. The user's grants are looked at besides."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..base import Limits, Sign
from .address import Address
from .engine import BATCH, SHOWN, Answer, Engine, Fault, unreached
from .wall import bare, check

READING = {"SELECT", "SHOW", "SHOW TABLES", "SHOW DATABASES", "SHOW COLUMNS", "SHOW DICTIONARIES", "DICTGET", "USAGE"}
_GRANT = re.compile(r"GRANT (?P<what>.+?) ON (?P<where>.+?) TO ", re.IGNORECASE)
_READER = "Make a reader: CREATE USER reader IDENTIFIED BY '…' SETTINGS readonly = 1; GRANT SELECT ON shop.* TO reader;"
# Too slow, too many queries, no network, a socket that timed out, not enough memory, a replica that is behind.
_AGAIN = re.compile(r"\bcode:? (159|202|209|210|241|252|279|369)\b", re.IGNORECASE)
_TABLES = """
    select database || '.' || name from system.tables
    where database not in ('system', 'INFORMATION_SCHEMA', 'information_schema') order by 1 limit {}
"""


class ClickHouse(Engine):
    extra, driver = "clickhouse", "clickhouse_connect"

    client: Any = None
    asked = ""

    def __init__(self, address: Address, options: Mapping[str, Any], limits: Limits) -> None:
        super().__init__(address, options, limits)
        import clickhouse_connect

        self.connect = clickhouse_connect.get_client
        secure = address.scheme == "clickhouses"
        known = address.known(("ca_cert", "verify"))
        self.parameters: dict[str, Any] = {
            "host": address.host, "port": address.port or (8443 if secure else 8123), "secure": secure,
            "username": address.user or None, "password": address.password, "database": address.database or "__default__",
            "verify": known.get("verify", "true") == "true", "ca_cert": known.get("ca_cert"),
            "connect_timeout": max(1, round(limits.seconds)), "send_receive_timeout": max(1, round(limits.seconds + 2)),
            "query_retries": 0, "autogenerate_session_id": False, "client_name": "gaitway",
        }  # fmt: skip

    def open(self) -> None:
        if self.client is None:
            self.client = self.connect(**self.parameters)

    def close(self) -> None:
        """Each query is a request of its own, without a session: it leaves nothing behind."""

    def _settings(self) -> dict[str, Any]:
        return {
            "readonly": 1,
            "max_execution_time": round(self.limits.seconds + 1),
            "max_memory_usage": self.limits.memory_mb * 2**20,
            "max_result_rows": self.limits.rows + 1,
            "max_result_bytes": 4 * self.limits.bytes,
            "result_overflow_mode": "throw",
            "session_timezone": "UTC",
            "cancel_http_readonly_queries_on_client_close": 1,
        }

    def ask(self, sql: str) -> Answer:
        check(sql, "clickhouse", strict=True)
        self.asked = str(uuid.uuid4())
        settings = self._settings() | {"query_id": self.asked}
        one = f"select * from ({bare(sql)}\n)"  # noqa: S608  # that is what is asked for
        stream = self.client.query_row_block_stream(one, settings=settings, query_tz="UTC")
        columns, kinds = stream.source.column_names, [kind.name for kind in stream.source.column_types]
        if not columns:  # no row came, and with it no head
            described = self.client.query(f"describe ({bare(sql)}\n)", settings=self._settings()).result_rows
            columns, kinds = [row[0] for row in described], [row[1] for row in described]
        return Answer(columns, kinds, self._batches(stream, ["'" in kind for kind in kinds]))

    def _batches(self, stream: Any, zoned: Sequence[bool]) -> Iterator[Sequence[Sequence[object]]]:
        with stream as blocks:
            for block in blocks:
                rows = [list(map(_moment, values, zoned)) for values in block]
                for first in range(0, len(rows), BATCH):
                    yield rows[first : first + BATCH]

    def cancel(self) -> None:
        if self.asked and self.client is not None:
            other = self.connect(**self.parameters | {"connect_timeout": 1, "send_receive_timeout": 1})
            other.command("kill query where query_id = {id:String} async", parameters={"id": self.asked})

    def explain(self, error: Exception) -> Fault:
        says = str(error)
        if (gone := unreached(error)) and "DB::Exception" not in says:
            return Fault(gone, again=True)
        said = re.search(r"DB::Exception: (.+?)(?: \((?:version|for url)|\s*$)", says, re.DOTALL)
        first = said[1] if said else says
        return Fault(" ".join(first.split()).rstrip(".") + ".", bool(_AGAIN.search(says)))

    def _rows(self, sql: str) -> list[Sequence[Any]]:
        return list(self.client.query(sql).result_rows)

    def rights(self) -> Iterator[Sign]:
        for (grant,) in self._rows("show grants"):
            found = _GRANT.match(grant)
            if found is None:
                continue  # a role: its own grants are shown beside it
            names = {re.sub(r"\(.*?\)", "", name).strip().upper() for name in re.split(r",(?![^(]*\))", found["what"])}
            more = sorted(names - READING)
            if more or "GRANT OPTION" in grant.upper():
                what = ", ".join(more[:3]) or "GRANT OPTION"
                yield Sign("only reads", False, f"The user may {what} on {found['where']}. {_READER}")
                return
        yield Sign("only reads", True, "may SELECT and nothing else; each query goes with readonly = 1")

    def about(self) -> Iterator[Sign]:
        [(user, version, zone)] = self._rows("select currentUser(), version(), serverTimezone()")
        yield Sign("who", True, user)
        yield Sign("server", True, f"ClickHouse {version}, time zone {zone} (asked in UTC)")

    def tables(self) -> Sequence[str]:
        return [name for (name,) in self._rows(_TABLES.format(SHOWN + 1))]


def _moment(value: object, zoned: bool) -> object:
    """The driver gives a moment of a column with a zone as UTC, and says so only where that isn't the column's."""
    naive = zoned and isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if naive and isinstance(value, datetime) else value


ENGINE = ClickHouse
