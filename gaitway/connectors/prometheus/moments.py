"""When an expression is evaluated: at the last millisecond of each period, so that `increase(orders_total[1d])` covers
the day from midnight to midnight, and nothing of the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta, tzinfo

from gaitway.engine import periods
from gaitway.engine.periods import Cadence

POINTS = 11_000  # of one series, that Prometheus gives in one answer
YEAR = timedelta(days=365)


def moments(since: date | None, until: date, every: Cadence, zone: tzinfo) -> dict[int, date]:
    """By the moment in milliseconds since 1970: the first day of each whole period from `since` (if left out, a year
    before `until`) to the day before `until`."""
    first = periods.first_whole(since or until - YEAR, every)
    after = periods.index(until, every)
    return {
        round(periods.bounds(number, every, zone)[1].timestamp() * 1000) - 1: periods.start(number, every)
        for number in range(first, after)
    }


def stretches(at: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """First moment, last moment and step of the fewest range queries that meet exactly these moments, which are in
    order: months differ in length, and so do the days on which clocks change."""
    begin = 0
    while begin < len(at):
        step = at[begin + 1] - at[begin] if begin + 1 < len(at) else 1000
        end = begin
        while end + 1 < len(at) and at[end + 1] - at[end] == step and end - begin + 1 < POINTS:
            end += 1
        yield at[begin], at[end], step
        begin = end + 1
