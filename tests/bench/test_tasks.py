"""That it runs; how many a second is for a quiet machine to say."""

from __future__ import annotations

import pytest

from bench import tasks


@pytest.mark.slow
def test_a_short_run_tells_of_one_client_and_four(capsys: pytest.CaptureFixture[str]) -> None:
    assert tasks.main(["--seconds", "0.5", "--more", "100"]) == 0
    said = capsys.readouterr().out
    rows = [line.split("|") for line in said.splitlines() if "tasks, clients" in line]
    assert [row[1].strip() for row in rows] == [
        "0 tasks, clients: 1", "0 tasks, clients: 4", "100 tasks, clients: 1", "100 tasks, clients: 4",
    ]  # fmt: skip
    assert all(int(row[2]) > 0 for row in rows)
