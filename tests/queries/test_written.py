"""Why a text is no number or no date is said in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gaitway.lib import dates, numbers
from gaitway.queries.words import written


def test_translators_find_every_reason() -> None:
    said = {
        reason
        for module in (dates, numbers)
        for reason in re.findall(r'raise NotA\w+\("([^"]+)"', Path(module.__file__).read_text("utf-8"))
    }
    assert said == set(written.REASONS)


@pytest.mark.parametrize("text", ["", "9" * 61, "=1+1", "many", "1,23,4", "1.2.3,4,5", "1e999"])
def test_a_reason_is_said_with_its_numbers(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(written, "_", lambda reason: f"in German: {reason}")
    with pytest.raises(numbers.NotANumber) as error:
        numbers.read(text)
    assert written.why(error.value) == f"in German: {error.value}"
    assert "%" not in str(error.value)


def test_a_day_that_is_none_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "_", {"there is no such day": "den Tag gibt es nicht"}.get)
    with pytest.raises(dates.NotADate) as error:
        dates.read("2026-02-30")
    assert written.why(error.value) == "den Tag gibt es nicht"
