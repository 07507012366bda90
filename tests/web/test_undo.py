from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client

from gaitway.actions import events, points, tasks, views
from gaitway.models import (
    ChecklistItem,
    Event,
    Following,
    Initiative,
    Milestone,
    Notice,
    Person,
    Stage,
    Task,
    TaskItem,
    Undo,
    View,
)
from tests.world import AT, TODAY, World


@pytest.fixture
def browser(world: World) -> Client:
    made = Client()
    made.force_login(world.theo)
    return made


def test_a_page_that_renews_its_parts_leaves_what_is_said_to_the_one_that_is_opened(browser: Client) -> None:
    browser.post(f"/tasks/{Task.objects.get().pk}/done/")
    renewed = browser.get("/initiatives/north/norway/", headers={"renewal": "1"}).content.decode()
    opened = browser.get("/initiatives/north/norway/").content.decode()
    assert ["Done: Translate" in page for page in (renewed, opened)] == [False, True]


def test_a_finished_task_comes_with_its_way_back(browser: Client) -> None:
    page = browser.post(f"/tasks/{Task.objects.get().pk}/done/", follow=True).content.decode()
    kept = Undo.objects.get()
    assert f'action="/undo/{kept.pk}/"' in page
    assert "Done: Translate the catalogue" in page
    page = browser.post(f"/undo/{kept.pk}/", {"next": "/initiatives/north/norway/"}, follow=True).content.decode()
    assert "Taken back: Done: Translate the catalogue" in page
    assert Task.objects.get().done_on is None


def test_doing_it_again_offers_nothing(browser: Client) -> None:
    for _ in range(2):
        browser.post(f"/tasks/{Task.objects.get().pk}/done/")
        browser.post(f"/checklist/{ChecklistItem.objects.get().pk}/done/")
    assert sorted(Undo.objects.values_list("kind", flat=True)) == ["item done", "task done"]


def test_the_newest_by_one_address(browser: Client) -> None:
    assert "nothing to take back" in browser.post("/undo/", follow=True).content.decode()
    browser.post("/me/follow/", {"what": "initiative", "key": "north/norway"})
    assert Following.objects.count() == 1
    assert "Taken back: You follow Norway." in browser.post("/undo/", follow=True).content.decode()
    assert not Following.objects.exists()


def test_a_script_is_answered_in_json_and_told_nothing_twice(browser: Client) -> None:
    accept = {"Accept": "application/json"}
    browser.post("/me/display/", {"theme": "dark"}, headers=accept)
    assert b"display is changed" not in browser.get("/").content
    assert browser.post("/undo/", headers=accept).json() == {
        "done": True,
        "says": "Taken back: Your display is changed.",
    }
    assert Person.objects.get(email="theo@example.com").theme == "auto"
    assert browser.post("/undo/", headers=accept).json() == {"done": False, "says": "There is nothing to take back."}


@time_machine.travel(AT)
def test_notices_come_back(browser: Client, world: World) -> None:
    event = events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "x"})
    notice = Notice.objects.create(event=event, person=world.theo, level="follow", delivered_at=AT)
    for address, form in (
        ("/inbox/done/", {}),
        (f"/inbox/{notice.pk}/done/", {}),
        (f"/inbox/{notice.pk}/later/", {"day": "2026-03-05"}),
    ):
        browser.post(address, form)
        notice.refresh_from_db()
        assert notice.done_at or notice.later_until
        browser.post("/undo/")
        notice.refresh_from_db()
        assert (notice.done_at, notice.later_until) == (None, None)


def test_no_way_back_leads_out_of_the_house(browser: Client) -> None:
    assert browser.post("/undo/", {"next": "https://evil.example/"}).headers["Location"] == "/"


def back(browser: Client) -> str:
    return browser.post("/undo/", follow=True).content.decode()


@time_machine.travel(AT)
@pytest.mark.parametrize("first", ["waiting", "done"])
def test_a_task_goes_back_into_its_former_column(world: World, browser: Client, first: str) -> None:
    task = Task.objects.get()
    tasks.move(task, first, by=world.luca, at=AT, on=date(2026, 2, 20))
    browser.post(f"/tasks/{task.pk}/move/", {"state": "doing"})
    assert "Taken back: Translate the catalogue: Doing" in back(browser)
    task.refresh_from_db()
    assert (task.state, task.done_on) == (first, date(2026, 2, 20) if first == "done" else None)


@time_machine.travel(AT)
def test_a_task_that_is_done_goes_back_to_where_it_was(world: World, browser: Client) -> None:
    task = Task.objects.get()
    tasks.move(task, "doing", by=world.luca, at=AT, on=TODAY)
    browser.post(f"/tasks/{task.pk}/done/")
    back(browser)
    assert Task.objects.get().state == "doing"


@time_machine.travel(AT)
def test_a_retired_task_comes_back_and_a_point_is_open_again(world: World, browser: Client) -> None:
    task = tasks.add(world.crawl, "Ask the port", by=world.luca, at=AT)
    item = points.add(task, "Call", by=world.luca, at=AT)
    browser.post(f"/points/{item.pk}/", {"what": "done"})
    back(browser)
    assert TaskItem.objects.get().done_on is None
    browser.post(f"/tasks/{task.pk}/retire/")
    back(browser)
    task.refresh_from_db()
    assert task.retired_at is None


@time_machine.travel(AT)
def test_each_change_of_a_milestone(world: World, browser: Client) -> None:
    def now() -> tuple[object, ...]:
        found = Milestone.objects.get()
        return found.name, found.on, found.done_on, found.retired_at is None

    browser.post("/roadmap/north/norway/milestones/", {"name": "Fair", "on": "2026-04-11"})
    made = Milestone.objects.get()
    first = ("Fair", date(2026, 4, 11), None, True)
    for address, form in (
        (f"/milestones/{made.pk}/", {"name": "The fair", "on": "2026-04-18"}),
        (f"/milestones/{made.pk}/done/", {}),
        (f"/milestones/{made.pk}/retire/", {}),
    ):
        browser.post(address, form)
        assert now() != first
        assert "Taken back" in back(browser)
        assert now() == first
    assert "Taken back: “Fair” stands on the roadmap." in back(browser)
    assert now()[3] is False


@time_machine.travel(AT)
def test_the_order_of_the_roadmap(world: World) -> None:
    browser = Client()
    browser.force_login(world.admin)
    before = list(Initiative.objects.current().values_list("key", flat=True))
    browser.post("/roadmap/north/norway/order/", {"step": "1" if before[0] == "norway" else "-1"})
    assert list(Initiative.objects.current().values_list("key", flat=True)) == before[::-1]
    assert "Taken back: Norway has a new place." in back(browser)
    assert list(Initiative.objects.current().values_list("key", flat=True)) == before


@time_machine.travel(AT)
def test_a_gate_that_was_moved(world: World) -> None:
    browser = Client()
    browser.force_login(world.sofia)
    before = list(Stage.objects.order_by("pk").values_list("starts", "ends"))
    form = {"to": "2026-04-12", "rest": "shift", "shown": "2026-04-12/shift", "reason": "The fair is later."}
    browser.post("/gates/north/norway/crawl/move/", form)
    assert Stage.objects.get(pk=world.crawl.pk).ends == date(2026, 4, 12)
    assert "Taken back: Gate moved to 12 Apr." in back(browser)
    assert list(Stage.objects.order_by("pk").values_list("starts", "ends")) == before


@time_machine.travel(AT)
def test_a_field_of_an_initiative_unless_somebody_changed_it_since(world: World) -> None:
    browser = Client()
    browser.force_login(world.luca)
    for other in (False, True):
        before = Initiative.objects.get(key="norway").name
        page = browser.get("/initiatives/north/norway/edit/?field=name").content.decode()
        version = page.split('name="version" value="')[1].split('"')[0]
        form = {"field": "name", "name": "Norge", "version": version}
        browser.post("/initiatives/north/norway/edit/", form)
        assert Initiative.objects.get(key="norway").name == "Norge"
        if other:
            Initiative.objects.filter(key="norway").update(name="Noreg")
        said = back(browser)
        assert ("Somebody has changed it since" in said) is other
        assert Initiative.objects.get(key="norway").name == ("Noreg" if other else before)


def test_a_view_that_was_deleted_and_columns_that_were_chosen(world: World, browser: Client) -> None:
    kept = views.save(name="Ours", page="board", query="show=mine", scope="mine", by=world.theo, at=AT)
    browser.post(f"/views/{kept.pk}/delete/")
    assert not View.objects.exists()
    assert "Taken back: Deleted the view Ours." in back(browser)
    assert View.objects.get().query == "show=mine"
    browser.post("/portfolio/columns/", {"column": ["state", "tasks"]})
    assert Person.objects.get(pk=world.theo.pk).columns == "state,tasks"
    back(browser)
    assert Person.objects.get(pk=world.theo.pk).columns == ""
