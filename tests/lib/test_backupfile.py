"""The file of a backup: what it says of itself, and what is found when it isn't what was written any more."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib import backupfile
from gaitway.lib.backupfile import Damaged, Manifest

DATA = b"rows " * 1000


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Manifest]:
    data = tmp_path / "data"
    data.write_bytes(DATA)
    manifest = Manifest(
        "2026-03-02T09:00:00+00:00", "0.1", "0006_sources", "sqlite", backupfile.SQLITE, len(DATA),
        backupfile.sha256(data), {"area": 3},
    )  # fmt: skip
    target = tmp_path / "one.backup"
    backupfile.write(target, manifest, data)
    return target, manifest


def test_it_is_read_as_it_was_written(made: tuple[Path, Manifest], tmp_path: Path) -> None:
    path, manifest = made
    assert backupfile.is_one(path)
    assert backupfile.read(path) == manifest
    (tmp_path / "out").mkdir()
    assert backupfile.extract(path, manifest, tmp_path / "out").read_bytes() == DATA
    assert path.stat().st_mode & 0o077 == 0


def test_it_never_takes_the_place_of_another(made: tuple[Path, Manifest], tmp_path: Path) -> None:
    path, manifest = made
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        backupfile.write(path, replace(manifest, version="0.2"), tmp_path / "data")
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "one.backup"]


def test_a_share_without_second_names_is_good_enough(
    made: tuple[Path, Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuses)
    backupfile.write(tmp_path / "two.backup", made[1], tmp_path / "data")
    assert backupfile.read(tmp_path / "two.backup") == made[1]
    with pytest.raises(FileExistsError):
        backupfile.write(tmp_path / "two.backup", made[1], tmp_path / "data")


@given(st.data())
def test_a_byte_that_was_changed_is_found_or_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("backup")
    (folder / "data").write_bytes(DATA)
    manifest = Manifest("2026-03-02T09:00:00+00:00", "0.1", "0006", "sqlite", backupfile.SQLITE, len(DATA),
                        backupfile.sha256(folder / "data"), {})  # fmt: skip
    backupfile.write(folder / "one", manifest, folder / "data")
    raw = bytearray((folder / "one").read_bytes())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    (folder / "one").write_bytes(raw)
    (folder / "out").mkdir()
    try:
        found = backupfile.extract(folder / "one", backupfile.read(folder / "one"), folder / "out")
    except Damaged:
        return
    assert found.read_bytes() == DATA


def rewritten(path: Path, changes: dict[str, object], data: bytes = DATA) -> None:
    manifest = {"gaitway": "backup", "format": 1, **asdict(backupfile.read(path)), **changes}
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("manifest.json", json.dumps(manifest))
        parts.writestr("database.sqlite3", data)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gaitway": "x"}, "isn't that of a backup"),
        ({"format": 9}, "format 9; this Gaitway reads format 1"),
        ({"rows": []}, "rows is missing or isn't what it should be"),
        ({"bytes": "1"}, "bytes is missing"),
        ({"data": "../../etc/passwd"}, "the data are '../../etc/passwd'"),
        ({"made_at": "2026-03-02"}, "made_at is no moment"),
    ],
)
def test_a_manifest_that_is_wrong_is_told(made: tuple[Path, Manifest], changes: dict[str, object], said: str) -> None:
    rewritten(made[0], changes)
    with pytest.raises(Damaged, match=said):
        backupfile.read(made[0])


@pytest.mark.parametrize(
    ("changes", "data", "said"),
    [
        ({}, DATA.replace(b"r", b"R", 1), "database.sqlite3 has the hash .*…, the manifest says"),
        ({}, DATA + b"x", "the data are longer than the 5000 bytes"),
        ({"data": "archive.jsonl"}, DATA, "archive.jsonl isn't in it"),
    ],
)
def test_data_that_are_not_those_of_the_manifest_are_told(
    made: tuple[Path, Manifest], tmp_path: Path, changes: dict[str, object], data: bytes, said: str
) -> None:
    rewritten(made[0], changes, data)
    (tmp_path / "out").mkdir()
    with pytest.raises(Damaged, match=said):
        backupfile.extract(made[0], backupfile.read(made[0]), tmp_path / "out")


def test_another_zip_is_no_backup(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as parts:
        parts.writestr("a", "b")
    with pytest.raises(Damaged, match=r"there is no manifest\.json in it"):
        backupfile.read(tmp_path / "x.zip")
