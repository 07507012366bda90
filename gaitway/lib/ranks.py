"""Places in a list that people order by hand: whole numbers with room between them, so that a move writes one row."""

from __future__ import annotations

STEP = 2**32  # between two neighbours at first: halved 32 times before the next ones have to make room


def between(low: int | None, high: int | None) -> int | None:
    """A rank after `low` and before `high`, None standing for the end of the list; None where there is no room."""
    if low is None:
        return 0 if high is None else high - STEP
    if high is None:
        return low + STEP
    middle = (low + high) // 2
    return middle if low < middle < high else None


def spread(low: int, high: int | None, count: int) -> list[int] | None:
    """So many ranks in their order, evenly between the two; None where they would stand closer than they should."""
    gap = STEP if high is None else (high - low) // (count + 1)
    if gap < 2**8 and high is not None:
        return None
    return [low + gap * (number + 1) for number in range(count)]
