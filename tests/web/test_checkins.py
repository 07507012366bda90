"""The pages of check-ins: the form at a desk, the history, the telephone's page and its worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from gaitway.actions import checkins, observations
from gaitway.models import CheckIn, Kpi, Observation, Stage
from tests.world import AT, TODAY, World

PHONE, DESK, SAID = "/check-in/", "/initiatives/north/norway/check-in/", "/initiatives/north/norway/check-ins/"
WEEK = date(2026, 2, 23)
Counted = Callable[..., object]


@pytest.fixture(autouse=True)
def weekly(world: World) -> Iterator[None]:
    """Luca counts the orders of Norway by hand, and owes a check-in a week."""
    Stage.objects.filter(initiative=world.norway).update(check_in="week")
    Kpi.objects.filter(pk=world.orders.pk).update(source=None, sql="")
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def luca(world: World, client: Client) -> Client:
    client.force_login(world.luca)
    return client


def text(response: HttpResponse) -> str:
    return response.content.decode()


def cell(world: World, revision: int = 0) -> str:
    return f"c:{world.orders.pk}:{WEEK}:{revision}"


def test_it_is_said_with_its_number_and_stands_on_the_initiative(luca: Client, world: World) -> None:
    page = text(luca.get(DESK))
    assert "Will the gate to Walk be reached by 29 Mar?" in page
    assert f'name="{cell(world)}"' in page
    form = {
        "outlook": "at risk",
        "difficulties": "Fog.",
        "help": "A lamp",
        "next": "Wait",
        "key": "k",
        cell(world): "7",
    }
    answer = luca.post(DESK, form)
    assert (answer.status_code, answer["Location"]) == (302, "/initiatives/north/norway/")
    luca.post(DESK, form)  # sent twice
    made = CheckIn.objects.get()
    assert (made.outlook, made.difficulties, made.help, made.next, made.on) == (
        "at risk",
        "Fog.",
        "A lamp",
        "Wait",
        TODAY,
    )
    assert Observation.objects.get().events == 7
    page = text(luca.get("/initiatives/north/norway/"))
    assert "Owner says at risk; there is no fresh evidence" in page
    assert "Fog." in page
    assert "next due" in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Choose one."),
        ({"outlook": "off track", "successes": "Kept text"}, "Say in a sentence what is difficult"),
        ({"outlook": "on track", "successes": "Kept text", "CELL": "many"}, "is no number"),
        ({"outlook": "on track", "on": "2026-03-09"}, "A check-in speaks of today"),
    ],
)
def test_what_is_wrong_stands_under_its_field_and_the_text_stays(
    luca: Client, world: World, form: dict[str, str], said: str
) -> None:
    answer = luca.post(DESK, {cell(world) if name == "CELL" else name: value for name, value in form.items()})
    assert answer.status_code == 422
    assert said in text(answer)
    assert form.get("successes", "") in text(answer)
    sent = {cell(world) if name == "CELL" else name: value for name, value in form.items()}
    as_json = luca.post(PHONE, {**sent, "initiative": "north/norway"}, headers={"Accept": "application/json"})
    assert any(said in each for each in as_json.json()["errors"].values())
    assert not CheckIn.objects.exists()


def test_an_unusual_number_is_asked_about_first(luca: Client, world: World) -> None:
    known = {WEEK - timedelta(weeks=i + 1): (6.0 + i % 2, 1.0) for i in range(20)}
    observations.record(world.orders, known, by=world.admin, at=AT)
    form = {"initiative": "north/norway", "outlook": "on track", cell(world): "600"}
    answer = luca.post(PHONE, form, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["doubts"]) == (422, [cell(world)])
    sure = luca.post(PHONE, {**form, "sure": cell(world).removeprefix("c:")}, headers={"Accept": "application/json"})
    assert sure.json() == {"saved": CheckIn.objects.get().pk}


def test_a_number_that_is_known_by_now_is_a_conflict(luca: Client, world: World) -> None:
    observations.record(world.orders, {WEEK: (9.0, 1.0)}, by=world.admin, at=AT)
    form = {"initiative": "north/norway", "outlook": "on track", cell(world): "7"}
    answer = luca.post(PHONE, form, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert not CheckIn.objects.exists()


def test_what_a_telephone_kept_is_filed_under_its_day_and_for_its_person(luca: Client, world: World) -> None:
    form = {"initiative": "north/norway", "outlook": "on track", "said": "Fine", "key": "k1"}
    kept = {**form, "on": "2026-02-27", "person": str(world.luca.pk)}
    assert luca.post(PHONE, {**kept, "person": str(world.theo.pk)}).status_code == 302
    assert not CheckIn.objects.exists()
    assert luca.post(PHONE, kept).status_code == 302
    made = CheckIn.objects.get()
    assert (made.on, made.successes, made.at) == (date(2026, 2, 27), "Fine", AT)
    luca.post(PHONE, {**form, "key": "k2", "on": "2026-03-03"})  # where the telephone is, it is tomorrow
    assert CheckIn.objects.get(key="k2").on == TODAY


def test_the_telephones_page_says_what_is_due_and_what_is_next(luca: Client, world: World) -> None:
    assert "1 check-in is due from you." in text(luca.get(PHONE))
    checkins.record(world.norway, outlook="on track", on=TODAY, by=world.theo, at=AT)
    page = text(luca.get(PHONE))
    assert "No check-in is due from you. The next is Norway, on 9 Mar." in page
    luca.force_login(world.theo)
    assert "No check-in is due from you." in text(luca.get(PHONE))


def test_the_history_names_everything_that_was_said(luca: Client, world: World) -> None:
    assert "No check-in yet" in text(luca.get(SAID))
    checkins.record(world.norway, outlook="off track", difficulties="<b>Fog</b>", on=TODAY, by=world.theo, at=AT)
    page = text(luca.get(SAID))
    assert "&lt;b&gt;Fog&lt;/b&gt;" in page
    assert "Off track" in page


def test_what_is_restricted_is_nowhere(luca: Client, world: World) -> None:
    checkins.record(world.iceland, outlook="on track", successes="Geysir", on=TODAY, by=world.sofia, at=AT)
    for path in (PHONE, SAID, "/feed/", "/inbox/?tab=follow"):
        page = text(luca.get(path))
        assert "Iceland" not in page
        assert "Geysir" not in page
    assert luca.post(PHONE, {"initiative": "north/iceland", "outlook": "on track"}).status_code == 404


def test_the_worker_is_code_within_its_own_scope(client: Client) -> None:
    answer = client.get("/check-in/worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    policy = answer["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy
    assert "addEventListener" in text(answer)


def test_the_pages_ask_few_questions(luca: Client, django_assert_max_num_queries: Counted) -> None:
    for path, most in ((PHONE, 22), (DESK, 24), (SAID, 14)):
        luca.get(path)
        with django_assert_max_num_queries(most):  # type: ignore[attr-defined]
            assert luca.get(path).status_code == 200
