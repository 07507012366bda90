"""The page on which a trigger is written, without JavaScript: looking, saving, and what comes back when it is wrong."""

from __future__ import annotations

import pytest
from django.test import Client

from gaitway.models import Amendment, Initiative, Person
from gaitway.queries.triggers import version
from tests.world import World

PATH = "/initiatives/north/norway/crawl/trigger/"


def browser(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def form(world: World, **changed: str) -> dict[str, str]:
    return {
        "trigger": "orders >= 7", "stop": "", "reason": "Because", "version": version(world.crawl), "act": "save"
    } | changed  # fmt: skip


def test_the_lead_saves_and_comes_back_to_the_page(world: World) -> None:
    response = browser(world.luca).post(PATH, form(world))
    assert (response.status_code, response.headers["Location"]) == (302, PATH)
    assert (world.crawl.trigger, world.crawl.stop) == ("orders >= 7", "")
    page = browser(world.luca).get("/gates/north/norway/crawl/").content.decode()
    assert "Changed since the stage began" in page
    assert "Because" in page


@pytest.mark.parametrize("who", ["sofia", "theo"])
def test_who_may_not_write_can_try(world: World, who: str) -> None:
    made = browser(getattr(world, who))
    assert made.post(PATH, form(world)).status_code == 403
    page = made.post(PATH, form(world, act="look")).content.decode()
    assert "Orders per week at least 7." in page
    assert 'value="save"' not in page
    assert not Amendment.objects.exists()


def test_without_a_reason_the_page_comes_back_with_what_was_typed(world: World) -> None:
    response = browser(world.luca).post(PATH, form(world, reason=""))
    assert response.status_code == 422
    page = response.content.decode()
    assert "a change of its plan needs a reason" in page
    assert ">orders &gt;= 7</textarea>" in page


def test_a_fault_is_shown_in_its_place_and_nothing_is_saved(world: World) -> None:
    response = browser(world.luca).post(PATH, form(world, trigger="oders >= <7>"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Line 1, column 10: expected a number" in page
    assert "oders &gt;= <mark>&lt;</mark>7&gt;" in page
    assert world.crawl.trigger == "orders >= 6 with 95% confidence"


def test_a_misspelt_word_is_mended_on_request(world: World) -> None:
    response = browser(world.luca).post(PATH, form(world, trigger="oders >= 7", stop="oders < 1", act="mend trigger"))
    page = response.content.decode()
    assert ">orders &gt;= 7</textarea>" in page
    assert ">oders &lt; 1</textarea>" in page
    assert 'value="mend stop"' in page
    assert 'value="mend trigger"' not in page


def test_an_older_form_is_told_of_the_conflict(world: World) -> None:
    response = browser(world.luca).post(PATH, form(world, version="0" * 16))
    assert response.status_code == 409
    assert "Look again, then write." in response.content.decode()


def test_looking_without_javascript_works_everything_out(world: World) -> None:
    page = browser(world.luca).post(PATH, form(world, act="look")).content.decode()
    assert "On the history of its KPIs" in page
    assert "orders has no data yet" in page.lower()
    with_htmx = browser(world.luca).post(PATH, form(world, act="look"), headers={"HX-Request": "true"}).content.decode()
    assert "On the history of its KPIs" not in with_htmx
    assert "Work it out" in with_htmx


def test_a_nul_or_a_very_long_text_is_a_fault_like_another(world: World) -> None:
    for text in ("orders\0 >= 7", "orders >= 7 and " * 1000):
        assert browser(world.luca).post(PATH, form(world, trigger=text)).status_code == 422
    assert world.crawl.trigger == "orders >= 6 with 95% confidence"


def test_an_initiative_may_be_called_trigger(world: World) -> None:
    Initiative.objects.filter(pk=world.norway.pk).update(key="trigger")
    assert browser(world.luca).get("/initiatives/north/trigger/").status_code == 200
    assert browser(world.luca).get("/initiatives/north/trigger/crawl/trigger/").status_code == 200


def test_the_pages_around_it_lead_there(world: World) -> None:
    for path in ("/initiatives/north/norway/", "/gates/north/norway/crawl/"):
        assert f'href="{PATH}"' in browser(world.luca).get(path).content.decode()
