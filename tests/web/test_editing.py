"""Changing an initiative on pages: one field, all of them, the plan of a stage, a new one."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from gaitway.models import ChecklistItem, Event, Initiative, Stage, Task
from gaitway.queries import editing
from tests.world import AT, World

OK, AWAY, CLASH, AGAIN = 200, 302, 409, 422
NORWAY = "/initiatives/north/norway/"


@pytest.fixture
def luca(world: World) -> Client:
    made = Client()
    made.force_login(world.luca)
    return made


@pytest.fixture
def sofia(world: World) -> Client:
    made = Client()
    made.force_login(world.sofia)
    return made


def test_one_field_is_a_control_without_a_page(luca: Client) -> None:
    page = luca.get(f"{NORWAY}edit/?field=name&part=1").content.decode()
    assert 'value="Norway"' in page
    assert "<html" not in page
    assert 'name="hypothesis"' not in page


def test_what_was_typed_stays_beside_its_error(luca: Client, world: World) -> None:
    answer = luca.post(f"{NORWAY}edit/", {"field": "name", "part": "1", "name": "x" * 301})
    assert answer.status_code == AGAIN
    assert "x" * 301 in answer.content.decode()
    assert 'id="name-error"' in answer.content.decode()
    assert Initiative.objects.get(key="norway").name == "Norway"


def test_one_field_is_saved_alone(luca: Client, world: World) -> None:
    version = editing.version(world.norway, ["hypothesis"])
    answer = luca.post(f"{NORWAY}edit/", {"field": "hypothesis", "hypothesis": "Oslo first.", "version": version})
    assert (answer.status_code, answer.headers["Location"]) == (AWAY, NORWAY)
    row = Initiative.objects.get(key="norway")
    assert (row.hypothesis, row.name) == ("Oslo first.", "Norway")


def test_what_somebody_else_wrote_meanwhile_is_no_victim(luca: Client, world: World) -> None:
    version = editing.version(world.norway, ["name"])
    Initiative.objects.filter(key="norway").update(name="Norge")
    answer = luca.post(f"{NORWAY}edit/", {"field": "name", "part": "1", "name": "Noreg", "version": version})
    assert answer.status_code == CLASH
    page = answer.content.decode()
    assert "changed by somebody else" in page
    assert 'value="Noreg"' in page
    assert editing.version(Initiative.objects.get(key="norway"), ["name"]) in page  # the next try is a choice


def test_the_form_has_what_one_may_change(luca: Client, world: World) -> None:
    page = luca.get(f"{NORWAY}edit/").content.decode()
    assert 'name="hypothesis"' in page
    assert 'name="restricted"' not in page
    assert "Iceland" not in page
    answer = luca.post(f"{NORWAY}edit/", {"name": "Norge", "objective": "customers", "restricted": "on",
                                         "version": editing.version(world.norway)})  # fmt: skip
    assert answer.status_code == AWAY
    row = Initiative.objects.get(key="norway")
    assert (row.name, row.restricted) == ("Norge", False)


def test_a_stage_is_planned_with_its_reason(sofia: Client, world: World) -> None:
    sent = {"starts": "2026-01-05", "ends": "2026-04-30", "budget": "5000", "currency": "EUR"}
    answer = sofia.post(f"{NORWAY}crawl/plan/", {**sent, "part": "1"})
    assert answer.status_code == AGAIN
    assert "needs a reason" in answer.content.decode()
    assert sofia.post(f"{NORWAY}crawl/plan/", {**sent, "reason": "Customs"}).status_code == AWAY
    assert str(Stage.objects.get(initiative__key="norway", key="crawl").ends) == "2026-04-30"
    assert sofia.get(f"{NORWAY}moon/plan/").status_code == 404


def test_a_checklist_is_written_and_ticked_off(luca: Client) -> None:
    luca.post(f"{NORWAY}crawl/checklist/", {"text": "Customs agreed"})
    item = ChecklistItem.objects.get(text="Customs agreed")
    assert "Customs agreed" in luca.get(NORWAY).content.decode()
    luca.post(f"/checklist/{item.pk}/take/", {"back": "edit"})
    assert not ChecklistItem.objects.filter(text="Customs agreed").exists()


def test_a_proposed_one_is_started(sofia: Client, world: World) -> None:
    page = sofia.get("/initiatives/north/iceland/").content.decode()
    assert "Start Crawl" in page
    sofia.post("/initiatives/north/iceland/move/", {"move": "start"})
    assert Initiative.objects.get(key="iceland").state == "active"
    sofia.post("/initiatives/north/iceland/move/", {"move": "stop"})  # that is decided at a gate
    assert Initiative.objects.get(key="iceland").state == "active"


def test_a_change_is_restored_from_the_history(luca: Client, world: World) -> None:
    luca.post(f"{NORWAY}edit/", {"field": "name", "name": "Norge", "version": editing.version(world.norway, ["name"])})
    event = Event.objects.get(kind="initiative changed")
    page = luca.get(f"{NORWAY}history/").content.decode()
    assert "<del>Norway</del>" in page
    luca.post(f"{NORWAY}history/restore/", {"event": event.pk})
    assert Initiative.objects.get(key="norway").name == "Norway"


@time_machine.travel(AT)
def test_a_new_one_is_planned_like_another(sofia: Client, world: World) -> None:
    form = sofia.get("/initiatives/new/?like=north/norway").content.decode()
    assert 'value="2026-03-02"' in form  # begins on the coming Monday, which is today
    sent = {
        "objective": "north/customers", "name": "Sweden", "hypothesis": "They too.", "area": "Norway", "like": "north/norway",
        "sponsor": world.sofia.pk, "lead": world.luca.pk, "crawl-starts": "2026-03-02", "crawl-ends": "2026-05-24",
        "crawl-budget": "4000", "crawl-currency": "EUR",
    }  # fmt: skip
    answer = sofia.post("/initiatives/new/", sent)
    assert answer.status_code == AWAY, answer.content.decode()
    made = Initiative.objects.get(key="sweden")
    assert (made.state, made.hypothesis) == ("proposed", "They too.")
    crawl = Stage.objects.get(initiative=made, key="crawl")
    assert crawl.trigger == "orders >= 6 with 95% confidence"
    assert [item.text for item in crawl.checklist.all()] == ["Prices agreed"]
    task = Task.objects.get(initiative=made)
    assert (str(task.due), task.owner) == ("2026-03-28", None)  # eight weeks later, as the stage is


def test_errors_of_a_new_one_stand_under_their_fields(sofia: Client) -> None:
    sent = {
        "objective": "north/customers",
        "name": "",
        "crawl-starts": "2026-03-02",
        "crawl-ends": "2026-01-01",
        "walk-starts": "soon",
    }
    answer = sofia.post("/initiatives/new/", sent)
    assert answer.status_code == AGAIN
    page = answer.content.decode()
    for name in ("name", "crawl-ends", "walk-starts"):
        assert f'id="{name}-error"' in page
    assert Initiative.objects.count() == 2
