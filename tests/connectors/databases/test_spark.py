"""Spark in one local session, which takes its time to start: hostile SQL, the tables of a folder, what a query may cost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gaitway.connectors.base import Limits
from gaitway.connectors.databases import wall
from gaitway.connectors.databases.address import BadAddress, parse
from gaitway.connectors.databases.child import AGAIN, TooMuch, _capped
from gaitway.connectors.databases.engine import Denied
from gaitway.connectors.databases.spark import Spark
from tests.connectors.databases.spark_escapes import CALLED, CANARY, DRAINS, MEDDLES, READS, SCRIPT, WRITES
from tests.connectors.servers import needs

pytestmark = [
    pytest.mark.xdist_group("engines"),  # one machine for Java is enough
    pytest.mark.slow,  # a JVM
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),  # none of it is used
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # its sockets end with the process
]
LIMITS = Limits(seconds=3)
EVERY = WRITES | READS | MEDDLES


class Room:
    def __init__(self, folder: Path, engine: Spark) -> None:
        self.folder, self.engine = folder, engine

    def text(self, sql: str) -> str:
        whole = sql.replace("{script}", SCRIPT).replace("{called}", CALLED)
        return whole.replace("{room}", str(self.folder))

    def fingerprint(self) -> object:
        session = self.engine.session
        files = sorted(str(path) for path in self.folder.rglob("*"))
        tables = sorted(str(table.name) for table in session.catalog.listTables())
        return files, tables, session.conf.get("spark.sql.shuffle.partitions")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    needs("java", "default-jre-headless")
    folder = tmp_path_factory.mktemp("spark")
    tables = folder / "tables"
    tables.mkdir()
    with duckdb.connect() as plain:
        plain.execute(f"copy (select i as id from range(1, 501) r(i)) to '{tables}/sales.parquet'")
        plain.execute(f"copy (select i as id, 'a' as \"Word\" from range(3) r(i)) to '{tables}/words.csv'")
    (folder / "secret.txt").write_text(CANARY)
    (folder / "secret.json").write_text(f'{{"a": "{CANARY}"}}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("home")))
        patch.setenv("TZ", "UTC")
        engine = Spark(parse(f"spark+local://{tables}"), {}, LIMITS)
        engine.start()
        engine.open()
        yield Room(folder, engine)
        engine.session.stop()


def test_there_are_as_many_escapes_as_promised() -> None:
    assert len(EVERY | DRAINS) >= 40


@pytest.mark.parametrize("words", ["words and plan", "plan alone"])
@pytest.mark.parametrize("name", EVERY)
def test_an_escape_fails(room: Room, name: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if words == "plan alone":
        monkeypatch.setattr("gaitway.connectors.databases.spark.check", lambda *_, **__: None)
    before = room.fingerprint()
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which error, Spark says; that it is one matters
        _capped(room.engine.ask(room.text(EVERY[name])), LIMITS)
    if not isinstance(caught.value, wall.Refusal | Denied | TooMuch):
        assert room.engine.explain(caught.value).says
    assert room.fingerprint() == before


@pytest.mark.parametrize("name", DRAINS)
def test_a_drain_is_stopped_in_time(room: Room, name: str) -> None:
    done = threading.Event()

    def stop() -> None:
        wait = LIMITS.seconds
        while not done.wait(wait):
            room.engine.cancel()
            wait = AGAIN

    threading.Thread(target=stop).start()
    began = time.monotonic()
    try:
        with pytest.raises(Exception):  # noqa: B017, PT011  # cancelled, or too much
            _capped(room.engine.ask(DRAINS[name]), LIMITS)
    finally:
        done.set()
    took = time.monotonic() - began
    assert took <= LIMITS.seconds + 2
    assert _capped(room.engine.ask("select count(*), sum(id) from sales"), LIMITS) == [(500, 125_250)]


# The controls, in a plain session of the same Spark.


@pytest.fixture
def plain(room: Room) -> Iterator[Any]:
    session = room.engine.session.newSession()
    session.read.parquet(f"file://{room.folder}/tables/sales.parquet").createOrReplaceTempView("sales")
    yield session
    session.catalog.clearCache()


@pytest.mark.parametrize("name", WRITES)
def test_control_a_plain_session_writes(room: Room, plain: Any, name: str) -> None:
    def state() -> object:
        functions = plain.sql("show user functions").collect()
        files = sorted(str(path) for path in room.folder.rglob("*"))
        variable = plain.sql("select 1").count() and _says(plain, "select session.mine")
        tables = sorted(str(table) for table in plain.catalog.listTables())
        return files, tables, str(functions), plain.conf.get("spark.sql.shuffle.partitions"), variable

    before = state()
    plain.sql(room.text(WRITES[name])).collect()
    after = state()
    for statement in ("drop table if exists mine", "drop database if exists mine"):
        _says(plain, statement)
    _clean(room.folder)
    assert after != before


def _says(session: Any, sql: str) -> str:
    try:
        return str(session.sql(sql).collect())
    except Exception as error:
        return type(error).__name__


def _clean(folder: Path) -> None:
    import shutil

    for name in ("out", "mine.db"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "new.txt").unlink(missing_ok=True)


@pytest.mark.parametrize("name", [name for name in READS if name != "reflect"])
def test_control_a_plain_session_reads(room: Room, plain: Any, name: str) -> None:
    assert CANARY in str(plain.sql(room.text(READS[name])).collect())


def test_the_files_of_a_folder_are_tables(room: Room) -> None:
    assert list(room.engine.tables()) == ["sales", "words"]
    assert _capped(room.engine.ask("select count(*), max(Word) from words;"), LIMITS) == [(3, "a")]
    assert [sign.fine for sign in (*room.engine.rights(), *room.engine.about())] == [True, True, True]


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadAddress, match="no Parquet or CSV table"):
        Spark(parse(f"spark+local://{tmp_path}"), {}, LIMITS)
    with pytest.raises(BadAddress, match="is no folder"):
        Spark(parse(f"spark+local://{tmp_path}/nothing"), {}, LIMITS)
