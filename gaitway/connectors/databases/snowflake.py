"""Snowflake by its own driver: `snowflake://reader:${GAITWAY_SOURCE_SNOW}@account/database/schema?warehouse=W&role=READER`.

The query is a subquery of ours, one statement a call; the role's grants are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..base import Limits, Sign
from .address import Address
from .engine import SHOWN, Answer, DbApi, Fault
from .wall import bare

READING = {"USAGE", "SELECT", "MONITOR", "REFERENCES", "READ", "IMPORTED PRIVILEGES"}
_READER = "Make a reader: CREATE ROLE reader; GRANT USAGE ON DATABASE d TO ROLE reader; GRANT SELECT ON ALL TABLES IN SCHEMA d.s …"
# Service gone, network, timed out, statement cancelled for its time.
_AGAIN = {250001, 250002, 250003, 250005, 251001, 604, 630, 290503}


class Snowflake(DbApi):
    extra, driver = "snowflake", "snowflake"
    room_mb = 4096

    asked = ""

    def __init__(self, address: Address, options: Mapping[str, Any], limits: Limits) -> None:
        super().__init__(address, options, limits)
        import snowflake.connector
        from snowflake.connector.constants import FIELD_ID_TO_NAME

        self.connect = snowflake.connector.connect
        self.kinds = dict(FIELD_ID_TO_NAME)
        known = dict(address.known(("warehouse", "role", "token")))
        seconds = max(1, round(limits.seconds))
        self.parameters: dict[str, Any] = {
            "account": address.host, "user": address.user, "password": address.password or None,
            "database": address.database or None, "schema": address.path[1] if len(address.path) > 1 else None,
            "login_timeout": seconds, "network_timeout": seconds + 1, "application": "gaitway",
            "session_parameters": {
                "STATEMENT_TIMEOUT_IN_SECONDS": seconds + 1, "TIMEZONE": "UTC", "MULTI_STATEMENT_COUNT": 1,
                "QUERY_TAG": "gaitway", "ABORT_DETACHED_QUERY": True,
            },
            **known,
        }  # fmt: skip
        if "token" in known:
            self.parameters["authenticator"] = "oauth"

    def open(self) -> None:
        self.connection = self.connect(**self.parameters)

    def ask(self, sql: str) -> Answer:
        cursor = self.connection.cursor()
        # Asynchronously, because only then is its name known while it runs, by which it can be stopped.
        cursor.execute_async(f"select * from ({bare(sql)}\n)")  # noqa: S608  # that is what is asked for
        self.asked = cursor.sfqid
        cursor.get_results_from_sfqid(self.asked)
        return self.answer(cursor)

    def cancel(self) -> None:
        connection, asked = self.connection, self.asked
        if connection is not None and asked:
            connection.cursor().abort_query(asked)

    def close(self) -> None:
        self.asked = ""
        super().close()

    def explain(self, error: Exception) -> Fault:
        number = getattr(error, "errno", None)
        says = getattr(error, "raw_msg", None) or getattr(error, "msg", None) or str(error)
        return Fault(" ".join(says.split()).rstrip(".") + ".", number in _AGAIN)

    def rights(self) -> Iterator[Sign]:
        (role,) = self.row("select current_role()")
        waiting, seen = [role], set[str]()
        while waiting:
            seen.add(name := waiting.pop())
            quoted = name.replace('"', '""')
            for grant in self._shown(f'show grants to role "{quoted}"'):
                privilege, kind, what = (str(grant[key]) for key in ("privilege", "granted_on", "name"))
                if kind == "ROLE" and privilege == "USAGE":
                    if what not in seen:
                        waiting.append(what)
                elif privilege not in READING:
                    yield Sign("only reads", False, f"The role {name} has {privilege} on {kind} {what}. {_READER}")
                    return
        yield Sign("only reads", True, f"the role {role} has USAGE and SELECT alone")

    def _shown(self, sql: str) -> Iterator[dict[str, Any]]:
        cursor = self.connection.cursor()
        cursor.execute(sql)
        names = [column[0].lower() for column in cursor.description]
        for row in cursor.fetchall():
            yield dict(zip(names, row, strict=True))

    def about(self) -> Iterator[Sign]:
        user, role, version, warehouse = self.row(
            "select current_user(), current_role(), current_version(), current_warehouse()"
        )
        yield Sign("who", True, f"{user} as {role}")
        fix = "" if warehouse else ": add ?warehouse= to the address"
        yield Sign(
            "server", bool(warehouse), f"Snowflake {version}, warehouse {warehouse or 'none'}{fix}, asked in UTC"
        )

    def tables(self) -> Sequence[str]:
        found = [f"{row['schema_name']}.{row['name']}" for row in self._shown(f"show tables limit {SHOWN + 1}")]
        with suppress(Exception):  # a role may see tables and no views
            found += [f"{row['schema_name']}.{row['name']}" for row in self._shown(f"show views limit {SHOWN + 1}")]
        return found[: SHOWN + 1]


ENGINE = Snowflake
