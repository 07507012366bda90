"""Who hears of which change: topics, and only those of what `visible_to` shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gaitway.actions import events, gates, observations
from gaitway.models import Event, Initiative, Job, Notice, Person, Role
from gaitway.queries import live
from tests.world import AT, TODAY, World

NORWAY = {"portfolio", "initiative north/norway", "gate north/norway/crawl", "gate north/norway/walk"}


def heard(watch: live.Watch, *people: Person) -> list[set[str]]:
    topics = live.Topics.of(watch.look())
    return [set(topics.told_to(person)) for person in people]


def test_an_observation_is_news_of_its_kpi_and_of_what_reads_it(world: World) -> None:
    watch = live.Watch()
    observations.record(world.orders, {TODAY.replace(month=2, day=16): (5.0, 1.0)}, by=world.admin, at=AT)
    sofia, nadia = heard(watch, world.sofia, world.nadia)
    assert sofia == {"kpi north/orders", "kpis", *NORWAY}
    assert nadia == set()
    assert not watch.look()


def test_a_verdict_is_news_of_its_gate(world: World) -> None:
    watch = live.Watch()
    gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    assert heard(watch, world.theo) == [{"portfolio", "initiative north/norway", "gate north/norway/crawl"}]


def test_what_is_restricted_is_told_to_its_people_alone(world: World) -> None:
    watch = live.Watch()
    events.record(Event.Kind.TASK_DONE, by=world.sofia, at=AT, initiative=world.iceland, data={"task": "x"})
    sofia, admin, *others = heard(watch, world.sofia, world.admin, world.theo, world.luca, world.nadia)
    assert {"feed", "portfolio", "initiative north/iceland"} <= sofia & admin
    assert others == [set(), set(), set()]


def test_who_is_removed_or_loses_the_role_hears_nothing(world: World) -> None:
    watch = live.Watch()
    Role.objects.filter(person=world.sofia, initiative=world.iceland).delete()
    Person.objects.filter(pk=world.theo.pk).update(is_active=False)
    events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.iceland, data={"task": "x"})
    assert heard(watch, world.sofia, Person.objects.get(pk=world.theo.pk)) == [set(), set()]
    assert world.theo.pk not in live.standing([world.theo.pk, world.sofia.pk], TODAY)


def test_a_notice_is_news_for_one_person(world: World) -> None:
    watch = live.Watch()
    event = events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "x"})
    Notice.objects.create(event=event, person=world.sofia, level=Notice.Level.FOLLOW, delivered_at=AT)
    assert live.Topics.of(watch.look()).people == {world.sofia.pk}


def test_how_far_a_pull_is_is_news_for_the_house(world: World) -> None:
    watch = live.Watch()
    Job.objects.create(kind=Job.Kind.PULL, key="pull:1", due_at=AT)
    assert heard(watch, world.theo, world.nadia) == [{"sources"}, set()]
    Job.objects.update(done=3, steps=5)
    assert heard(watch, world.theo) == [{"sources"}]
    assert not watch.look()


def test_people_with_the_same_eyes_hear_the_same(world: World) -> None:
    """What one question a kind of eyes rests on: `visible_to` asks for access and roles alone."""
    twin = Person.objects.create(email="twin@example.com", name="Twin", invited_at=AT)
    for role in world.theo.roles.all():
        Role.objects.create(person=twin, role=role.role, initiative=role.initiative, area=role.area)
    eyes = {
        pk: kind
        for pk, (_, kind) in live.standing([twin.pk, world.theo.pk, world.luca.pk, world.nadia.pk], TODAY).items()
    }
    assert eyes[twin.pk] == eyes[world.theo.pk] != eyes[world.nadia.pk]
    for one, other in ((twin, world.theo),):
        seen = [set(Initiative.objects.visible_to(each).values_list("pk", flat=True)) for each in (one, other)]
        assert seen[0] == seen[1]


def test_too_much_to_name_is_everything(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST", 1)
    watch = live.Watch()
    for _ in range(3):
        events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "x"})
    assert watch.look().everything


def test_a_number_that_is_committed_late_is_found(world: World) -> None:
    event = events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "x"})
    watch = live.Watch()
    late = event.pk + 1
    values = {"by": world.luca, "at": AT, "strategy": world.strategy, "kind": Event.Kind.TASK_DONE, "digest": "x"}
    Event.objects.create(pk=late + 1, number=late + 1, initiative=world.norway, **values)
    assert watch.look().initiatives == {world.norway.pk}
    assert not watch.look()
    Event.objects.create(pk=late, number=late, initiative=world.iceland, **values)
    found = watch.look()
    assert (found.events, found.initiatives) == ({late}, {world.iceland.pk})
    assert not watch.look()


@given(some.integers(1, 50), some.integers(0, 50), some.sets(some.integers(0, 110)))
def test_gaps_are_exactly_what_is_not_there(first: int, more: int, there: set[int]) -> None:
    last = first + more
    gaps = list(live._missing(first, last, 7, sorted(there)))
    assert {pk for low, high, _ in gaps for pk in range(low, high + 1)} == set(range(first, last + 1)) - there
