"""Whatever is moved wherever: the list keeps the order that people see, and there is always room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from gaitway.lib import ranks

whole = some.integers(-(2**60), 2**60)


@given(whole, some.integers(0, 2**40))
def test_between_lies_between_or_says_that_there_is_no_room(low: int, width: int) -> None:
    found = ranks.between(low, low + width)
    assert found is None if width < 2 else low < found < low + width  # type: ignore[operator]  # not None there


@given(whole)
def test_an_open_end_always_has_room(rank: int) -> None:
    assert ranks.between(None, rank) < rank < ranks.between(rank, None)  # type: ignore[operator]  # never None
    assert ranks.between(None, None) == 0


@given(whole, some.one_of(some.none(), some.integers(0, 2**40)), some.integers(1, 50))
def test_spread_are_in_order_and_inside(low: int, width: int | None, count: int) -> None:
    high = None if width is None else low + width
    found = ranks.spread(low, high, count)
    if found is None:
        assert width is not None
        assert width < (count + 1) * 2**8
        return
    assert len(found) == count
    assert found == sorted(set(found))
    assert found[0] > low
    assert high is None or found[-1] < high
