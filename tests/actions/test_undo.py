from __future__ import annotations

from datetime import timedelta

import pytest

from gaitway.actions import NotAllowed, Refused, gates, people, preferences, tasks, undo
from gaitway.models import ChecklistItem, Event, Following, Person, Role, Task, Undo
from tests.world import AT, TODAY, World

SOON = AT + timedelta(minutes=3)


@pytest.fixture
def done(world: World) -> Undo:
    """Theo did his task."""
    task = Task.objects.get()
    tasks.complete(task, by=world.theo, at=AT, on=TODAY)
    assert task.moved_at
    data = {"task": task.pk, "moved_at": task.moved_at.isoformat(), "state": "to do"}
    return undo.offer("Done", "task done", data, by=world.theo, at=AT)


def test_what_was_done_is_open_again_and_the_record_says_so(world: World, done: Undo) -> None:
    undo.take_back(done.pk, by=world.theo, at=SOON)
    task = Task.objects.get()
    assert (task.done_on, task.done_by, task.state) == (None, None, "to do")
    assert list(Event.objects.filter(kind__startswith="task").order_by("number").values_list("kind", flat=True)) == [
        "task done",
        "task reopened",
    ]
    done.refresh_from_db()
    assert done.used_at == SOON


def test_twice_is_once(world: World, done: Undo) -> None:
    undo.take_back(done.pk, by=world.theo, at=SOON)
    with pytest.raises(Refused, match="already"):
        undo.take_back(done.pk, by=world.theo, at=SOON)


def test_after_ten_minutes_it_stands(world: World, done: Undo) -> None:
    late = AT + undo.WITHIN
    assert undo.newest(by=world.theo, at=late) is None
    with pytest.raises(Refused, match="too late"):
        undo.take_back(done.pk, by=world.theo, at=late)
    assert Task.objects.get().done_on == TODAY


def test_nobody_takes_back_what_another_did(world: World, done: Undo) -> None:
    assert undo.newest(by=world.luca, at=SOON) is None
    with pytest.raises(Undo.DoesNotExist):
        undo.take_back(done.pk, by=world.luca, at=SOON)


def test_what_somebody_changed_since_is_left_alone(world: World, done: Undo) -> None:
    tasks.reopen(Task.objects.get(), by=world.luca, at=SOON)
    tasks.complete(Task.objects.get(), by=world.luca, at=SOON, on=TODAY)
    with pytest.raises(Refused, match="Somebody has changed it since"):
        undo.take_back(done.pk, by=world.theo, at=SOON)
    assert Task.objects.get().done_by == world.luca
    done.refresh_from_db()
    assert done.used_at is None


def test_the_inverse_keeps_to_the_rights_of_today(world: World, done: Undo) -> None:
    Role.objects.filter(person=world.theo).delete()
    Task.objects.update(owner=world.luca)
    with pytest.raises(NotAllowed):
        undo.take_back(done.pk, by=world.theo, at=SOON)
    Task.objects.all().delete()
    with pytest.raises(Refused, match="isn't there any more"):
        undo.take_back(done.pk, by=world.theo, at=SOON)


def test_a_tick_of_a_checklist(world: World) -> None:
    item = ChecklistItem.objects.get()
    gates.check(item, by=world.theo, at=AT, on=TODAY)
    kept = undo.offer("Done", "item done", {"item": item.pk}, by=world.theo, at=AT)
    undo.take_back(kept.pk, by=world.theo, at=SOON)
    assert ChecklistItem.objects.get().done_on is None


@pytest.mark.parametrize("what", ["initiative", "objective"])
def test_following_and_its_end(world: World, what: str) -> None:
    thing = world.norway if what == "initiative" else world.norway.objective
    data = {"what": what, "pk": thing.pk}
    preferences.follow(thing, by=world.theo, at=AT)
    undo.take_back(undo.offer("x", "followed", data, by=world.theo, at=AT).pk, by=world.theo, at=SOON)
    assert not Following.objects.exists()
    undo.take_back(undo.offer("x", "unfollowed", data, by=world.theo, at=AT).pk, by=world.theo, at=SOON)
    assert Following.objects.get().person == world.theo


def test_following_what_became_restricted_is_refused(world: World) -> None:
    kept = undo.offer("x", "unfollowed", {"what": "initiative", "pk": world.iceland.pk}, by=world.theo, at=AT)
    with pytest.raises(Refused, match="isn't there any more"):
        undo.take_back(kept.pk, by=world.theo, at=SOON)
    assert not Following.objects.exists()


def test_the_display(world: World) -> None:
    before = {"theme": "auto", "density": "normal", "keys": True, "language": ""}
    people.set_display(world.theo, theme="dark", density="compact", keys=False, language="uk", by=world.theo, at=AT)
    undo.take_back(undo.offer("x", "display", before, by=world.theo, at=AT).pk, by=world.theo, at=SOON)
    person = Person.objects.get(pk=world.theo.pk)
    assert {name: getattr(person, name) for name in before} == before


def test_the_newest_comes_first(world: World, done: Undo) -> None:
    last = undo.offer("x", "display", {}, by=world.theo, at=AT + timedelta(minutes=1))
    assert undo.newest(by=world.theo, at=SOON) == last
    assert undo.newest(by=world.theo, at=AT + undo.WITHIN + timedelta(seconds=30)) == last


def test_what_nobody_can_take_back_is_not_offered(world: World) -> None:
    with pytest.raises(KeyError, match="INVERSES"):
        undo.offer("x", "nonsense", {}, by=world.theo, at=AT)


def test_old_rows_are_swept(world: World, done: Undo) -> None:
    undo.sweep(at=AT + undo.KEPT)
    assert Undo.objects.count() == 1
    undo.sweep(at=AT + undo.KEPT + timedelta(seconds=1))
    assert not Undo.objects.exists()
