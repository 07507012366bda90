from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gaitway.actions import decisions, strategies
from gaitway.models import Condition, Decision, Person
from tests.actions.test_votes import SHARED
from tests.web.norway import GATE, get, text
from tests.world import AT, TODAY, World, document


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def held(world: World) -> World:
    decisions.decide(world.crawl, "hold", reason="Too few weeks.", by=world.sofia, at=AT, effective_on=TODAY)
    decisions.decide(world.crawl, "go", reason="@now we may", by=world.sofia, at=AT, effective_on=TODAY)
    return world


def post(world: World, path: str, who: str = "sofia", **fields: object) -> Any:
    made = Client()
    made.force_login(Person.objects.get(email=f"{who}@example.com"))
    return made.post(path, fields)


def test_the_log_tells_what_was_decided_and_why(held: World) -> None:
    page = text(get(held, "/decisions/").content)
    assert "2 decisions, 1 against the evidence." in page
    assert page.index("@now we may") < page.index("Too few weeks.")


@pytest.mark.parametrize(
    ("query", "said", "not_said"),
    [
        ("choice=hold", "Too few weeks.", "@now"),
        ("against=1", "@now", "Too few weeks."),
        ("text=FEW+weeks", "Too few weeks.", "@now"),
        ("person=luca@example.com", "No decision here", "@now"),
        ("area=Norway&last=2026-03-02", "@now", "No decision"),
        ("first=2026-03-03", "No decision here", "@now"),
    ],
)
def test_it_is_filtered_by_its_address(held: World, query: str, said: str, not_said: str) -> None:
    page = text(get(held, f"/decisions/?{query}").content)
    assert said in page
    assert not_said not in page


def test_the_files_hold_what_the_page_shows(held: World) -> None:
    rows = [json.loads(line) for line in b"".join(get(held, "/decisions/export.jsonl")).splitlines()]
    assert [(row["choice"], row["to"], row["by"]) for row in rows] == [
        ("hold", "Crawl", "sofia@example.com"),
        ("go", "Walk", "sofia@example.com"),
    ]
    table = io.StringIO(b"".join(get(held, "/decisions/export.csv?against=1")).decode(), newline="")
    (line,) = csv.DictReader(table)
    assert line["reason"] == "'@now we may"


def test_nadia_sees_none_of_them(held: World) -> None:
    assert "No decision here" in text(get(held, "/decisions/", "nadia").content)
    assert b"".join(get(held, "/decisions/export.jsonl", "nadia")) == b""


def test_the_words_are_put_right_once(held: World) -> None:
    path = f"/decisions/{Decision.objects.get(choice='hold').pk}/"
    assert post(held, path, reason="").status_code == 422
    assert post(held, path, reason="Two weeks only.").status_code == 302
    assert post(held, path, reason="Again.").status_code == 409
    page = text(get(held, "/decisions/").content)
    assert "2 decisions" in page
    assert "Too few weeks." in page
    assert "Two weeks only." in page
    assert "put right later" in page


def test_several_vote_on_the_page(world: World) -> None:
    strategies.apply(document(SHARED), by=world.admin, at=AT, today=TODAY)
    form = {"choice": "go", "reason": "The shops asked for it.", "moves": world.norway.moves}
    answer = post(world, GATE, **form)
    assert (answer.status_code, answer.headers["Location"]) == (302, GATE)
    page = text(get(world, GATE, "sofia").content)
    assert "It is decided by: sponsor and finance" in page
    assert "Still needed: finance" in page
    assert "The shops asked for it." in page
    asked = text(get(world, GATE, "luca").content)
    assert "These people are asked to decide:" in asked
    assert "The shops asked for it." in asked
    answer = post(world, GATE, "fay", **form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/initiatives/north/norway/")


def test_conditions_stand_at_the_next_gate(world: World) -> None:
    on: dict[str, Any] = {"by": world.sofia, "at": AT, "effective_on": TODAY, "due": TODAY + timedelta(days=3)}
    decisions.decide(world.crawl, "conditional go", reason="Nearly.", conditions="Agree prices\nHire two", **on)
    walk = GATE.replace("crawl", "walk")
    assert "Agree prices by 5 Mar" in text(get(world, walk).content)
    first = Condition.objects.get(text="Hire two")
    assert post(world, f"/conditions/{first.pk}/done/", "theo").headers["Location"] == walk
    assert "Hire two kept on" in text(get(world, walk).content)
    assert post(world, f"/conditions/{first.pk}/done/", "theo", done="0").status_code == 302
    first.refresh_from_db()
    assert first.done_on is None


def test_a_longer_log_asks_no_more_queries(held: World, django_assert_max_num_queries: Any) -> None:
    with CaptureQueriesContext(connection) as few:
        get(held, "/decisions/")
    stage = Decision.objects.earliest("pk").stage
    for number in range(20):
        Decision.objects.create(
            initiative=held.norway,
            stage=stage,
            choice="hold",
            reason=f"{number}",
            by=held.sofia,
            at=AT,
            effective_on=TODAY,
        )
    with django_assert_max_num_queries(len(few)):
        assert b"19" in get(held, "/decisions/").content
