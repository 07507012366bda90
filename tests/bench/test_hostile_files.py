"""Malformed and bomb files, some hundreds of those that `python -m bench.hostile_files` makes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench import hostile_files
from gaitway.connectors.files.table import read_table


@pytest.mark.slow
def test_every_hostile_file_gives_a_table_or_a_clear_message() -> None:
    ends, faults = hostile_files.run(seed=7, count=300)
    assert faults == []
    assert ends.total() == 300
    assert set(ends) == {"table", "message"}


def test_control_readers_that_do_wrong_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile_files, "SECONDS", 5)
    path = tmp_path / "upload"
    path.write_bytes(hostile_files.VALID["csv"])
    readers = hostile_files.planted()
    assert {name: hostile_files.fault(reader, path)[1] for name, reader in readers.items()} == {
        name: name for name in readers
    }


@pytest.mark.parametrize("name", hostile_files.VALID)
def test_control_the_files_were_sound_before(tmp_path: Path, name: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(hostile_files.VALID[name])
    assert hostile_files.fault(read_table, path) == ("", "table")


def test_the_same_seed_makes_the_same_files() -> None:
    assert list(hostile_files.hostile(3, 20)) == list(hostile_files.hostile(3, 20))


def test_the_page_says_how_the_files_ended() -> None:
    text = hostile_files.section(7, Counter(table=3, message=2), 99.6, 61, ["file 4: late"], ["hoard"])
    assert "| 5 | 2 messages, 3 tables | 1 | 100 | 2 of 3 |" in text
