"""Every engine that runs here, side by side: `load(table, parquet)` and `run(sql)`, each in the engine's own SQL.

The same KPI over the same events must give the same numbers on all of them, each aggregated where the data is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pytest

from gaitway.connectors import find
from gaitway.connectors.base import Cell, Limits, Place, Query, Rows
from gaitway.connectors.databases import cells
from gaitway.connectors.databases.address import parse
from tests.connectors import servers

LIMITS = Limits(seconds=300)


class TestEngine(Protocol):
    """`dialect` is sqlglot's name of its SQL."""

    __test__ = False
    dialect: str

    def load(self, table: str, parquet: Path) -> None:
        """Makes a table of that name of the file; once more replaces it."""

    def run(self, sql: str) -> list[tuple[Cell, ...]]:
        """The rows, as the connector gives them. Raises AssertionError with the connector's words."""

    def run_all(self, queries: Mapping[str, str]) -> dict[str, list[tuple[Cell, ...]] | str]:
        """The rows of each, or the connector's words why not."""


class _Asked:
    """An engine that is asked by its connector, in a child."""

    places: dict[str, Place]

    def run(self, sql: str) -> list[tuple[Cell, ...]]:
        rows = self.run_all({"q": sql})["q"]
        assert not isinstance(rows, str), rows
        return rows

    def run_all(self, queries: Mapping[str, str]) -> dict[str, list[tuple[Cell, ...]] | str]:
        source, place = next(iter(self.places.items()))
        asked = [Query(name, sql, source) for name, sql in queries.items()]
        answers = find(place).run(self.places, asked, LIMITS)
        return {one.key: one.rows if isinstance(one, Rows) else one.message for one in answers}


def _columns(parquet: Path) -> list[tuple[str, str]]:
    with duckdb.connect() as plain:
        return [(row[0], row[1]) for row in plain.execute(f"describe from '{parquet}'").fetchall()]


def _as_csv(parquet: Path, folder: Path, cast: str = "{name}", zoned: str = "{name}") -> Path:
    """NULL is \\N; `zoned` says how moments are written, `cast` how all others."""
    path = folder / f"{parquet.stem}.csv"
    quoted = {name: '"' + name + '"' for name, _ in _columns(parquet)}
    names = [
        (zoned if "TIME ZONE" in kind else "{name}::int" if kind == "BOOLEAN" and zoned != "{name}" else cast).format(
            name=quoted[name]
        )
        for name, kind in _columns(parquet)
    ]
    with duckdb.connect() as plain:
        plain.execute("set TimeZone = 'UTC'")
        plain.execute(f"copy (select {', '.join(names)} from '{parquet}') to '{path}' (header false, nullstr '\\N')")
    return path


class DuckdbEngine(_Asked):
    dialect = "duckdb"

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}

    def load(self, table: str, parquet: Path) -> None:
        self.places[table] = Place(str(parquet))


class PostgresEngine(_Asked):
    dialect = "postgres"
    kinds = {"DOUBLE": "double precision", "VARCHAR": "text"}

    def __init__(self, server: servers.PostgresServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.places = {"db": Place(server.reader)}

    def load(self, table: str, parquet: Path) -> None:
        columns = ", ".join(f'"{name}" {self.kinds.get(kind, kind)}' for name, kind in _columns(parquet))
        self.server.sql(f"drop table if exists {table}", f"create table {table} ({columns})")
        csv = _as_csv(parquet, self.folder)
        into = f"copy {table} from stdin (format csv, null '\\N')"
        with self.server.connect() as connection, csv.open("rb") as rows, connection.cursor().copy(into) as copy:
            while block := rows.read(2**20):
                copy.write(block)
        csv.unlink()
        self.server.sql(f"grant select on {table} to reader", f"analyze {table}")


class MariadbEngine(_Asked):
    dialect = "mysql"
    kinds = {
        "VARCHAR": "varchar(500)",
        "TIMESTAMP": "datetime(6)",
        "TIMESTAMP WITH TIME ZONE": "timestamp(6) null",
        "BOOLEAN": "tinyint(1)",
    }

    def __init__(self, server: servers.MariaServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.places = {"db": Place(server.reader)}

    def load(self, table: str, parquet: Path) -> None:
        columns = ", ".join(f"`{name}` {self.kinds.get(kind, kind)}" for name, kind in _columns(parquet))
        # Text compares as elsewhere, by its bytes; MariaDB's own default takes "a" and "A" for one.
        made = f"create table {table} ({columns}) character set utf8mb4 collate utf8mb4_bin"
        csv = _as_csv(parquet, self.folder, zoned="({name} at time zone 'UTC')")
        self.server.sql(
            "set time_zone = '+00:00'",
            f"drop table if exists {table}",
            made,
            f"load data local infile '{csv}' into table {table} character set utf8mb4 "
            "fields terminated by ',' optionally enclosed by '\"'",
            f"grant select on shop.{table} to reader@'%'",
        )
        csv.unlink()


class _Inside:
    """An engine that takes long to start, or can only be one, is asked in this process."""

    engine: Any

    def run(self, sql: str) -> list[tuple[Cell, ...]]:
        return [cells.row(values) for batch in self.engine.ask(sql).batches for values in batch]

    def run_all(self, queries: Mapping[str, str]) -> dict[str, list[tuple[Cell, ...]] | str]:
        found: dict[str, list[tuple[Cell, ...]] | str] = {}
        for name, sql in queries.items():
            try:
                found[name] = self.run(sql)
            except Exception as error:  # in the connector's words, as in a child
                found[name] = self.engine.explain(error).says
        return found


class SparkEngine(_Inside):
    dialect = "spark"

    def __init__(self, folder: Path) -> None:
        from gaitway.connectors.databases.spark import Spark

        with duckdb.connect() as plain:
            plain.execute(f"copy (select 1 as a) to '{folder}/nothing.parquet'")
        self.engine = Spark(parse(f"spark+local://{folder}"), {}, LIMITS)
        self.engine.start()
        self.engine.open()

    def load(self, table: str, parquet: Path) -> None:
        self.engine.session.read.parquet(f"file://{parquet}").createOrReplaceTempView(table)


class ChdbEngine(_Inside):
    dialect = "clickhouse"

    def __init__(self, folder: Path) -> None:
        import clickhouse_connect

        from gaitway.connectors.databases.clickhouse import ClickHouse

        def client(**_: object) -> Any:
            return clickhouse_connect.get_client(interface="chdb", path=str(folder / "ch"))

        self.admin = client()
        self.engine = ClickHouse(parse("clickhouse://reader@127.0.0.1"), {}, LIMITS)
        self.engine.connect = client
        self.engine.open()

    def load(self, table: str, parquet: Path) -> None:
        # ClickHouse gives every moment of a Parquet file a zone, also those that have none.
        bare = [name for name, kind in _columns(parquet) if kind == "TIMESTAMP"]
        names = ", ".join(f'cast("{name}" as Nullable(DateTime64(6))) as "{name}"' for name in bare)
        what = f"* replace ({names})" if names else "*"
        made = (
            f"create table {table} engine = MergeTree order by tuple() as select {what} from file('{parquet}', Parquet)"
        )
        self.admin.command(f"drop table if exists {table} sync")
        self.admin.command(made)


@pytest.fixture(scope="session")
def engines_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gaitway-engines-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def duckdb_engine() -> DuckdbEngine:
    return DuckdbEngine()


@pytest.fixture(scope="session")
def postgres_engine(engines_folder: Path) -> Iterator[PostgresEngine]:
    with servers.postgres() as server:
        yield PostgresEngine(server, engines_folder)


@pytest.fixture(scope="session")
def mariadb_engine(engines_folder: Path) -> Iterator[MariadbEngine]:
    with servers.mariadb() as server:
        yield MariadbEngine(server, engines_folder)


@pytest.fixture(scope="session")
def spark_engine(engines_folder: Path) -> Iterator[SparkEngine]:
    servers.needs("java", "default-jre-headless")
    tables = engines_folder / "tables"
    tables.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(engines_folder))
        patch.setenv("TZ", "UTC")
        engine = SparkEngine(tables)
        yield engine
        engine.engine.session.stop()


@pytest.fixture(scope="session")
def chdb_engine(engines_folder: Path) -> ChdbEngine:
    pytest.importorskip("chdb", reason="no chdb on this system")
    return ChdbEngine(engines_folder)


ENGINES: Sequence[str] = ("duckdb_engine", "postgres_engine", "mariadb_engine", "chdb_engine", "spark_engine")
