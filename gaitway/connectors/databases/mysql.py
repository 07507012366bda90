"""MySQL and MariaDB by PyMySQL: `mysql://reader:${GAITWAY_SOURCE_SHOP}@db/shop?ssl=required`.

A user with nothing but SELECT, a read-only transaction, one statement a call, no local files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from ..base import Limits, Sign
from .address import Address, BadAddress
from .engine import SHOWN, Answer, DbApi, Fault
from .wall import bare

OPTIONS = ("ssl", "ssl_ca", "socket")
READING = {"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES"}
_GRANT = re.compile(r"GRANT (?P<what>.+?) ON (?P<where>.+?) TO ", re.IGNORECASE)
_ROLE = re.compile(r"GRANT (?P<roles>[`'\"].+?) TO ", re.IGNORECASE)
_READER = "Make a reader: CREATE USER reader IDENTIFIED BY '…'; GRANT SELECT ON shop.* TO reader;"
# Refused, lost, too many, locked, going down: the server's and the client's numbers of what may go by itself.
_AGAIN = {1040, 1053, 1152, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 2002, 2003, 2006, 2013}


class MySQL(DbApi):
    extra, driver = "mysql", "pymysql"

    def __init__(self, address: Address, options: Mapping[str, Any], limits: Limits) -> None:
        super().__init__(address, options, limits)
        import pymysql
        from pymysql.constants import FIELD_TYPE

        self.pymysql = pymysql
        self.kinds = {code: name for name, code in vars(FIELD_TYPE).items() if isinstance(code, int)}
        known = address.known(OPTIONS)
        ssl = known.get("ssl", "required" if "ssl_ca" in known else "off")
        if ssl not in ("off", "required", "verify"):
            raise BadAddress(f"ssl={ssl} is not known: use off, required (encrypted) or verify (and the right server).")
        self.parameters: dict[str, Any] = {
            "host": address.host or "localhost", "port": address.port or 3306, "user": address.user,
            "password": address.password, "database": address.database or None, "charset": "utf8mb4",
            "unix_socket": known.get("socket"), "connect_timeout": max(1, round(limits.seconds)),
            "local_infile": False, "autocommit": True,
        }  # fmt: skip
        if ssl == "off":
            self.parameters["ssl_disabled"] = True
        else:
            verify = ssl == "verify"
            self.parameters |= {"ssl": {"ca": known.get("ssl_ca"), "check_hostname": verify, "verify_mode": verify}}

    def open(self) -> None:
        self.connection = self.pymysql.connect(**self.parameters, cursorclass=self.pymysql.cursors.SSCursor)
        seconds = self.limits.seconds + 0.5  # the server's own deadline, should ours not reach it
        if self._maria():
            self.rows("set time_zone = '+00:00', max_statement_time = %s", seconds)
        else:
            self.rows("set time_zone = '+00:00', max_execution_time = %s", round(1000 * seconds))
        self.rows("start transaction read only")

    def _maria(self) -> bool:
        return "mariadb" in self.connection.get_server_info().lower()

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            connection._force_close()  # close() would first read to the end of what streams

    def ask(self, sql: str) -> Answer:
        return super().ask(bare(sql))

    def cancel(self) -> None:
        connection = self.connection
        if connection is None:
            return
        with closing(self.pymysql.connect(**self.parameters | {"connect_timeout": 1})) as other:
            other.query(f"kill query {int(connection.thread_id())}")

    def explain(self, error: Exception) -> Fault:
        number, *texts = error.args or (0,)
        says = " ".join(str(text) for text in texts) or str(error)
        return Fault(says.rstrip(".") + ".", number in _AGAIN)

    def rights(self) -> Iterator[Sign]:
        for grant in self._grants():
            if why := _more_than_reads(grant):
                yield Sign("only reads", False, f"{why}, and KPI SQL needs a user that may only SELECT. {_READER}")
                return
        yield Sign("only reads", True, "may SELECT and nothing else")

    def _grants(self) -> Iterator[str]:
        """Those of the user, and of every role that it could take."""
        waiting, seen = ["show grants"], set[str]()
        while waiting:
            for (grant,) in self.rows(waiting.pop()):
                role = None if _GRANT.match(grant) else _ROLE.match(grant)
                if role is None:
                    yield grant
                    continue
                for name in role["roles"].split(","):
                    if name not in seen:
                        seen.add(name)
                        waiting.append(f"show grants for {'' if self._maria() else 'current_user() using '}{name}")

    def about(self) -> Iterator[Sign]:
        user, version, zone = self.row("select current_user(), version(), @@global.time_zone")
        yield Sign("who", True, user)
        yield Sign(
            "server", True, f"{'' if 'Maria' in version else 'MySQL '}{version}, time zone {zone} (asked in UTC)"
        )

    def tables(self) -> Sequence[str]:
        return [
            f"{schema}.{name}"
            for schema, name in self.rows(
                "select table_schema, table_name from information_schema.tables where table_schema not in "
                "('information_schema', 'mysql', 'performance_schema', 'sys') order by 1, 2 limit %s",
                SHOWN + 1,
            )
        ]


def _more_than_reads(grant: str) -> str:
    """Which privilege of a line of SHOW GRANTS does more than read."""
    found = _GRANT.match(grant)
    if found is None:  # SET DEFAULT ROLE says nothing of its own
        return "" if grant.upper().startswith("SET DEFAULT ROLE") else f"It has {grant[:80]}"
    names = {re.sub(r"\(.*?\)", "", name).strip().upper() for name in re.split(r",(?![^(]*\))", found["what"])}
    if "GRANT OPTION" in grant.upper():
        names.add("GRANT OPTION")
    more = sorted(names - READING)
    return f"It may {', '.join(more[:3])}{', …' if len(more) > 3 else ''} on {found['where']}" if more else ""


ENGINE = MySQL
