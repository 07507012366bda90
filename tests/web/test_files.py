"""Files, links and tasks from the page of an initiative."""

from __future__ import annotations

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gaitway.models import File, Link, Role, Task
from tests.world import AT, World

NORWAY = "/initiatives/north/norway/"


@pytest.fixture
def browser(world: World) -> Client:
    made = Client()
    made.force_login(world.theo)
    return made


@time_machine.travel(AT)
def test_a_file_is_attached_listed_and_removed(browser: Client) -> None:
    sent = SimpleUploadedFile("plan.pdf", b"%PDF-")
    answer = browser.post(f"{NORWAY}files/", {"file": sent})
    assert answer.headers["Location"] == f"{NORWAY}#attached"
    made = File.objects.get()
    assert made.task is None
    assert f'href="/files/{made.pk}/"' in browser.get(NORWAY).content.decode()
    assert browser.post(f"/files/{made.pk}/remove/").headers["Location"] == NORWAY
    assert f'href="/files/{made.pk}/"' not in browser.get(NORWAY).content.decode()


@time_machine.travel(AT)
def test_a_link_that_is_none_keeps_what_was_typed(browser: Client) -> None:
    answer = browser.post(f"{NORWAY}links/", {"url": "javascript:alert(1)", "title": "Our plan"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "An address begins with https://" in page
    assert 'value="Our plan"' in page
    assert not Link.objects.exists()


@time_machine.travel(AT)
def test_a_task_is_added_where_one_stands(browser: Client) -> None:
    page = browser.get(NORWAY).content.decode()
    assert 'action="/board/?initiative=north/norway"' in page
    form = {"name": "Ask the port", "initiative": "north/norway", "next": f"{NORWAY}#tasks"}
    assert browser.post("/board/?initiative=north/norway", form).headers["Location"] == f"{NORWAY}#tasks"
    made = Task.objects.get(name="Ask the port")
    assert f'href="/tasks/{made.pk}/"' in browser.get(NORWAY).content.decode()


@time_machine.travel(AT)
def test_who_only_looks_on_is_offered_nothing(world: World, browser: Client) -> None:
    Role.objects.filter(person=world.theo).delete()
    page = browser.get(NORWAY).content.decode()
    assert "Attach something" not in page
    assert "Add task" not in page


@time_machine.travel(AT)
@pytest.mark.parametrize(("who", "begins"), [("admin", True), ("theo", False)])
def test_the_portfolio_offers_a_new_initiative_to_who_may(world: World, who: str, begins: bool) -> None:
    browser = Client()
    browser.force_login(getattr(world, who))
    assert ('href="/initiatives/new/"' in browser.get("/").content.decode()) is begins


@time_machine.travel(AT)
@pytest.mark.parametrize("page", ["board", "roadmap", "kpis", "decisions"])
def test_each_list_can_be_kept_as_a_view(world: World, browser: Client, page: str) -> None:
    assert f'name="page" value="{page}"' in browser.get(f"/{page}/?q=x").content.decode()
