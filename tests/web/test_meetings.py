"""The review meeting by forms alone."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gaitway.actions import meetings
from gaitway.models import Decision, Review, ReviewItem, ReviewNote, Task
from tests.world import AT, TODAY, World

AWAY, AGAIN, NOTHING = 302, 422, 204


@pytest.fixture
def sofia(world: World) -> Client:
    made = Client()
    made.force_login(world.sofia)
    return made


@pytest.fixture
def review(world: World) -> Review:
    made = meetings.start(world.strategy, by=world.sofia, at=AT, today=TODAY.replace(day=20))
    return Review.objects.get(pk=made.pk)


def page(browser: Client, review: Review) -> str:
    return browser.get(f"/reviews/{review.pk}/").content.decode()


def test_a_whole_review_by_forms(sofia: Client, world: World) -> None:
    with time_machine.travel(AT.replace(day=20)):
        sofia.post("/reviews/", {"strategy": world.strategy.pk})
        review = Review.objects.get()
        assert "What changed" in page(sofia, review)
        item = review.items.get()
        sofia.post(f"/reviews/items/{item.pk}/note/", {"text": "Customs took a month"})
        sofia.post(
            f"/reviews/items/{item.pk}/action/",
            {"text": "Ask two carriers", "owner": world.theo.pk, "due": "2026-03-31"},
        )
        assert Task.objects.get(name="Ask two carriers").owner == world.theo
        sent = {"choice": "hold", "reason": "Wait", "moves": world.norway.moves, "item": item.pk, "until": "2026-04-30"}
        answer = sofia.post("/gates/north/norway/crawl/", sent)
        assert answer.headers["Location"] == f"/reviews/{review.pk}/"
        assert str(world.crawl.ends) == "2026-04-30"
        answer = sofia.post(f"/reviews/{review.pk}/end/")
        assert answer.headers["Location"] == f"/reviews/{review.pk}/minutes/"
        assert sofia.get(f"/reviews/{review.pk}/").status_code == AWAY
        said = sofia.get(f"/reviews/{review.pk}/minutes/").content.decode()
        for words in ("Customs took a month", "Ask two carriers", "Theo Okafor", "Stays in Crawl", "Wait"):
            assert words in said
        sofia.post(f"/reviews/{review.pk}/tell/")
        assert Review.objects.get().told_at is not None


def test_a_script_that_saves_a_note_gets_no_page(sofia: Client, review: Review) -> None:
    item = review.items.get()
    sent = {"text": "Half a sen"}
    answer = sofia.post(f"/reviews/items/{item.pk}/note/", sent, headers={"Accept": "application/json"})
    assert answer.status_code == NOTHING
    assert ReviewNote.objects.get().text == "Half a sen"
    assert ">Half a sen</textarea>" in page(sofia, review)


def test_a_faulty_action_keeps_what_was_typed(sofia: Client, review: Review) -> None:
    item = review.items.get()
    answer = sofia.post(f"/reviews/items/{item.pk}/action/", {"text": "Ask", "due": "soon"})
    assert answer.status_code == AGAIN
    assert 'value="Ask"' in answer.content.decode()
    assert 'id="due-error"' in answer.content.decode()


def test_who_looks_on_sees_no_controls_and_no_secret(review: Review, world: World) -> None:
    meetings.add(review, world.iceland, by=world.sofia, at=AT)
    theo = Client()
    theo.force_login(world.theo)
    shown = page(theo, review)
    assert "Norway" in shown
    assert "Iceland" not in shown
    assert "End review" not in shown
    assert 'id="note"' in shown  # he works there
    nadia = Client()
    nadia.force_login(world.nadia)
    assert nadia.get(f"/reviews/{review.pk}/").status_code == 404
    assert "Norway" not in nadia.get("/reviews/").content.decode()


def test_a_decision_elsewhere_is_not_of_the_review(sofia: Client, review: Review, world: World) -> None:
    other = meetings.add(review, world.iceland, by=world.sofia, at=AT)
    sent = {"choice": "hold", "reason": "Wait", "moves": world.norway.moves, "item": other.pk}
    sofia.post("/gates/north/norway/crawl/", sent)
    assert Decision.objects.count() == 1
    assert not ReviewNote.objects.exists()


def test_a_longer_agenda_asks_no_more_queries(sofia: Client, review: Review, world: World) -> None:
    page(sofia, review)
    with CaptureQueriesContext(connection) as few:
        page(sofia, review)
    meetings.add(review, world.iceland, by=world.sofia, at=AT)
    with CaptureQueriesContext(connection) as more:
        page(sofia, review)
    assert len(more) <= len(few) <= 75
    assert ReviewItem.objects.count() == 2


def test_who_drops_the_last_item_they_may_see_is_led_to_the_list(review: Review, world: World) -> None:
    """A review that somebody else began is seen by its items alone."""
    Review.objects.filter(pk=review.pk).update(by=world.admin)
    ReviewItem.objects.filter(review=review).exclude(initiative=world.norway).delete()
    browser = Client()
    browser.force_login(world.sofia)
    item = ReviewItem.objects.get(review=review)
    answer = browser.post(f"/reviews/items/{item.pk}/agenda/", {"act": "drop"}, follow=True)
    assert (answer.status_code, answer.redirect_chain[-1][0]) == (200, "/reviews/")
