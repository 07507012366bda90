"""Backups of an installation that goes on, and what comes out of them: byte for byte what was there."""

from __future__ import annotations

import sqlite3
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session

from gaitway.actions import Refused, observations, workers
from gaitway.lib import backupfile
from gaitway.models import Hold, Initiative, Observation, Worker
from gaitway.queries import archive
from gaitway.work import backups, restoring
from tests.work.keeping import MONDAY, allow_a_second_database, archive_of, archived, busy
from tests.world import AT, World, build

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, settings: LazySettings) -> Path:
    settings.HOME = tmp_path / "home"
    (tmp_path / "home").mkdir()
    return tmp_path


@pytest.fixture
def house(home: Path, really_kept: None, monkeypatch: pytest.MonkeyPatch) -> World:
    allow_a_second_database(monkeypatch)
    return build(home)


def test_three_rounds_under_load_come_back_byte_for_byte(house: World, home: Path) -> None:
    for number in range(3):
        folder = home / str(number)
        folder.mkdir()
        with busy(house) as acknowledged:
            while acknowledged[0] < 5:
                time.sleep(0.01)
            promised = Observation.objects.count()
            path, manifest = backups.make(folder, at=AT)
        assert manifest.rows["observation"] >= promised
        kept = archive_of(path, folder)
        restoring.restore(path, replace=True, at=AT.replace(minute=number))
        assert archived() == kept
        assert archive.counts() == manifest.rows


def test_what_was_there_is_kept_and_nothing_leaves(house: World, home: Path) -> None:
    path, _ = backups.make(home, at=AT)
    Initiative.objects.filter(pk=house.norway.pk).update(name="Changed later")
    changed = archived()
    done = restoring.restore(path, replace=True, at=AT)
    assert Initiative.objects.get(pk=house.norway.pk).name == "Norway"
    assert Hold.objects.get().reason == f"restored from {path.name}, made 2026-03-02 09:00 UTC"
    assert done.kept == str(home / "home" / "before-20260302T090000Z.backup")
    restoring.restore(Path(done.kept), replace=True, at=AT.replace(hour=10))
    assert archived() == changed


def test_after_a_restore_rows_are_still_append_only_and_numbered_on(house: World, home: Path) -> None:
    from django.db import Error, transaction

    observations.record(house.orders, {MONDAY: (1.0, 1.0)}, by=house.admin, at=AT)
    path, _ = backups.make(home, at=AT)
    restoring.restore(path, replace=True, at=AT)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Observation.objects.update(events=2)
    observations.record(house.orders, {MONDAY: (2.0, 1.0)}, by=house.admin, at=AT)
    assert Observation.objects.count() == 2


def test_workers_of_the_past_are_forgotten(house: World, home: Path) -> None:
    workers.beat("then", at=AT)
    path, _ = backups.make(home, at=AT)
    restoring.restore(path, replace=True, at=AT)
    assert not Worker.objects.exists()


def test_what_cannot_be_kept_is_not_replaced(house: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = backups.make(home, at=AT)
    before = archived()

    def damaged(*_: object, **__: object) -> None:
        raise backups.NotVerified("SQLite says of the copy: broken.")

    monkeypatch.setattr(backups, "make", damaged)
    with pytest.raises(Refused, match="What is here can't be kept: SQLite says of the copy: broken"):
        restoring.restore(path, replace=True, at=AT)
    assert archived() == before


def test_a_home_with_data_is_left_alone(house: World, home: Path) -> None:
    path, _ = backups.make(home, at=AT)
    before = archived()
    with pytest.raises(Refused, match="already holds data"):
        restoring.restore(path, replace=False, at=AT)
    assert archived() == before
    assert not Hold.objects.exists()


def test_an_archive_is_restored_too(house: World, home: Path) -> None:
    before = archived()
    (home / "all.jsonl").write_bytes(before)
    Initiative.objects.filter(pk=house.norway.pk).update(name="Changed later")
    done = restoring.restore(home / "all.jsonl", replace=True, at=AT)
    assert (done.made_at, archived()) == (None, before)


def broken(path: Path, how: str) -> type[Exception]:
    raw = path.read_bytes()
    if how == "newer":
        with zipfile.ZipFile(path) as parts:
            names = {name: parts.read(name) for name in parts.namelist()}
        names["manifest.json"] = names["manifest.json"].replace(archive.schema().encode(), b"9999_beyond")
        with zipfile.ZipFile(path, "w") as parts:
            for name, content in names.items():
                parts.writestr(name, content)
        return Refused
    path.write_bytes(raw[: len(raw) // 2] if how == "cut" else raw[:1000] + b"\0\0\0\0" + raw[1004:])
    return backupfile.Damaged


@pytest.mark.parametrize("how", ["newer", "cut", "changed"])
def test_what_cannot_be_trusted_changes_nothing(house: World, home: Path, how: str) -> None:
    path, _ = backups.make(home, at=AT)
    error = broken(path, how)
    before = archived()
    with pytest.raises(error):
        restoring.restore(path, replace=True, at=AT)
    assert archived() == before
    assert not Hold.objects.exists()
    assert list((home / "home").iterdir()) == []


def test_a_restore_that_fails_in_the_middle_changes_nothing(
    house: World, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = backups.make(home, at=AT)
    before = archived()

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring.holds, "begin", fails)
    with pytest.raises(OSError, match="No space"):
        restoring.restore(path, replace=True, at=AT)
    assert archived() == before
    assert list((home / "home").iterdir()) == []


def test_nobody_is_signed_in_by_a_backup(house: World, home: Path) -> None:
    Session.objects.create(session_key="canary-of-a-session", session_data="x", expire_date=AT)
    path, manifest = backups.make(home, at=AT)
    data = backupfile.extract(path, manifest, home)
    assert b"canary-of-a-session" not in data.read_bytes()
    assert Session.objects.exists()


def test_a_copy_that_differs_from_its_manifest_does_not_count(
    house: World, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted control of the check after writing."""
    write = backupfile.write

    def skewed(target: Path, manifest: backupfile.Manifest, data: Path) -> None:
        from dataclasses import replace

        write(target, replace(manifest, rows={**manifest.rows, "initiative": 3}), data)

    monkeypatch.setattr(backupfile, "write", skewed)
    with pytest.raises(backups.NotVerified, match="initiative has 2 rows, the manifest says 3"):
        backups.make(home / "x.backup", at=AT)
    assert not (home / "x.backup").exists()


def test_the_database_finds_what_is_broken_in_it(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(path)) as made:
        made.execute("create table gaitway_area (id integer primary key, name text)")
        made.execute("create index by_name on gaitway_area (name)")
        made.executemany("insert into gaitway_area (name) values (?)", [(f"name {i}",) for i in range(3000)])
        made.commit()
        assert backups.rows_of_sqlite(path) == {"area": 3000}
    raw = bytearray(path.read_bytes())
    raw[-2048:] = bytes(2048)
    path.write_bytes(raw)
    with pytest.raises(backups.NotVerified, match=r"SQLite (says of|can't read) the copy"):
        backups.rows_of_sqlite(path)


def test_a_backup_never_takes_the_place_of_another(house: World, home: Path) -> None:
    path, _ = backups.make(home, at=AT)
    assert path.name == "gaitway-20260302T090000Z.backup"
    with pytest.raises(FileExistsError):
        backups.make(home, at=AT)
    assert [each.name for each in home.iterdir() if each.name != "home"] == [path.name]
