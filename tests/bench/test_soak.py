"""Goal R9 in small: what grows is found in recorded numbers, what only shakes is not."""

from __future__ import annotations

import random

import pytest

from bench import soak


def looks(mb_an_hour: float, shaking: float = 0.5, count: int = 600) -> list[soak.Look]:
    """Ten minutes of one look a second, 40 requests each; what shakes leans on what came before."""
    pick, lean, found = random.Random(7), 0.0, []
    for second in range(count):
        lean = 0.8 * lean + pick.gauss(0, shaking)
        memory = 250 + mb_an_hour * second / 3600 + lean
        found.append(soak.Look(float(second), 40 * second, memory, 60, 45, 3.0, 4.0))
    return found


def test_what_only_shakes_is_never_said_to_grow() -> None:
    found = soak.judged(looks(0), 0)
    assert (found.grows, found.planted, found.is_fine) == ([], True, True)
    assert found.slopes["threads /h"].verdict(1) == "steady"


@pytest.mark.parametrize("leak", [60, 600])
def test_a_leak_is_found(leak: float) -> None:
    found = soak.judged(looks(leak), 0)
    assert found.grows == ["memory, MB/h"]
    assert found.slopes["memory, MB/h"].low < leak < found.slopes["memory, MB/h"].high
    assert not found.is_fine


def test_the_interval_holds_what_is_true_in_nearly_all_runs() -> None:
    pick, held = random.Random(3), 0
    for _ in range(100):
        at, lean, values = list(range(120)), 0.0, []
        for second in at:
            lean = 0.7 * lean + pick.gauss(0, 1)
            values.append(5 * second / 3600 + lean)
        found = soak.slope(at, values)
        held += found.low <= 5 <= found.high
    assert held >= 90


def test_faults_and_a_large_journal_are_no_success() -> None:
    assert not soak.judged(looks(0), 1).is_fine
    swollen = [*looks(0)[:-1], soak.Look(599.0, 24_000, 250, 60, 45, 3.0, 65.0)]
    assert not soak.judged(swollen, 0).is_fine


def test_the_page_says_it() -> None:
    text = soak.section(10, {"SQLite": soak.judged(looks(600), 0)})
    assert "grows | " in text
    assert "| yes |" in text


def test_too_few_looks_are_no_slope() -> None:
    with pytest.raises(ValueError, match="ten looks"):
        soak.slope([1, 2], [1, 2])
