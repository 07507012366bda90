"""ClickHouse by its own driver over chdb, which is ClickHouse inside the process: hostile SQL, and what a query may cost."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from gaitway.connectors.base import Limits
from gaitway.connectors.databases import wall
from gaitway.connectors.databases.address import parse
from gaitway.connectors.databases.child import TooMuch, _capped
from gaitway.connectors.databases.clickhouse import ClickHouse
from gaitway.connectors.databases.engine import Denied
from tests.connectors.databases.clickhouse_escapes import CANARY, DRAINS, MEDDLES, READS, WRITES

pytest.importorskip("chdb", reason="no chdb on this system")
pytestmark = pytest.mark.slow  # an engine starts, and the drains wait for their deadline
LIMITS = Limits(seconds=1, bytes=2**20)
EVERY = WRITES | READS | MEDDLES | DRAINS


class Room:
    """One engine a process is all that chdb gives, so all tests share it."""

    def __init__(self) -> None:
        import clickhouse_connect

        self.folder = Path(tempfile.mkdtemp(prefix="gaitway-ch-"))
        self.client = lambda **_: clickhouse_connect.get_client(
            interface="chdb", path=str(self.folder / "data"), database="shop" if self.made else "default"
        )
        self.made = False
        self.client().command("create database shop")
        self.made = True
        self.admin = self.client()
        self.furnish()

    def furnish(self) -> None:
        (self.folder / "secret.txt").write_text(CANARY)
        (self.folder / "new.csv").unlink(missing_ok=True)
        for statement in (
            "drop database if exists mine",
            "drop function if exists mine",
            "drop database if exists shop sync",
            "create database shop",
            "create table shop.sales (id Int32) engine = MergeTree order by id",
            "insert into shop.sales select number + 1 from numbers(500)",
            "create table shop.secrets (id Int32, word String) engine = MergeTree order by id",
            f"insert into shop.secrets values (1, '{CANARY}')",
        ):
            self.admin.command(statement)

    def text(self, sql: str) -> str:
        return sql.replace("{room}", str(self.folder))

    def fingerprint(self) -> object:
        files = {path.name: path.read_bytes() for path in sorted(self.folder.iterdir()) if path.is_file()}
        found: list[Any] = [files]
        for sql in (
            "select name, create_table_query from system.tables where database in ('shop', 'mine') order by 1",
            "select name from system.databases order by 1",
            "select name from system.functions where origin <> 'System'",
            "select count(), sum(id) from shop.sales",
            "select word from shop.secrets",
        ):
            with suppress(Exception):
                found.append(self.admin.query(sql).result_rows)
        return str(found)

    def engine(self) -> ClickHouse:
        engine = ClickHouse(parse("clickhouse://reader:canary-7431@127.0.0.1/shop"), {}, LIMITS)
        engine.connect = self.client
        engine.open()
        return engine


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    import shutil

    yield (found := Room())
    shutil.rmtree(found.folder, ignore_errors=True)


def test_there_are_as_many_escapes_as_promised() -> None:
    assert len(EVERY) >= 40


@pytest.mark.parametrize("name", EVERY)
def test_an_escape_fails_in_time(room: Room, name: str) -> None:
    before = room.fingerprint()
    engine = room.engine()
    began = time.monotonic()
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which error, the driver says; that it is one matters
        _capped(engine.ask(room.text(EVERY[name])), LIMITS)
    if name in DRAINS:
        assert time.monotonic() - began <= LIMITS.seconds + 2
    if not isinstance(caught.value, wall.Refusal | Denied | TooMuch):
        assert CANARY not in engine.explain(caught.value).says.replace(room.text(EVERY[name]), "")
    assert room.fingerprint() == before


@pytest.mark.parametrize("name", WRITES)
def test_control_without_walls_it_writes(room: Room, name: str) -> None:
    before = room.fingerprint()
    room.admin.command(room.text(WRITES[name]).replace("readonly = 0", "max_threads = 1"))
    after = room.fingerprint()
    with suppress(Exception):
        room.admin.command("attach table shop.sales")
    room.furnish()
    assert after != before


@pytest.mark.parametrize("name", READS)
def test_control_without_walls_it_reads(room: Room, name: str) -> None:
    text = room.text(READS[name])
    text = f"select * from ({text}) as c" if "brackets" in name else text
    assert CANARY in str(room.admin.query(text).result_rows)


@pytest.mark.parametrize(
    "name",
    [name for name in READS if "as a function" not in name and "brackets" not in name and "settings" not in name],
)
def test_readonly_alone_opens_no_file(room: Room, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wall of words. Left to that are the function file(), which a server keeps to its folder for users, and
    SETTINGS, which a server's profile forbids: chdb has neither."""
    monkeypatch.setattr("gaitway.connectors.databases.clickhouse.check", lambda *_, **__: None)
    with pytest.raises(Exception, match=r"readonly|READONLY|only"):
        _capped(room.engine().ask(room.text(READS[name])), LIMITS)


def test_what_may_be_done_is_looked_at(room: Room) -> None:
    """chdb's user may do all."""
    [sign] = room.engine().rights()
    assert not sign.fine
    assert "GRANT SELECT ON" in sign.says


def test_who_where_and_what(room: Room) -> None:
    engine = room.engine()
    assert [sign.name for sign in engine.about()] == ["who", "server"]
    assert list(engine.tables()) == ["shop.sales", "shop.secrets"]


def test_an_empty_answer_has_its_head(room: Room) -> None:
    answer = room.engine().ask("select id, id * 2 as twice from sales where id < 0 order by 1;")
    assert (list(answer.columns), list(answer.types)) == (["id", "twice"], ["Int32", "Int64"])
    assert list(answer.batches) == []
