"""The speed benchmark in its quick form: it runs, and says something of every kind. Never how fast."""

from __future__ import annotations

import re

import pytest

from bench import speed
from gaitway.engine.kpis import Kind


def test_it_says_something_of_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    speed.main(["--quick", "--seed", "7"])
    text = capsys.readouterr().out
    for name in (*Kind, "mixed, 20,000 of each kind"):
        row = re.search(rf"^\| {name} \| [\d.]+ \| [\d.]+ \| \d+ \| (\d+)% \| (\d+)% \| (\d+)% \|$", text, re.MULTILINE)
        assert row, name
        met, unmet, rest = map(int, row.groups())
        assert met > 30, name
        assert unmet > 30, name
        assert 99 <= met + unmet + rest <= 101, name
    assert "seed 7 ·" in text
    for name in ("Gaitway, the last look", "gbstats", "confseq", "two criteria", "and a guardrail"):
        assert f"| {name}" in text
