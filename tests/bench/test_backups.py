"""The benchmark of backups: one round of it, with its control. The rest runs by hand: it needs a quiet machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import backups

pytestmark = pytest.mark.slow


def test_a_round_is_the_same_and_one_that_differs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "good").mkdir()
    assert len(backups.rounds(tmp_path / "good", 1)) == 1
    monkeypatch.setattr(backups, "inside", lambda _backup, _folder: "another")
    (tmp_path / "bad").mkdir()
    with pytest.raises(SystemExit, match="Round 1: the archives differ"):
        backups.rounds(tmp_path / "bad", 1)
