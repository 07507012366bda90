from __future__ import annotations

import pytest

from gaitway.actions import NotAllowed, Refused, points
from gaitway.models import Event, Task, TaskItem
from tests.world import AT, TODAY, World


@pytest.fixture
def task(world: World) -> Task:
    return Task.objects.select_related("stage", "initiative__strategy").get()


def texts(task: Task) -> list[str]:
    return [item.text for item in task.items.all()]


def test_points_are_added_ticked_and_opened_again(world: World, task: Task) -> None:
    item = points.add(task, " First  page ", by=world.theo, at=AT)
    points.tick(item, by=world.theo, at=AT, on=TODAY)
    points.tick(item, by=world.luca, at=AT, on=TODAY)
    assert (item.text, item.done_on, item.done_by) == ("First page", TODAY, world.theo)
    points.tick(item, by=world.luca, at=AT, on=TODAY, done=False)
    assert TaskItem.objects.get().done_on is None
    told = Event.objects.filter(kind="point of a task").order_by("number")
    assert [event.data["what"] for event in told] == ["added", "done", "open"]


def test_they_change_places(world: World, task: Task) -> None:
    one, _two, three = (points.add(task, text, by=world.theo, at=AT) for text in ("one", "two", "three"))
    points.shift(three, -1, by=world.theo, at=AT)
    assert texts(task) == ["one", "three", "two"]
    points.shift(one, -1, by=world.theo, at=AT)  # it is the first
    assert texts(task) == ["one", "three", "two"]
    points.remove(three, by=world.theo, at=AT)
    assert texts(task) == ["one", "two"]


@pytest.mark.parametrize("text", ["", "  ", "x" * 301, "one"])
def test_what_is_no_point(world: World, task: Task, text: str) -> None:
    points.add(task, "one", by=world.theo, at=AT)
    with pytest.raises(Refused):
        points.add(task, text, by=world.theo, at=AT)
    assert texts(task) == ["one"]


def test_a_hundred_are_enough(world: World, task: Task) -> None:
    TaskItem.objects.bulk_create(TaskItem(task=task, text=str(n)) for n in range(points.MOST))
    with pytest.raises(Refused, match="at most 100 points"):
        points.add(task, "one", by=world.theo, at=AT)
    assert task.items.count() == points.MOST


def test_nobody_else_touches_them(world: World, task: Task) -> None:
    item = points.add(task, "one", by=world.theo, at=AT)
    for act in (
        lambda: points.add(task, "two", by=world.nadia, at=AT),
        lambda: points.tick(item, by=world.nadia, at=AT, on=TODAY),
        lambda: points.shift(item, 1, by=world.nadia, at=AT),
        lambda: points.remove(item, by=world.nadia, at=AT),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert TaskItem.objects.get().done_on is None
