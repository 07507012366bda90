"""The room of the escapes: a server with `sales` and traps beside it, a folder that it can reach, and what is there.

A control sends an escape as somebody who may do all, past our walls."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.connectors import servers
from tests.connectors.databases import mariadb_escapes, postgres_escapes


class Room:
    escapes: ModuleType
    server: servers.Server

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gaitway-room-", dir="/tmp"))
        self.folder.chmod(0o777)

    def text(self, sql: str) -> str:
        return sql.replace("{room}", str(self.folder))

    def furnish(self) -> None:
        """As if nothing had happened."""
        for path in self.folder.iterdir():
            path.unlink()
        (self.folder / "secret.txt").write_text(self.escapes.CANARY)
        (self.folder / "numbers.txt").write_text("777\n")
        for path in self.folder.iterdir():
            path.chmod(0o644)
        self.refill()

    def refill(self) -> None:
        raise NotImplementedError

    def inside(self) -> list[tuple[Any, ...]]:
        raise NotImplementedError

    def fingerprint(self) -> object:
        files = {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}
        try:
            return files, sorted(map(str, self.inside()))
        except Exception as error:  # a table is gone
            return files, str(error)

    def control(self, sql: str) -> str:
        """What somebody who may do all sees, without walls."""
        connection = self.server.connect()
        shown = []
        try:
            cursor = connection.cursor()
            cursor.execute(self.text(sql))
            while True:
                if cursor.description:
                    shown.append(cursor.fetchall())
                if not cursor.nextset():
                    return str(shown)
        finally:
            with suppress(Exception):
                connection.close()

    def drained(self, sql: str, seconds: float, rows: int, most: int) -> bool:
        """Whether it still runs after these seconds, or gives more than that many rows or bytes."""
        connection = self.server.connect()
        timer = threading.Timer(seconds, self.stop, [connection])
        timer.start()
        began = time.monotonic()
        try:
            cursor = connection.cursor()
            cursor.execute(self.text(sql))
            found = cursor.fetchall()
            return len(found) > rows or len(str(found)) > most or time.monotonic() - began >= seconds
        except Exception:
            return time.monotonic() - began >= seconds
        finally:
            timer.cancel()
            connection.close()

    def stop(self, connection: Any) -> None:
        raise NotImplementedError


class PostgresRoom(Room):
    escapes = postgres_escapes

    def refill(self) -> None:
        self.server.sql(
            "drop schema public cascade",
            "create schema public",
            "grant usage on schema public to public",
            "drop role if exists mine",
            "alter database postgres reset all",
            "select lo_unlink(oid) from pg_largeobject_metadata",
            "create table sales as select i as id from generate_series(1, 500) i",
            "grant select on sales to reader",
            f"create table secrets as select '{self.escapes.CANARY}' as word",
            "create sequence numbers",
            "grant all on sequence numbers to reader",
            "create function wipe() returns int language plpgsql security definer "
            "as $$ begin delete from sales; return 1; end $$",
            "create view wiped as select wipe()",
            "grant select on wiped to reader",
            "create procedure nothing() language sql as ''",
        )

    def inside(self) -> list[tuple[Any, ...]]:
        return self.server.sql(
            "select relname || coalesce(relacl::text, '') || relnatts from pg_class where relnamespace = 'public'::regnamespace "
            "union all select rolname from pg_roles union all select 'n' || count(*) || ' ' || sum(id) from sales "
            "union all select 'l' || oid from pg_largeobject_metadata "
            "union all select 's' || last_value || is_called from numbers "
            "union all select setconfig::text from pg_db_role_setting "
            "union all select description from pg_description where objoid = 'sales'::regclass "
            "union all select proname from pg_proc where pronamespace = 'public'::regnamespace"
        )

    def stop(self, connection: Any) -> None:
        connection.cancel()


class MariaRoom(Room):
    escapes = mariadb_escapes

    def refill(self) -> None:
        self.server.sql(
            "drop database if exists shop",
            "drop user if exists mine, reader@'%'",
            "create database shop",
            "use shop",
            "create user reader@'%' identified by 'canary-7431'",
            "create table sales (id int primary key) engine=innodb",
            "insert into sales select seq from seq_1_to_500",
            "grant select on shop.sales to reader@'%'",
            f"create table secrets as select '{self.escapes.CANARY}' as word",
            "create sequence numbers",
            "create procedure wipe() delete from sales",
            "create function wiped() returns int deterministic begin delete from sales; return 1; end",
            database="mysql",
        )

    def inside(self) -> list[tuple[Any, ...]]:
        return self.server.sql(
            "select concat(table_name, table_type) from information_schema.tables where table_schema = 'shop' "
            "union all select column_name from information_schema.columns where table_schema = 'shop' "
            "union all select routine_name from information_schema.routines where routine_schema = 'shop' "
            "union all select concat(user, '@', host, json_value(priv, '$.access')) from mysql.global_priv "
            "union all select concat(count(*), ' ', coalesce(sum(id), 0)) from sales "
            "union all select next_not_cached_value from numbers"
        )

    def stop(self, connection: Any) -> None:
        other = self.server.connect()
        other.query(f"kill {connection.thread_id()}")
        other.close()

    @contextmanager
    def lock_taken(self) -> Iterator[None]:
        connection = self.server.connect()
        connection.query("select get_lock('taken', 1)")
        try:
            yield
        finally:
            connection.close()


@contextmanager
def postgres() -> Iterator[PostgresRoom]:
    room = PostgresRoom()
    with servers.postgres() as room.server:
        room.furnish()
        yield room
    shutil.rmtree(room.folder, ignore_errors=True)


@contextmanager
def mariadb() -> Iterator[MariaRoom]:
    room = MariaRoom()
    with servers.mariadb() as room.server:
        room.furnish()
        with room.lock_taken():
            yield room
    shutil.rmtree(room.folder, ignore_errors=True)
