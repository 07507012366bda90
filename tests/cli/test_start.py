"""Several processes that start at once, on a home that none of them has seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("GAITWAY_TEST_ENGINE") == "postgres", reason="a SQLite home of its own")
def test_the_tables_are_made_once(tmp_path: Path) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "gaitway.settings"}
    command = [sys.executable, "-m", "gaitway", "export", "--all", "-", "--home", str(tmp_path / "home")]
    started = [
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [process.communicate(timeout=120) for process in started]
    assert [err for _, err in said] == [""] * 3
    assert [process.returncode for process in started] == [0] * 3
    assert len({out for out, _ in said}) == 1
