"""Who waits for SQLite gets in, however busy another is; who can't be helped by waiting is told at once."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from gaitway.lib.sqlite import base


def opened(path: Path) -> base.DatabaseWrapper:
    init = "PRAGMA journal_mode=WAL"
    wanted = {
        "ENGINE": "gaitway.lib.sqlite",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": init},
    }
    settings = connections.configure_settings({"default": wanted})["default"]
    return base.DatabaseWrapper(settings, "default")


@pytest.fixture
def path(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    with django_db_blocker.unblock():
        made = opened(tmp_path / "a.sqlite3")
        with made.cursor() as cursor:
            cursor.execute("create table turns (who text)")
        yield tmp_path / "a.sqlite3"
        made.close()


def test_one_who_waits_gets_in_beside_one_who_comes_back_at_once(path: Path) -> None:
    greedy, over = threading.Event(), threading.Event()
    turns = [0]

    def come_back() -> None:
        mine = opened(path)
        while not over.is_set():
            mine.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
            greedy.set()
            time.sleep(0.05)
            mine.commit()
            mine.set_autocommit(True)
            turns[0] += 1
            time.sleep(0.003)
        mine.close()

    thread = threading.Thread(target=come_back)
    thread.start()
    other = opened(path)
    waited = []
    try:
        for _ in range(10):
            assert greedy.wait(10)
            before = turns[0]
            with other.cursor() as cursor:
                cursor.execute("insert into turns values ('other')")
            waited.append(turns[0] - before)
            greedy.clear()
    finally:
        over.set()
        thread.join()
        other.close()
    assert max(waited) <= 8, waited  # with the patience of SQLite, 23 and more


def test_what_was_read_before_another_wrote_is_refused_at_once(path: Path) -> None:
    late, other = opened(path), opened(path)
    try:
        with late.cursor() as cursor:
            cursor.execute("begin deferred")
            cursor.execute("select * from turns")
            cursor.fetchall()
        with other.cursor() as cursor:
            cursor.execute("insert into turns values ('other')")
        began = time.monotonic()
        with late.cursor() as cursor, pytest.raises(Exception, match="locked"):
            cursor.execute("insert into turns values ('late')")
        assert time.monotonic() - began < base.PATIENCE / 4
    finally:
        late.close()
        other.close()


def test_patience_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "PATIENCE", 0.2)
    holder, other = sqlite3.connect(path, isolation_level=None), opened(path)
    holder.execute("begin immediate")
    try:
        with other.cursor() as cursor, pytest.raises(Exception, match="locked"):
            cursor.execute("insert into turns values ('other')")
        holder.execute("commit")
        with other.cursor() as cursor:
            cursor.execute("insert into turns values ('other')")
            cursor.execute("select count(*) from turns")
            assert cursor.fetchone() == (1,)
    finally:
        holder.close()
        other.close()
