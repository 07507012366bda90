from __future__ import annotations

from datetime import timedelta

import pytest

from gaitway.actions import NotAllowed, jobs, tasks
from gaitway.models import Event, Job, Task
from tests.world import AT, TODAY, World


@pytest.fixture
def task(world: World) -> Task:
    return Task.objects.select_related("stage", "initiative__strategy").get()


@pytest.mark.parametrize("who", ["sofia", "luca", "theo", "admin"])
def test_who_works_there_does_a_task(world: World, task: Task, who: str) -> None:
    tasks.complete(task, by=getattr(world, who), at=AT, on=TODAY)
    task.refresh_from_db()
    assert (task.done_on, task.done_by) == (TODAY, getattr(world, who))


def test_its_owner_does_it_without_a_role(world: World, task: Task) -> None:
    Task.objects.update(owner=world.nadia)
    tasks.complete(Task.objects.get(), by=world.nadia, at=AT, on=TODAY)
    assert Task.objects.get().done_by == world.nadia


def test_nobody_else_does(world: World, task: Task) -> None:
    for act in (
        lambda: tasks.complete(task, by=world.nadia, at=AT, on=TODAY),
        lambda: tasks.reopen(task, by=world.nadia, at=AT),
    ):
        with pytest.raises(NotAllowed, match="Only the people who work on Norway"):
            act()
    assert Task.objects.get().done_on is None


def test_doing_it_twice_changes_nothing(world: World, task: Task) -> None:
    tasks.complete(task, by=world.theo, at=AT, on=TODAY)
    tasks.complete(task, by=world.luca, at=AT, on=TODAY + timedelta(days=1))
    task.refresh_from_db()
    assert (task.done_on, task.done_by) == (TODAY, world.theo)
    assert Event.objects.filter(kind="task done").count() == 1


@pytest.mark.parametrize("act", ["complete", "reopen"])
def test_the_gate_is_judged_again(world: World, task: Task, act: str) -> None:
    if act == "reopen":
        tasks.complete(task, by=world.theo, at=AT, on=TODAY)
    while job := jobs.claim("w", at=AT):
        jobs.finish(job, at=AT)
    if act == "complete":
        tasks.complete(task, by=world.theo, at=AT, on=TODAY)
    else:
        tasks.reopen(task, by=world.theo, at=AT)
    assert Job.objects.filter(finished_at=None, key=f"evaluate:{world.crawl.pk}").exists()
    assert (Task.objects.get().done_on is None) == (act == "reopen")
