"""A database that is gone, hangs, refuses or changes: a clear word within the deadline, and whether it may go by itself."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from gaitway.connectors import databases, find
from gaitway.connectors.base import Failure, Limits, Place, Query, Rows
from gaitway.connectors.databases import child
from tests.connectors.engines import MariadbEngine, PostgresEngine

pytestmark = pytest.mark.slow  # real servers
LIMITS = Limits(seconds=4)
ENDLESS = "select count(*) from sales a, sales b, sales c, sales d where a.id + b.id * c.id + d.id = -1"
SCHEMES = {
    "postgres": "postgresql://reader:canary-7431@{}/shop",
    "mariadb": "mariadb://reader:canary-7431@{}/shop",
    "clickhouse": "clickhouse://reader:canary-7431@{}/shop",
    "trino": "trino://reader@{}/lake",
}


def ask(address: str, sql: str = "select 1 as a", limits: Limits = LIMITS) -> Rows | Failure:
    place = Place(address)
    [answer] = find(place).run({"shop": place}, [Query("q", sql, "shop")], limits)
    return answer


def failed(address: str, sql: str = "select 1 as a") -> Failure:
    began = time.monotonic()
    answer = ask(address, sql)
    assert isinstance(answer, Failure)
    assert time.monotonic() - began < LIMITS.seconds + 20  # with the start of a process on a busy machine
    assert answer.seconds <= LIMITS.seconds + 2
    assert "canary" not in answer.message
    return answer


@pytest.fixture
def blackhole() -> Iterator[str]:
    """It listens, and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("on", SCHEMES)
def test_a_server_that_hangs(blackhole: str, on: str) -> None:
    failure = failed(SCHEMES[on].format(blackhole))
    assert failure.again
    assert failure.message.startswith('Source "shop": ')


@pytest.mark.parametrize("on", SCHEMES)
def test_a_server_that_is_gone(on: str) -> None:
    failure = failed(SCHEMES[on].format("127.0.0.1:9"))
    assert failure.again
    assert failure.message.startswith('Source "shop": ')


def test_a_probe_of_a_server_that_is_gone() -> None:
    place = Place(SCHEMES["mariadb"].format("127.0.0.1:9"))
    [sign] = find(place).probe("shop", place, LIMITS)
    assert (sign.name, sign.fine) == ("reached", False)
    assert "canary" not in sign.says


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Any:
    engine: PostgresEngine | MariadbEngine = request.getfixturevalue(request.param)
    return engine.server


both = pytest.mark.parametrize("server", ["postgres_engine", "mariadb_engine"], indirect=True)


@both
def test_a_wrong_database(server: Any) -> None:
    failure = failed(server.address("reader", "canary-7431", "nowhere"))
    assert "nowhere" in failure.message
    assert not failure.again


def test_a_wrong_password(mariadb_engine: MariadbEngine) -> None:
    """The PostgreSQL of the tests trusts everybody on its socket."""
    failure = failed(mariadb_engine.server.address("reader", "canary-no"))
    assert "Access denied for user 'reader'" in failure.message
    assert not failure.again


@both
def test_tls_that_the_server_has_not(server: Any) -> None:
    postgres = server.reader.startswith("postgres")
    if postgres:
        [(port,)] = server.sql("show port")
        address = f"postgresql://reader@127.0.0.1:{port}/shop?sslmode=require"
        [(listens,)] = server.sql("show listen_addresses")
        if not listens:
            return  # a server on a socket alone is asked without TLS
    else:
        address = f"{server.reader}?ssl=required"
    failure = failed(address)
    assert "SSL" in failure.message


@both
def test_a_column_that_is_no_longer_called_so(server: Any) -> None:
    failure = failed(server.reader, "select idd from sales")
    assert "idd" in failure.message
    assert not failure.again


@both
def test_a_server_that_ends_the_connection_half_way(server: Any) -> None:
    postgres = server.reader.startswith("postgres")

    def end() -> None:
        for _ in range(100):
            if postgres:
                server.sql(
                    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'reader' and query like '%sales d%'"
                )
            else:
                for row in server.sql("show processlist"):
                    if row[1] == "reader" and "sales d" in str(row[7]):
                        with suppress(Exception):  # it was gone the moment before
                            server.sql(f"kill {row[0]}")
            time.sleep(0.05)
            if done.is_set():
                return

    done = threading.Event()
    killer = threading.Thread(target=end)
    killer.start()
    failure = failed(server.reader, ENDLESS)
    done.set()
    killer.join()
    assert failure.again


def running(server: Any) -> list[str]:
    """The queries of the reader that the server is busy with."""
    if server.reader.startswith("postgres"):
        return [
            row[0]
            for row in server.sql("select query from pg_stat_activity where usename = 'reader' and state = 'active'")
        ]
    return [str(row[7]) for row in server.sql("show processlist") if row[1] == "reader" and row[4] == "Query"]


def soon(wanted: Callable[[], bool]) -> bool:
    for _ in range(600):
        if wanted():
            return True
        time.sleep(0.1)
    return False


@both
def test_nothing_runs_on_at_the_server_after_the_deadline(server: Any) -> None:
    failure = ask(server.reader, ENDLESS, Limits(seconds=1))
    assert isinstance(failure, Failure)
    assert "longer than 1 seconds" in failure.message
    assert running(server) == []


@both
def test_nothing_runs_on_at_the_server_after_the_worker_was_killed(server: Any) -> None:
    code = (
        "from gaitway.connectors import find\nfrom gaitway.connectors.base import Limits, Place, Query\n"
        f"place = Place({server.reader!r})\n"
        f"print(list(find(place).run({{'s': place}}, [Query('q', {ENDLESS!r}, 's')], Limits(seconds=300))))"
    )
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL)
    try:
        assert soon(lambda: running(server) != [])
    finally:
        worker.kill()
        worker.wait()
    assert soon(lambda: running(server) == [])


@both
def test_a_role_that_may_write_is_told_which_privilege(server: Any) -> None:
    if server.reader.startswith("postgres"):
        server.sql("drop role if exists writer", "create role writer login", "grant insert on sales to writer")
        wanted = ["The role owns or may write sales", "GRANT SELECT ON ALL TABLES"]
    else:
        server.sql(
            "create or replace user writer@'%' identified by 'canary-7431'",
            "grant select, insert on shop.* to writer@'%'",
        )
        wanted = ["It may INSERT on `shop`.*", "GRANT SELECT ON shop.*"]
    failure = failed(server.address("writer", "canary-7431"))
    assert [word for word in wanted if word not in failure.message] == []
    assert not failure.again


@pytest.mark.parametrize(
    ("power", "word"),
    [
        ("createdb", "CREATEDB"),
        ("createrole", "CREATEROLE"),
        ("replication", "REPLICATION"),
        ("superuser", "superuser"),
        ("in role pg_write_all_data", "pg_write_all_data"),
        ("in role pg_read_server_files", "pg_read_server_files"),
        ("in role pg_execute_server_program", "pg_execute_server_program"),
    ],
)
def test_every_power_of_a_postgres_role_is_refused(postgres_engine: PostgresEngine, power: str, word: str) -> None:
    server = postgres_engine.server
    server.sql("drop role if exists mighty", f"create role mighty login noinherit {power}")
    failure = failed(server.address("mighty", "canary-7431"))
    server.sql("drop role mighty")
    assert word in failure.message
    assert "CREATE ROLE reader" in failure.message


def test_a_driver_that_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def fail(fault: Any) -> None:
        told.append(fault.says)
        raise SystemExit

    monkeypatch.setattr(child, "_fail", fail)
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with pytest.raises(SystemExit):
        child._engine({"engine": "mysql", "address": "mysql://a/b", "options": {}}, LIMITS)
    assert told == ["The driver isn't installed: pip install 'gaitway[mysql]'."]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://reader:canary@db:port/shop", "can't be read"),
        (
            "postgresql://db/shop?sslmod=require",
            "The option sslmod of the address is not known here. Known: gssencmode",
        ),
        ("mysql://db/shop?ssl=maybe", "ssl=maybe is not known"),
        ("postgresql://reader:canary#1@db/shop", "percent-encoded"),
        ("postgresql://db/shop#1", "%23"),
        ("spark+local:///nowhere/at/all", "is no folder"),
    ],
)
def test_an_address_that_is_wrong_says_where(address: str, words: str) -> None:
    failure = failed(address)
    assert words in failure.message
    assert not failure.again


def test_a_source_that_is_not_declared() -> None:
    [answer] = databases.POSTGRES.run({}, [Query("q", "select 1", "shop")])
    assert isinstance(answer, Failure)
    assert answer.message == 'Source "shop" is not declared, or is no PostgreSQL address.'
