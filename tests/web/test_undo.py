from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from gaitway.actions import events
from gaitway.models import ChecklistItem, Event, Following, Notice, Person, Task, Undo
from tests.world import AT, World


@pytest.fixture
def browser(world: World) -> Client:
    made = Client()
    made.force_login(world.theo)
    return made


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
