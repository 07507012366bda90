"""Goals R1 and R2 in small: fifty who write and ten who work are killed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.kills import Found


@pytest.mark.parametrize(
    ("planted", "wrong", "faults"),
    [
        (3, (), ()),
        (3, ("1 acknowledged, and lost",), ("1 acknowledged, and lost",)),
        (0, (), ("nobody was killed in the middle",)),
    ],
)
def test_a_run_that_struck_nobody_does_not_count(planted: int, wrong: tuple[str, ...], faults: tuple[str, ...]) -> None:
    assert Found("writers", 5, 20, planted, wrong).faults == faults


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_done_by_half() -> None:
    env = {**os.environ, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "bench.kills", "--kills", "50", "--workers", "10", "--jobs", "200"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=500, check=False)
    assert (done.returncode, done.stdout.count("| nothing |")) == (0, 2), done.stdout + done.stderr
