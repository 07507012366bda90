"""Any moves, in any order: people find the cards where they put them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gaitway.actions import NotAllowed, Refused, boards, tasks
from gaitway.lib import ranks
from gaitway.models import Event, Task
from tests.world import AT, TODAY, World

COLUMNS = ("to do", "doing", "waiting")
Moves = list[tuple[int, str, int | None]]


def column(state: str) -> list[int]:
    return list(Task.objects.filter(state=state, retired_at=None).order_by("rank", "pk").values_list("pk", flat=True))


def some_tasks(world: World, count: int = 6) -> list[Task]:
    return [tasks.add(world.crawl, f"Task {n}", by=world.luca, at=AT) for n in range(count)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    moves=some.lists(
        some.tuples(some.integers(0, 5), some.sampled_from(COLUMNS), some.none() | some.integers(0, 5)), max_size=25
    ),
    step=some.sampled_from([1, 2, 2**9, 2**32]),
)
def test_any_moves_keep_the_order_that_people_made(world: World, moves: Moves, step: int) -> None:
    """Compared with plain lists; also where there is hardly any room between the cards."""
    point = transaction.savepoint()
    Task.objects.all().delete()
    cards = some_tasks(world)
    for number, card in enumerate(cards):
        Task.objects.filter(pk=card.pk).update(rank=number * step)
    want: dict[str, list[int]] = {"to do": [card.pk for card in cards], "doing": [], "waiting": []}
    for which, state, below in moves:
        card = Task.objects.select_related("stage__initiative", "initiative__strategy").get(pk=cards[which].pk)
        after = cards[below] if below is not None and below != which else None
        tasks.move(card, state, after, by=world.luca, at=AT, on=TODAY)
        next(each for each in want.values() if card.pk in each).remove(card.pk)
        there = want[state]
        there.insert(there.index(after.pk) + 1 if after and after.pk in there else 0, card.pk)
    assert {state: column(state) for state in COLUMNS} == want
    transaction.savepoint_rollback(point)


def test_cards_on_one_rank_make_room(world: World) -> None:
    cards = some_tasks(world, 9)
    Task.objects.update(rank=7)
    first, *rest = column("to do")
    moved = cards[-1]
    tasks.move(moved, "to do", Task.objects.get(pk=first), by=world.luca, at=AT, on=TODAY)
    assert column("to do") == [first, moved.pk, *(pk for pk in rest if pk != moved.pk)]


def test_a_new_task_stands_last_or_on_top(world: World) -> None:
    before = column("to do")
    last = tasks.add(world.crawl, "Last", by=world.luca, at=AT)
    top = tasks.add(world.crawl, "Top", by=world.luca, at=AT, on_top=True)
    assert column("to do") == [top.pk, *before, last.pk]


def test_a_card_that_went_elsewhere_meanwhile_is_no_neighbour(world: World) -> None:
    one, other = some_tasks(world, 2)
    tasks.move(other, "done", by=world.luca, at=AT, on=TODAY)
    tasks.move(one, "doing", other, by=world.luca, at=AT + timedelta(minutes=1), on=TODAY)
    assert column("doing") == [one.pk]


def test_a_move_writes_one_row(world: World) -> None:
    one, *_rest = some_tasks(world)
    others = Task.objects.exclude(pk=one.pk).values_list("pk", "rank")
    before = list(others)
    tasks.move(one, "to do", Task.objects.get(pk=column("to do")[3]), by=world.luca, at=AT, on=TODAY)
    assert list(others.all()) == before
    assert min(abs(a[1] - b[1]) for a in before for b in before if a != b) == ranks.STEP


def test_limits_are_kept_and_told(world: World) -> None:
    boards.set_limits(world.strategy, {"doing": 5, "waiting": None}, by=world.luca, at=AT)
    world.strategy.refresh_from_db()
    assert world.strategy.limits == {"doing": 5}
    boards.set_limits(world.strategy, {"doing": 5}, by=world.luca, at=AT)
    assert Event.objects.filter(kind="limits of the board").count() == 1
    boards.set_limits(world.strategy, {"doing": None}, by=world.luca, at=AT)
    assert world.strategy.limits == {}


@pytest.mark.parametrize("limits", [{"done": 3}, {"doing": 0}, {"doing": 1000}])
def test_what_is_no_limit(world: World, limits: dict[str, int | None]) -> None:
    with pytest.raises(Refused):
        boards.set_limits(world.strategy, limits, by=world.luca, at=AT)
    assert not Event.objects.filter(kind="limits of the board").exists()


def test_who_leads_nothing_sets_no_limit(world: World) -> None:
    with pytest.raises(NotAllowed, match="Only who leads an initiative of Enter the north"):
        boards.set_limits(world.strategy, {"doing": 5}, by=world.theo, at=AT)
    assert world.strategy.limits == {}
