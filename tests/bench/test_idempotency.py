"""Goal R3 in small: a key has one effect, and what has more is found."""

from __future__ import annotations

import pytest

from bench import idempotency

FINE = [(201, b"{}"), (201, b"{}"), (409, b"wait")]


@pytest.mark.parametrize(
    ("answers", "made", "said"),
    [
        (FINE, 1, []),
        (FINE, 2, ["r: 2 effects"]),
        (FINE, 0, ["r: 0 effects"]),
        ([*FINE, (500, b"")], 1, ["r: answered [500]"]),
        ([*FINE, (201, b"other")], 1, ["r: not one and the same answer"]),
        ([(409, b"wait")], 1, ["r: not one and the same answer"]),
    ],
)
def test_a_round_with_a_fault_is_told(answers: list[tuple[int, bytes]], made: int, said: list[str]) -> None:
    assert idempotency.faults("r", answers, made) == said


@pytest.mark.slow
def test_a_few_rounds_with_a_key_and_those_planted_without() -> None:
    found = idempotency.measure("SQLite", 3)
    assert (found["faults"], found["planted"]) == ([], idempotency.PLANTED)
    assert found["replayed"] + found["waited"] == 3 * (idempotency.AT_ONCE - 1)
    assert "| SQLite | 3 | 48 | 0 |" in idempotency.section(3, {"SQLite": found})
