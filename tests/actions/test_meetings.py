"""A review: what is on its agenda, what is said in it, and who is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gaitway.actions import NotAllowed, Refused, decisions, gates, meetings, people
from gaitway.models import CheckIn, Decision, Event, Notice, Person, Review, ReviewItem, ReviewNote, Stage, Task
from gaitway.notices import tell
from gaitway.queries import meetings as asked
from tests.world import AT, TODAY, World

SOON = date(2026, 3, 20)  # within two weeks of the end of crawl


def start(world: World, by: Person | None = None, today: date = SOON) -> Review:
    return meetings.start(world.strategy, by=by or world.sofia, at=AT, today=today)


def item(review: Review) -> ReviewItem:
    return review.items.select_related("initiative__strategy", "review").get()


@pytest.fixture
def review(world: World) -> Review:
    return start(world)


def checked_in(world: World, outlook: str) -> None:
    CheckIn.objects.create(initiative=world.norway, outlook=outlook, by=world.luca, at=AT, on=TODAY)


def test_a_gate_that_is_due_comes_first(world: World) -> None:
    assert asked.agenda(world.sofia, world.strategy, SOON) == [(world.norway, "gate")]


def test_without_data_it_is_talked_about_too(world: World) -> None:
    gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    assert asked.agenda(world.sofia, world.strategy, TODAY) == [(world.norway, "no data")]
    checked_in(world, "on track")
    assert asked.agenda(world.sofia, world.strategy, TODAY) == [(world.norway, "disagreement")]
    checked_in(world, "off track")
    assert asked.agenda(world.sofia, world.strategy, TODAY) == [(world.norway, "no data")]


def test_a_review_begins_with_its_first_item_open(world: World, review: Review) -> None:
    assert review.current == item(review)
    assert item(review).opened_at == AT


@pytest.mark.parametrize("who", ["luca", "theo", "nadia"])
def test_who_sponsors_nothing_runs_none(world: World, review: Review, who: str) -> None:
    person = getattr(world, who)
    for act in (
        lambda: start(world, by=person),
        lambda: meetings.go(item(review), by=person, at=AT),
        lambda: meetings.end(review, by=person, at=AT),
        lambda: meetings.tell(review, by=person, at=AT),
        lambda: meetings.add(review, world.iceland, by=person, at=AT),
    ):
        with pytest.raises(NotAllowed, match="Only a sponsor"):
            act()


def test_the_agenda_can_be_changed(world: World, review: Review) -> None:
    added = meetings.add(review, world.iceland, by=world.sofia, at=AT)
    assert meetings.add(review, world.iceland, by=world.sofia, at=AT) == added
    meetings.shift(added, up=True, by=world.sofia, at=AT)
    assert [row.initiative for row in review.items.all()] == [world.iceland, world.norway]
    meetings.shift(added, up=True, by=world.sofia, at=AT)  # it is the first already
    meetings.drop(added, by=world.sofia, at=AT)
    assert [row.initiative for row in review.items.all()] == [world.norway]


def test_what_was_talked_about_stays(world: World, review: Review) -> None:
    meetings.note(item(review), "Customs", by=world.luca, at=AT)
    with pytest.raises(Refused, match="talked about already"):
        meetings.drop(item(review), by=world.sofia, at=AT)


def test_turning_to_the_next_says_that_the_one_before_was_talked_about(world: World, review: Review) -> None:
    first = item(review)
    added = meetings.add(review, world.iceland, by=world.sofia, at=AT)
    meetings.go(added, by=world.sofia, at=AT + timedelta(minutes=4))
    first.refresh_from_db()
    review.refresh_from_db()
    assert (first.discussed_at, review.current) == (AT + timedelta(minutes=4), added)


def test_each_has_one_note_that_grows(world: World, review: Review) -> None:
    here = item(review)
    for text in ("C", "Customs", "Customs took a month", "Customs took a month"):
        meetings.note(here, text, by=world.luca, at=AT)
    meetings.note(here, "I doubt it", by=world.sofia, at=AT)
    assert list(ReviewNote.objects.values_list("by__name", "text")) == [
        ("Luca Brandt", "Customs took a month"), ("Sofia Marino", "I doubt it"),
    ]  # fmt: skip
    meetings.note(here, " ", by=world.sofia, at=AT)
    assert ReviewNote.objects.count() == 1
    outsider = people.invite("ines@example.com", by=world.admin, at=AT)
    with pytest.raises(NotAllowed):
        meetings.note(here, "Me too", by=outsider, at=AT)


def test_an_action_becomes_a_task(world: World, review: Review) -> None:
    made = meetings.act(item(review), "Ask two carriers", owner=world.theo, due=SOON, by=world.sofia, at=AT)
    task = Task.objects.get(name="Ask two carriers")
    assert (made.task, task.owner, task.due, task.stage.key) == (task, world.theo, SOON, "crawl")
    with pytest.raises(Refused, match="already"):
        meetings.act(item(review), "Ask two carriers", owner=None, due=None, by=world.sofia, at=AT)


def test_a_decision_that_was_made_in_it_is_in_its_minutes(world: World, review: Review) -> None:
    made = decisions.decide(world.crawl, "hold", reason="Wait", by=world.sofia, at=AT, effective_on=TODAY)
    assert isinstance(made, Decision)
    meetings.decided(item(review), made, by=world.sofia, at=AT)
    meetings.decided(item(review), made, by=world.sofia, at=AT)
    assert ReviewNote.objects.get().decision == made
    (spoken,) = asked.minutes(world.sofia, review.pk).spoken
    assert spoken.notes[0].decision is not None


def test_when_it_has_ended_its_minutes_stay(world: World, review: Review) -> None:
    meetings.end(review, by=world.sofia, at=AT)
    meetings.end(review, by=world.sofia, at=AT)
    assert Event.objects.filter(kind="review ended").count() == 1
    with pytest.raises(Refused, match="has ended"):
        meetings.note(item(review), "Late", by=world.luca, at=AT)


def test_the_minutes_reach_those_whom_they_concern_once(world: World, review: Review) -> None:
    meetings.note(item(review), "Customs took a month", by=world.sofia, at=AT)
    meetings.act(item(review), "Ask two carriers", owner=world.theo, due=SOON, by=world.sofia, at=AT)
    with pytest.raises(Refused, match="goes on"):
        meetings.tell(review, by=world.sofia, at=AT)
    meetings.end(review, by=world.sofia, at=AT)
    assert [meetings.tell(review, by=world.sofia, at=AT) for _ in range(2)] == [1, 0]
    event = Event.objects.get(kind="talked about in a review")
    assert "Customs took a month" in event.data["said"]
    assert "Ask two carriers (Theo Okafor, by 20 Mar" in event.data["said"]
    tell(event, at=AT)
    assert sorted(Notice.objects.filter(event=event).values_list("person__name", flat=True)) == [
        "Luca Brandt",
        "Theo Okafor",
    ]


def test_what_is_restricted_is_in_the_minutes_of_its_people_alone(world: World, review: Review) -> None:
    added = meetings.add(review, world.iceland, by=world.sofia, at=AT)
    meetings.note(added, "Secret", by=world.sofia, at=AT)
    meetings.go(added, by=world.sofia, at=AT)
    meetings.end(review, by=world.sofia, at=AT)
    assert [each.name for each in asked.minutes(world.sofia, review.pk).spoken] == ["Norway", "Iceland"]
    seen = asked.minutes(world.luca, review.pk)
    assert [each.name for each in seen.spoken] == ["Norway"]
    assert "Iceland" not in seen.skipped
    assert asked.listed(world.luca, TODAY).past[0].talked == 1
    assert asked.listed(world.nadia, TODAY).past == []
    meetings.tell(review, by=world.sofia, at=AT)
    for event in Event.objects.filter(kind="talked about in a review"):
        tell(event, at=AT)
    assert not Notice.objects.filter(event__initiative=world.iceland).exclude(person=world.sofia).exists()


def test_a_review_of_what_is_restricted_alone_is_seen_by_nobody_else(world: World) -> None:
    Stage.objects.filter(initiative=world.norway).update(ends=None)
    quiet = start(world, today=TODAY)
    quiet.items.all().delete()
    meetings.add(quiet, world.iceland, by=world.sofia, at=AT)
    assert not Review.objects.visible_to(world.luca).exists()
    assert Review.objects.visible_to(world.sofia).exists()
