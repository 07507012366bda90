from __future__ import annotations

import pytest

from gaitway.actions import NotAllowed, Refused, comments, people, roles
from gaitway.models import Comment, Event, Notice, Person, Role, Task
from gaitway.notices import tell
from tests.world import AT, World


@pytest.fixture
def task(world: World) -> Task:
    return Task.objects.select_related("stage", "initiative__strategy").get()


def named(made: Comment) -> set[str]:
    return {person.name for person in made.mentions.all()}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Theo Okafor please", {"Theo Okafor"}),
        ("@theo, please", {"Theo Okafor"}),
        ("@theo@example.com and @Luca Brandt.", {"Theo Okafor", "Luca Brandt"}),
        ("Write to theo@example.com", set()),
        ("@Theodor is somebody else", set()),
        ("@Nadia Haddad can't see it", set()),
        ("@ nobody", set()),
        ("@Theo @Theo @Theo", {"Theo Okafor"}),
    ],
)
def test_whom_a_comment_calls(world: World, task: Task, text: str, who: set[str]) -> None:
    assert named(comments.add(task, text, by=world.sofia, at=AT)) == who


def test_a_first_name_that_two_have_calls_neither(world: World, task: Task) -> None:
    people.invite("theo2@example.com", name="Theo Other", by=world.admin, at=AT)
    assert named(comments.add(task, "@Theo please", by=world.sofia, at=AT)) == set()
    assert named(comments.add(task, "@Theo Other please", by=world.sofia, at=AT)) == {"Theo Other"}


def test_who_is_called_needs_to_answer_and_others_may_follow(world: World, task: Task) -> None:
    comments.add(task, "@Luca Brandt, is it so?", by=world.sofia, at=AT)
    tell(Event.objects.get(kind="comment"), at=AT)
    levels = dict(Notice.objects.values_list("person__name", "level"))
    assert levels == {"Luca Brandt": "needs me", "Theo Okafor": "follow"}  # Theo owns the task
    comments.add(task, "It is.", by=world.luca, at=AT)
    assert Notice.objects.get(person=world.luca).done_at == AT


def test_who_lost_sight_of_it_is_not_told(world: World, task: Task) -> None:
    roles.give(world.nadia, Role.Kind.VIEWER, world.norway, by=world.sofia, at=AT)
    made = comments.add(task, "@Nadia Haddad look", by=world.sofia, at=AT)
    assert named(made) == {"Nadia Haddad"}
    roles.take(world.nadia, Role.Kind.VIEWER, world.norway, by=world.sofia, at=AT)
    tell(Event.objects.get(kind="comment"), at=AT)
    assert not Notice.objects.filter(person=world.nadia).exists()


def test_nobody_speaks_who_sees_nothing(world: World, task: Task) -> None:
    with pytest.raises(NotAllowed):
        comments.add(task, "Hello", by=world.nadia, at=AT)
    Person.objects.filter(pk=world.theo.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        comments.add(task, "Hello", by=Person.objects.get(pk=world.theo.pk), at=AT)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("text", ["", " \n", "x" * 10_001])
def test_what_is_no_comment(world: World, task: Task, text: str) -> None:
    with pytest.raises(Refused):
        comments.add(task, text, by=world.theo, at=AT)
    assert not Comment.objects.exists()


def test_a_removed_one_keeps_its_place_without_its_words(world: World, task: Task) -> None:
    made = comments.add(task, "A secret slip, @Luca Brandt", by=world.theo, at=AT)
    comments.remove(made, by=world.theo, at=AT)
    made.refresh_from_db()
    assert (made.text, made.removed_at, named(made)) == ("", AT, set())
    assert "slip" not in str(list(Event.objects.values_list("data", flat=True)))


def test_who_leads_may_remove_what_others_said_and_the_team_may_not(world: World, task: Task) -> None:
    made = comments.add(task, "Hm", by=world.sofia, at=AT)
    with pytest.raises(NotAllowed):
        comments.remove(made, by=world.theo, at=AT)
    comments.remove(made, by=world.luca, at=AT)
    assert Comment.objects.get().removed_at == AT
