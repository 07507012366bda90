from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.plans import BadPlan, Planned, Rest, moved

CRAWL = Planned("crawl", date(2026, 1, 5), date(2026, 3, 29))
WALK = Planned("walk", date(2026, 3, 30), date(2026, 9, 27))
RUN = Planned("run", date(2026, 9, 28), date(2026, 12, 27))
ALL = [CRAWL, WALK, RUN]
LATER = date(2026, 4, 12)  # two weeks


def test_what_comes_after_shifts_by_as_many_days() -> None:
    assert moved(ALL, "crawl", LATER, Rest.SHIFT) == [
        Planned("crawl", CRAWL.starts, LATER),
        Planned("walk", date(2026, 4, 13), date(2026, 10, 11)),
        Planned("run", date(2026, 10, 12), date(2027, 1, 10)),
    ]


def test_the_next_is_shortened_and_ends_as_planned() -> None:
    assert moved(ALL, "crawl", LATER, Rest.SHORTEN) == [
        Planned("crawl", CRAWL.starts, LATER), Planned("walk", date(2026, 4, 13), WALK.ends)
    ]  # fmt: skip


def test_what_comes_after_may_stay() -> None:
    assert moved(ALL, "walk", date(2026, 10, 4), Rest.KEEP) == [Planned("walk", WALK.starts, date(2026, 10, 4))]


def test_a_stage_that_would_end_before_it_begins_is_named() -> None:
    with pytest.raises(BadPlan) as told:
        moved(ALL, "crawl", date(2026, 10, 4), Rest.SHORTEN)
    assert (told.value.key, told.value.ends) == ("walk", WALK.ends)
    with pytest.raises(BadPlan) as told:
        moved(ALL, "crawl", date(2025, 1, 1), Rest.SHIFT)
    assert told.value.key == "crawl"


def test_from_an_end_that_was_not_known_nothing_shifts() -> None:
    stages = [Planned("crawl", CRAWL.starts, None), WALK]
    assert moved(stages, "crawl", LATER, Rest.SHIFT) == [Planned("crawl", CRAWL.starts, LATER)]


def test_the_same_day_changes_nothing() -> None:
    assert moved(ALL, "crawl", date(2026, 3, 29), Rest.SHIFT) == []


@given(st.integers(-60, 400), st.sampled_from(["crawl", "walk", "run"]))
def test_shifting_keeps_every_length_and_gap(days: int, key: str) -> None:
    by = timedelta(days=days)
    was = {each.key: each for each in ALL}
    found = {each.key: each for each in moved(ALL, key, was[key].ends + by, Rest.SHIFT)}  # type: ignore[operator]
    after = [each for each in ALL if each.starts > was[key].starts]  # type: ignore[operator]
    assert set(found) == ({key, *(each.key for each in after)} if days else set())
    assert all(found[each.key] == Planned(each.key, each.starts + by, each.ends + by) for each in after if days)  # type: ignore[operator]


@given(st.integers(-60, 400), st.sampled_from(list(Rest)))
def test_there_and_back_is_as_before(days: int, rest: Rest) -> None:
    end = CRAWL.ends + timedelta(days=days)  # type: ignore[operator]
    try:
        found = {each.key: each for each in moved(ALL, "crawl", end, rest)}
    except BadPlan:
        return
    there = [found.get(each.key, each) for each in ALL]
    back = {each.key: each for each in moved(there, "crawl", CRAWL.ends, rest)}  # type: ignore[arg-type]
    assert [back.get(each.key, each) for each in there] == ALL
