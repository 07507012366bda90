"""`gaitway export --all`, `backup` and `restore` as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gaitway.actions import holds
from gaitway.models import Hold
from tests.cli.conftest import Run
from tests.world import AT, World


def test_everything_goes_into_one_file(world: World, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "all.jsonl"
    code, out, err = run("export", "--all", target)
    assert (code, err) == (0, "")
    assert out.startswith("Wrote ")
    assert out.endswith("Passwords and tokens aren't in it: with --with-accounts they are.\n")
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert (lines[0]["accounts"], "password" in target.read_text()) == (False, False)
    assert target.stat().st_mode & 0o077 == 0
    assert run("export", "--all", target, "--with-accounts")[0] == 0
    assert "password" in target.read_text()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["all.jsonl"]


WRONG: dict[str, tuple[list[str], int, str]] = {
    "accounts of a strategy": (["export", "--with-accounts"], 2,
                               "--with-accounts goes with --all: a strategy file holds no accounts."),
    "one of all": (["export", "--all", "--strategy", "north"], 2,
                   "--strategy and --all don't go together: --all is everything."),
    "no folder for all": (["export", "--all", "/nowhere/x"], 2, "/nowhere/x: No such file or directory."),
    "no folder for a backup": (["backup", "/nowhere/x"], 2, "There is no folder /nowhere."),
    "nothing to restore": (["restore"], 2, "Name the backup, or say --release: one of the two."),
    "both": (["restore", "x", "--release"], 2, "Name the backup, or say --release: one of the two."),
    "a release that replaces": (["restore", "--release", "--replace"], 2, "--replace goes with a backup."),
    "somebody restores": (["restore", "x", "--by", "sofia@example.com"], 2, "--by goes with --release."),
    "no file": (["restore", "/nowhere/x"], 2, "There is no file /nowhere/x."),
    "nothing is held": (["restore", "--release"], 1, "Nothing is held: sources are asked and people are told."),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_told_in_one_line(world: World, run: Run, arguments: list[str], code: int, said: str) -> None:
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert err == said + "\n"


def test_a_file_that_is_no_backup_is_refused(db: object, run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello\n")
    code, out, err = run("restore", tmp_path / "x")
    assert (code, out) == (2, "")
    assert err == f"{tmp_path / 'x'} is damaged, nothing was changed: line 1: not JSON.\n"


def test_a_home_in_use_is_left_alone(world: World, run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello\n")
    code, _, err = run("restore", tmp_path / "x")
    assert (code, err.split(":")[0]) == (1, "This home already holds data. To put the backup in its place")


def test_while_held_nothing_is_pulled_and_doctor_says_why(world: World, run: Run) -> None:
    holds.begin("restored from x.backup", at=AT)
    said = "Restored from a backup: no source is asked until you say gaitway restore --release.\n"
    assert run("pull") == (1, "", said)
    _, out, _ = run("doctor")
    assert "! outgoing: held since 2026-03-02 09:00 UTC: restored from x.backup\n  → Look around" in out
    assert run("restore", "--release", "--by", "luca@example.com")[0] == 1
    assert run("restore", "--release") == (
        0, "Released: restored from x.backup. Sources are asked and people are told again.\n", "")  # fmt: skip
    assert Hold.objects.get().released_at is not None
    assert "✓ outgoing" in run("doctor")[1]


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("GAITWAY_TEST_ENGINE") == "postgres", reason="SQLite homes of their own")
def test_from_one_home_to_another(tmp_path: Path) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "gaitway.settings"}

    def gaitway(home: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gaitway", *map(str, arguments), "--home", str(tmp_path / home)]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path)

    from tests.world import STRATEGY

    (tmp_path / "s.yaml").write_text(STRATEGY)
    assert gaitway("one", "apply", "--yes", "s.yaml").returncode == 0
    assert gaitway("one", "backup", "one.backup").returncode == 0
    done = gaitway("two", "restore", "one.backup")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Not in it: the secret key" in gaitway("two", "backup", "two.backup").stdout
    for home in ("one", "two"):
        assert gaitway(home, "export", "--all", "--with-accounts", f"{home}.jsonl").returncode == 0
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert gaitway("two", "restore", "one.backup").returncode == 1
