from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from gaitway.actions import people
from gaitway.models import Initiative, Person, Strategy
from gaitway.web import start
from tests.world import AT, TODAY, World

WANT = {"name": "Enter the south", "vision": "Warm", "starts": "2026-01-01", "ends": "2027-12-31"}


@pytest.fixture
def browser(db: object) -> Client:
    """An administrator in an empty house."""
    by = people.terminal(at=AT)
    made = Client()
    made.force_login(people.invite("mia@example.com", name="Mia", access=Person.Access.ADMINISTRATOR, by=by, at=AT))
    return made


@pytest.mark.parametrize("name", start.patterns())
def test_each_pattern_leads_to_an_initiative_with_triggers(browser: Client, name: str) -> None:
    assert browser.get("/start/").status_code == 200
    page = browser.post("/start/", {**WANT, "pattern": name})
    assert b"what must be true to move on" in page.content
    words = start._words(start.pattern(name, "mia@example.com", TODAY))
    done = browser.post("/start/", {**WANT, "pattern": name, "step": "words", **words}, follow=True)
    assert done.status_code == 200, done.content
    initiative = Initiative.objects.get()
    assert (initiative.strategy.key, initiative.stage_key, initiative.state) == ("enter-the-south", "crawl", "active")
    assert [bool(stage.trigger and stage.kpis.count()) for stage in initiative.stages.all()] == [True] * 3
    assert initiative.tasks.count() == 3
    assert initiative.name.encode() in done.content


@pytest.mark.parametrize("language", ["de", "es", "uk"])
@pytest.mark.parametrize("name", start.patterns())
def test_a_pattern_speaks_the_language_of_its_reader(browser: Client, name: str, language: str) -> None:
    english = start._words(start.pattern(name, "", TODAY))
    with translation.override(language):
        words = start._words(start.pattern(name, "mia@example.com", TODAY))
    rules = {"crawl", "walk", "run", "stop"}  # they read alike everywhere
    assert {field for field in words if words[field] == english[field]} == rules
    spoken = {"HTTP_ACCEPT_LANGUAGE": language}
    browser.post("/start/", {**WANT, "pattern": name, "step": "words", **words}, **spoken)
    initiative = Initiative.objects.get()
    assert (initiative.name, initiative.tasks.count()) == (words["initiative"], 3)


def test_there_are_five() -> None:
    assert start.patterns() == ("ai-adoption", "automation", "cost-programme", "new-market", "new-product")


def test_a_trigger_that_cannot_be_read_comes_back_with_what_was_typed(browser: Client) -> None:
    words = start._words(start.pattern("new-market", "", TODAY)) | {"crawl": "ordrs >= 6", "hypothesis": "Mine, typed"}
    answer = browser.post("/start/", {**WANT, "pattern": "new-market", "step": "words", **words})
    assert answer.status_code == 422
    assert b"ordrs" in answer.content
    assert b"Mine, typed" in answer.content
    assert not Strategy.objects.exists()


def test_bad_first_steps_say_what_is_wrong(browser: Client) -> None:
    answer = browser.post("/start/", {**WANT, "ends": "2025-01-01", "pattern": "nonsense", "name": ""})
    assert answer.status_code == 422
    for words in (b"Give the strategy a name.", b"The end comes after the beginning."):
        assert words in answer.content


def test_who_may_not_apply_a_strategy_may_not_begin_one(world: World) -> None:
    made = Client()
    made.force_login(world.sofia)
    assert made.get("/start/").status_code == 403
