from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from gaitway.actions import NotAllowed, Refused, jobs, strategies, tasks
from gaitway.models import Event, Job, Person, Stage, Task
from gaitway.queries import strategies as asked
from tests.world import AT, TODAY, World, document

LATER = AT + timedelta(hours=1)


@pytest.fixture
def task(world: World) -> Task:
    return Task.objects.select_related("stage", "initiative__strategy").get()


def again(task: Task) -> Task:
    return Task.objects.select_related("stage", "initiative__strategy").get(pk=task.pk)


def wait_for(world: World, rule: str) -> Stage:
    Stage.objects.filter(pk=world.crawl.pk).update(trigger=rule)
    return world.crawl


@pytest.mark.parametrize("who", ["sofia", "luca", "theo", "admin"])
def test_who_works_there_does_a_task(world: World, task: Task, who: str) -> None:
    tasks.complete(task, by=getattr(world, who), at=AT, on=TODAY)
    task.refresh_from_db()
    assert (task.done_on, task.done_by) == (TODAY, getattr(world, who))


def test_its_owner_does_it_without_a_role(world: World, task: Task) -> None:
    Task.objects.update(owner=world.nadia)
    tasks.complete(Task.objects.get(), by=world.nadia, at=AT, on=TODAY)
    assert Task.objects.get().done_by == world.nadia


ACTS: list[Callable[[Task, Person], object]] = [
    lambda task, by: tasks.add(task.stage, "New", by=by, at=AT),
    lambda task, by: tasks.change(task, {"note": "x"}, by=by, at=AT),
    lambda task, by: tasks.move(task, "doing", by=by, at=AT, on=TODAY),
    lambda task, by: tasks.complete(task, by=by, at=AT, on=TODAY),
    lambda task, by: tasks.reopen(task, by=by, at=AT),
    lambda task, by: tasks.retire(task, by=by, at=AT),
    lambda task, by: tasks.restore(task, by=by, at=AT),
]


@pytest.mark.parametrize("act", ACTS)
def test_nobody_else_does(world: World, task: Task, act: Callable[[Task, Person], object]) -> None:
    before = list(Task.objects.values())
    with pytest.raises(NotAllowed, match="Only the people who work on Norway"):
        act(task, world.nadia)
    assert list(Task.objects.values()) == before


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


def test_a_move_is_told_with_where_from_and_where_to(world: World, task: Task) -> None:
    assert tasks.move(task, "doing", by=world.theo, at=LATER, on=TODAY)
    assert not tasks.move(task, "doing", by=world.theo, at=LATER + timedelta(hours=1), on=TODAY)
    task.refresh_from_db()
    assert (task.state, task.moved_at, task.done_on) == ("doing", LATER, None)
    told = Event.objects.get(kind="task moved")
    assert told.data == {"task": task.name, "task_id": task.pk, "from": "to do", "to": "doing"}


def test_what_is_done_is_opened_into_any_column(world: World, task: Task) -> None:
    tasks.complete(task, by=world.theo, at=AT, on=TODAY)
    tasks.move(task, "waiting", by=world.theo, at=LATER, on=TODAY)
    task.refresh_from_db()
    assert (task.state, task.done_on, task.done_by) == ("waiting", None, None)
    assert Event.objects.get(kind="task reopened").data["before"] == {"done_on": TODAY.isoformat()}


def test_a_column_that_isnt_there_is_named_with_those_that_are(world: World, task: Task) -> None:
    with pytest.raises(Refused, match="'review' is no column: those are to do, doing, waiting, done"):
        tasks.move(task, "review", by=world.theo, at=AT, on=TODAY)


def test_a_task_is_added_and_its_owner_told(world: World) -> None:
    made = tasks.add(
        world.crawl, "  Print   the boxes ", owner=world.theo, due=TODAY, estimate_days=0.5, note="Small", by=world.luca, at=AT
    )  # fmt: skip
    kept = Task.objects.get(pk=made.pk)
    assert (kept.name, kept.owner, kept.due, kept.estimate_days) == ("Print the boxes", world.theo, TODAY, 0.5)
    assert (kept.note, kept.state, kept.moved_at) == ("Small", "to do", AT)
    kinds = Event.objects.filter(data__task_id=made.pk).order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["task added", "task given"]


def test_who_takes_a_task_is_not_told_of_it(world: World) -> None:
    tasks.add(world.crawl, "Print the boxes", owner=world.theo, by=world.theo, at=AT)
    assert not Event.objects.filter(kind="task given").exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "  "}, "Give the task a name"),
        ({"name": "x" * 301}, "at most 300 characters"),
        ({"name": "Translate the catalogue"}, "has a task “Translate the catalogue” already"),
        ({"name": "New", "estimate_days": -1}, "from 0 to 10000"),
        ({"name": "New", "estimate_days": float("nan")}, "from 0 to 10000"),
        ({"name": "New", "note": "x" * 20_001}, "A note has at most"),
        ({"name": "New", "state": "done"}, "to do, doing or waiting"),
    ],
)
def test_what_is_no_task(world: World, fields: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        tasks.add(world.crawl, by=world.luca, at=AT, **fields)  # type: ignore[arg-type]  # wrong on purpose
    assert Task.objects.count() == 1


def test_nobody_is_given_what_they_cant_see(world: World, task: Task) -> None:
    with pytest.raises(Refused, match="Nadia Haddad can't see Norway: give them a role there first"):
        tasks.change(task, {"owner": world.nadia}, by=world.luca, at=AT)
    assert again(task).owner == world.theo


def test_a_change_keeps_what_was_before(world: World, task: Task) -> None:
    assert tasks.change(task, {"due": TODAY, "owner": None, "note": "N"}, by=world.luca, at=AT)
    assert not tasks.change(again(task), {"due": TODAY}, by=world.luca, at=AT)
    told = Event.objects.get(kind="task changed").data
    assert told["fields"] == {"due": ["2026-01-31", "2026-03-02"], "owner": ["Theo Okafor", None]}
    assert told["note"] is True
    assert (again(task).due, again(task).owner, again(task).note) == (TODAY, None, "N")


@pytest.mark.parametrize("act", [
    lambda task, by: tasks.change(task, {"name": "Other"}, by=by, at=AT), lambda task, by: tasks.retire(task, by=by, at=AT),
])  # fmt: skip
def test_a_task_that_a_rule_names_keeps_its_name_and_its_place(
    world: World, task: Task, act: Callable[[Task, Person], object]
) -> None:
    wait_for(world, 'task "Translate the catalogue" done')
    with pytest.raises(Refused, match="A rule of Crawl waits for “Translate the catalogue” by its name"):
        act(again(task), world.luca)
    assert (again(task).name, again(task).retired_at) == ("Translate the catalogue", None)


def test_off_the_plan_and_back(world: World, task: Task) -> None:
    tasks.move(task, "doing", by=world.theo, at=AT, on=TODAY)
    tasks.retire(task, by=world.theo, at=AT)
    assert again(task).retired_at == AT
    tasks.restore(again(task), by=world.theo, at=LATER)
    assert (again(task).retired_at, again(task).state) == (None, "doing")


def test_one_that_was_retired_comes_back_under_its_name(world: World, task: Task) -> None:
    tasks.retire(task, by=world.theo, at=AT)
    made = tasks.add(task.stage, task.name, by=world.luca, at=LATER)
    assert (made.pk, again(task).retired_at, again(task).owner) == (task.pk, None, None)


@pytest.mark.parametrize(("rule", "asked_for"), [("tasks done", True), ("orders >= 6", False)])
def test_a_gate_that_counts_tasks_is_judged_when_one_comes(world: World, rule: str, asked_for: bool) -> None:
    stage = wait_for(world, rule)
    Job.objects.all().delete()
    tasks.add(stage, "Print the boxes", by=world.luca, at=AT)
    assert Job.objects.filter(key=f"evaluate:{stage.pk}").exists() is asked_for


def test_a_file_that_is_applied_again_leaves_the_board_as_it_is(world: World, task: Task) -> None:
    tasks.move(task, "waiting", by=world.theo, at=AT, on=TODAY)
    tasks.change(task, {"note": "Half of it"}, by=world.theo, at=AT)
    before = Task.objects.values().get()
    strategies.apply(document(), by=world.admin, at=LATER, today=TODAY)
    assert Task.objects.values().get() == before


def test_a_task_of_the_page_stands_in_the_file_that_is_exported(world: World) -> None:
    tasks.add(world.crawl, "Print the boxes", owner=world.theo, due=TODAY, by=world.luca, at=AT)
    file = asked.as_file(world.strategy)
    crawl = file.objectives[0].initiatives[0].crawl
    assert crawl is not None
    assert [task.name for task in crawl.tasks] == ["Translate the catalogue", "Print the boxes"]
