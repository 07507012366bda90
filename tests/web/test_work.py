"""The board, My work and the page of a task, as they answer."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from gaitway.actions import files, tasks
from gaitway.models import Task
from tests.world import AT, TODAY, World


@pytest.fixture
def browser(world: World) -> Client:
    made = Client()
    made.force_login(world.theo)
    return made


def many(world: World, count: int) -> None:
    for number in range(count):
        made = tasks.add(world.crawl, f"Task {number}", owner=world.theo, by=world.luca, at=AT)
        tasks.move(made, ["to do", "doing", "waiting", "done"][number % 4], by=world.luca, at=AT, on=TODAY)


@time_machine.travel(AT)
@pytest.mark.parametrize("count", [8, 80])
def test_the_board_asks_as_often_however_much_is_on_it(
    world: World, browser: Client, count: int, django_assert_max_num_queries: object
) -> None:
    many(world, count)
    with django_assert_max_num_queries(24):  # type: ignore[operator]  # a fixture
        page = browser.get("/board/").content.decode()
    assert page.count("data-card=") == count + 1
    assert "Iceland" not in page


@time_machine.travel(AT)
def test_my_work_says_why(world: World, browser: Client) -> None:
    page = browser.get("/my/").content.decode()
    assert "1 task of yours is open, for 1 goal." in page
    assert "It serves “Customers outside the home market”." in page


@time_machine.travel(AT)
def test_what_was_typed_stays_where_it_is_refused(world: World, browser: Client) -> None:
    form = {"name": "Translate the catalogue", "initiative": "north/norway"}
    answer = browser.post("/board/", form)
    assert answer.status_code == 422
    assert 'value="Translate the catalogue"' in answer.content.decode()
    assert Task.objects.count() == 1


@time_machine.travel(AT)
def test_a_file_is_only_downloaded(world: World, browser: Client) -> None:
    made = files.add(world.norway, "page.html", b"<script>", by=world.theo, at=AT)
    answer = browser.get(f"/files/{made.pk}/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
