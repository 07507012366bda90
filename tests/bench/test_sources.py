"""The benchmark of sources in its quick form: it runs, and says something of every way. Never how fast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench import sources


@pytest.mark.slow
def test_it_says_something_of_every_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources.main(["--quick", "--seed", "7"])
    text = capsys.readouterr().out
    for name in sources.WAYS:
        row = rf"^\| 200,000 \| {name} \| [\d.]+ \| [\d.]* \| [\d.]+ \| [\d.]+ \| \d+ \|$"
        assert re.search(row, text, re.MULTILINE), name
    assert "seed 7 ·" in text
