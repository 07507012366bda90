"""One KPI on three engines in its quick form: the same answer of each. Never how fast."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench import engines


@pytest.mark.slow
def test_every_engine_that_is_here_gives_the_same_answer(capsys: pytest.CaptureFixture[str]) -> None:
    engines.main(["--quick", "--seed", "7"])
    text = capsys.readouterr().out
    for name in engines.ENGINES:
        row = rf"^\| 200,000 \| {name} \| (?:[\d.]+ \| [\d.]+ \| [\d.]+ \| the same|left out: .+) \|"
        assert re.search(row, text, re.MULTILINE), text
    assert "another answer" not in text


def test_an_engine_that_is_not_here_is_left_out_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_path: Path, _stack: ExitStack) -> None:
        raise engines.Absent("no such thing here")

    monkeypatch.setattr(engines, "ENGINES", {"Nothing": absent})
    assert list(engines.measured(10, 7, 1)) == [("10", "Nothing", "left out: no such thing here", "", "", "")]
