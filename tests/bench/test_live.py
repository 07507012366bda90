"""The live benchmark: how its numbers are written. It runs by hand: it needs a quiet machine."""

from __future__ import annotations

from bench import live


def test_a_row_says_half_most_and_worst() -> None:
    assert live.row("heard", [each / 1000 for each in range(1, 101)]) == "| heard | 51 | 96 | 100 |"
