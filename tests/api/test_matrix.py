"""Who may do what: every operation of the description × every actor and token, on one's own things, on what is foreign
and on what isn't there. An operation without a row fails; a foreign thing answers like an absent one, byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from gaitway.actions import delegations, gates, observations, tokens
from gaitway.api.app import api, described
from gaitway.models import (
    Area,
    Channel,
    ChecklistItem,
    Comment,
    Condition,
    Decision,
    Delegation,
    Delivery,
    Event,
    File,
    Link,
    Milestone,
    Notice,
    Person,
    Review,
    ReviewItem,
    Screen,
    Task,
    TaskItem,
    Token,
    Upload,
    View,
)
from tests.api.conftest import Caller, read, token
from tests.api.rows import PEOPLE, TABLE
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.slow  # every operation for everyone

OPERATIONS = [
    (verb.upper(), path.removeprefix("/api/v1/")) for path, verbs in described()["paths"].items() for verb in verbs
]
NAMES = [f"{verb} {path}" for verb, path in OPERATIONS]


def address(world: World, path: str, which: str) -> str:
    """The path with its things filled in: the viewer's own, a foreign one, or one that doesn't exist."""
    key = {"own": "norway", "foreign": "iceland", "absent": "nowhere"}[which]

    def first(rows: Any) -> int:
        return rows.values_list("pk", flat=True).first() or 999_999

    things = {
        "strategy_id": "north" if which == "own" else "south",
        "initiative_id": f"north/{key}",
        "stage_id": f"north/{key}/crawl",
        "source_id": {"own": "north/shop", "foreign": "south/shop", "absent": "north/nothing"}[which],
        "kpi_id": {"own": "north/orders", "foreign": "north/secret", "absent": "north/nothing"}[which],
        "decision_id": first(Decision.objects.filter(initiative__key=key)),
        "condition_id": first(Condition.objects.filter(decision__initiative__key=key)),
        "task_id": first(Task.objects.filter(initiative__key=key)),
        "milestone_id": first(Milestone.objects.filter(initiative__key=key)),
        "point_id": first(TaskItem.objects.filter(task__initiative__key=key)),
        "comment_id": first(Comment.objects.filter(task__initiative__key=key)),
        "file_id": first(File.objects.filter(initiative__key=key)),
        "link_id": first(Link.objects.filter(initiative__key=key)),
        "item_id": first(ChecklistItem.objects.filter(stage__initiative__key=key)),
        "notice_id": first(Notice.objects.filter(person=world.sofia)) if which == "own" else 999_999,
        "upload_id": first(Upload.objects.filter(person=world.sofia)) if which == "own" else 999_999,
        "delegation_id": first(Delegation.objects.all()) if which == "own" else 999_999,
        "view_id": first(View.objects.all()) if which == "own" else 999_999,
        "objective_id": {"own": "north/customers", "foreign": "south/customers", "absent": "north/nothing"}[which],
        "event_id": first(Event.objects.filter(initiative__key=key, kind=Event.Kind.INITIATIVE_CHANGED)),
        "review_id": first(Review.objects.filter(items__initiative__key=key)),
        "review_item_id": first(ReviewItem.objects.filter(initiative__key=key)),
        "screen_id": first(Screen.objects.all()) if which == "own" else 999_999,
        "channel_id": first(Channel.objects.filter(kind="webhook")) if which == "own" else 999_999,
        "delivery_id": first(Delivery.objects.all()) if which == "own" else 999_999,
        "person_id": first(Person.objects.filter(email="removed@example.com")) if which == "own" else 999_999,
        "area_id": first(Area.objects.filter(name="Norway")) if which == "own" else 999_999,
        "token_id": first(Token.objects.filter(name="end me")) if which == "own" else 999_999,
    }
    return re.sub(r"\{(\w+)\}", lambda found: str(things[found[1]]), path)


def ask(caller: Any, world: World, name: str, which: str = "own") -> Any:
    verb, _, path = name.partition(" ")
    row = TABLE[name]
    return caller(verb, address(world, path, which) + row.query, row.body)


@pytest.fixture
def manor(house: World) -> World:
    readings = {TODAY - timedelta(weeks=i): (7.0, 1.0) for i in range(1, 10)}
    observations.record(house.orders, readings, by=house.admin, at=AT)
    gates.evaluate(house.crawl, through=TODAY, by=house.admin, at=AT)
    days = {"starts": TODAY, "ends": TODAY, "today": TODAY}
    delegations.make(house.sofia, house.luca, **days, by=house.sofia, at=AT)
    tokens.make(house.sofia, name="end me", scopes=["read"], by=house.sofia, at=timezone.now())
    return house


def test_every_operation_has_its_row():
    assert sorted(NAMES) == sorted(TABLE)


def test_whatever_changes_something_needs_more_than_reading():
    scopes = {
        f"{verb} {path}": operation.auth_callbacks[0].scope.value
        for _prefix, router in api._routers
        for template, view in router.path_operations.items()
        for operation in view.operations
        for verb in operation.methods
        for path in [re.sub(r"\{\w+:", "{", template).lstrip("/")]
        if operation.auth_callbacks
    }
    assert {name: row.scope for name, row in TABLE.items() if name in scopes} == scopes
    assert all(row.scope != "read" for name, row in TABLE.items() if not name.startswith("GET"))


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has not happened afterwards: the next operation finds the same house."""
    cache.clear()
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def test_nobody_without_a_living_token(manor: World):
    """Anonymous, removed, expired, ended: told alike, of what is there and of what isn't."""
    at = timezone.now()
    removed = Person.objects.get(email="removed@example.com")
    gone = token(removed)
    Person.objects.filter(pk=removed.pk).update(is_active=False)
    row, ended = tokens.make(manor.sofia, name="x", scopes=["act"], by=manor.sofia, at=at)
    tokens.end(row, by=manor.sofia, at=at)
    expired = token(manor.sofia, "act", days=1, at=at - timedelta(days=2))
    callers = [Caller(text) for text in (None, gone, expired, ended, "gaitway_nothing")]
    for name in NAMES:
        with undone():
            answers = [ask(caller, manor, name, which) for caller in callers for which in ("own", "absent")]
        assert {each.status_code for each in answers} == {401}, name
        assert len({each.content for each in answers}) == 1


# What no answer names to whom it is hidden from.
HIDDEN = dict.fromkeys(("nadia", "theo", "luca"), r"Iceland|iceland|Secret")
GUESTS = {"nadia": r"Norway|Orders|Luca"}


def faults(caller: Any, world: World, name: str, who: str) -> Iterator[str]:
    """What one operation answers one actor otherwise than the table says, and what it names that may not be."""
    made = caller(who, "act")
    with undone():
        if "{" in name:
            foreign, absent = ask(made, world, name, "foreign"), ask(made, world, name, "absent")
            if absent.status_code != 404:
                yield f"{name} as {who}: what isn't there answers {absent.status_code}"
            # Those who aren't in the circle of what is restricted.
            if who in HIDDEN and (foreign.status_code, foreign.content) != (404, absent.content):
                yield f"{name} as {who}: what is foreign answers {foreign.status_code}"
        answer = ask(made, world, name)
    wanted = TABLE[name].answers[PEOPLE.index(who)]
    if answer.status_code != wanted:
        yield f"{name} as {who}: {answer.status_code} instead of {wanted}: {answer.content!r}"
    reading = {} if name.startswith("POST") else GUESTS
    for words in (HIDDEN.get(who), reading.get(who)):
        if words and re.search(words.encode(), answer.content):
            yield f"{name} as {who}: names what is hidden"


@pytest.mark.parametrize("who", PEOPLE)
def test_who_may_do_what(manor: World, caller: Any, who: str):
    assert [fault for name in TABLE for fault in faults(caller, manor, name, who)] == []


@pytest.mark.parametrize("scope", ["read", "record", "act"])
def test_how_far_each_scope_reaches(manor: World, caller: Any, scope: str):
    made = caller("sofia", scope)
    for name, row in TABLE.items():
        with undone():
            answer = ask(made, manor, name)
        wanted = row.answers[PEOPLE.index("sofia")] if scope in (row.scope, "act") else 403
        assert answer.status_code == wanted, (name, answer.content)
        if scope not in (row.scope, "act"):
            assert "this needs the scope" in read(answer)["error"]["message"]


def test_no_other_method(manor: World, caller: Any):
    made = caller("admin")
    for _verb, path in OPERATIONS:
        known = {verb for verb, other in OPERATIONS if other == path}
        for verb in {"GET", "POST", "PUT", "PATCH", "DELETE"} - known:
            answer = made(verb, address(manor, path, "own"), {})
            assert (answer.status_code, read(answer)["error"]["code"]) == (405, "wrong_method")


def test_a_signed_in_page_of_another_site_changes_nothing(manor: World):
    for name in (each for each in NAMES if not each.startswith("GET")):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(manor.sofia)
        row = TABLE[name]
        path = f"/api/v1/{address(manor, name.partition(' ')[2], 'own')}"
        answer = browser.generic(name.partition(" ")[0], path, json.dumps(row.body), content_type="application/json")
        assert answer.status_code == 403, name
