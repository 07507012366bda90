"""Who may do what: every operation of the description × every actor and token, on one's own things, on what is foreign
and on what isn't there. An operation without a row fails; a foreign thing answers like an absent one, byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.slow  # every operation for everyone

PEOPLE = ("nadia", "theo", "luca", "sofia", "admin")
OPERATIONS = [
    (verb.upper(), path.removeprefix("/api/v1/")) for path, verbs in described()["paths"].items() for verb in verbs
]
DAY = TODAY.isoformat()
TOMORROW = (timezone.localdate() + timedelta(days=1)).isoformat()
NEWEST = (TODAY - timedelta(weeks=1)).isoformat()  # the last week of which the manor has a number


@dataclass(frozen=True)
class Row:
    """What is answered to PEOPLE, in this order, with a token for everything; the scope that is needed; the body."""

    answers: tuple[int, ...]
    scope: str = "read"
    body: Any = None
    query: str = ""


def each(nadia: int, theo: int, luca: int, sofia: int, admin: int) -> tuple[int, ...]:
    return (nadia, theo, luca, sofia, admin)


OPEN = each(200, 200, 200, 200, 200)
SEEN = each(404, 200, 200, 200, 200)
MINE = each(404, 404, 404, 200, 404)  # what Sofia brought is hers alone
READING = {"kpi": "north/orders", "period": "2026-01-05", "events": 5}
VIEWER = {"person": "theo@example.com", "role": "viewer"}
AWAY = {"to": "root@example.com", "starts": "2099-01-01", "ends": "2099-01-31"}
MADE, LEFT = each(404, 201, 201, 201, 201), each(404, 204, 204, 204, 204)
WORKS = Row(SEEN, "act")
RUNS = each(404, 403, 403, 200, 200)  # who sponsors something in the strategy, and who sees everything
HANGS = each(403, 403, 403, 403, 201)
MANAGED, ENDED = each(404, 404, 404, 404, 200), each(404, 404, 404, 404, 204)  # for administrators alone
AIMED = {"initiatives": ["north/norway", "north/iceland"]}
PLAN = {"starts": "2026-01-05", "ends": "2026-04-12", "budget": 6000, "currency": "EUR", "reason": "The fair is later"}
WISHED = {
    "gates": "needs me", "decisions": "follow", "plans": "quiet", "mail_needs": "off", "mail_follow": "off", "digest_day": 2,
}  # fmt: skip
TABLE = {
    "GET strategies": Row(OPEN),
    "GET strategies/{strategy_id}": Row(SEEN),
    "GET strategies/{strategy_id}/objectives": Row(SEEN),
    "GET strategies/{strategy_id}/file": Row(each(404, 403, 403, 403, 200)),
    "POST strategies": Row(each(403, 403, 403, 403, 415), "act"),
    "GET initiatives": Row(OPEN),
    "GET initiatives/{initiative_id}": Row(SEEN),
    "GET initiatives/{initiative_id}/replay": Row(SEEN, query=f"?from={DAY}&to={DAY}"),
    "POST initiatives/{initiative_id}/moves": Row(each(404, 403, 403, 201, 201), "act", {"move": "pause"}),
    "POST initiatives": Row(each(404, 403, 403, 201, 201), "act", {"objective": "north/customers", "name": "Sweden"}),
    "GET initiatives/{initiative_id}/fields": Row(SEEN),
    "PATCH initiatives/{initiative_id}": Row(each(404, 403, 200, 200, 200), "act", {"name": "Norge"}),
    "POST initiatives/{initiative_id}/retire": Row(each(404, 403, 403, 403, 204), "act", {"reason": "Over"}),
    "POST initiatives/{initiative_id}/bring-back": Row(each(404, 403, 403, 403, 204), "act"),
    "POST initiatives/{initiative_id}/roles": Row(each(404, 403, 200, 200, 200), "act", VIEWER),
    "POST initiatives/{initiative_id}/roles/take": Row(each(404, 403, 200, 200, 200), "act", VIEWER),
    "GET roadmap": Row(OPEN),
    "POST initiatives/{initiative_id}/order": Row(each(404, 403, 403, 403, 204), "act", {"after": None}),
    "GET stages/{stage_id}/move": Row(SEEN, query="?ends=2026-04-12"),
    "POST stages/{stage_id}/move": Row(
        each(404, 403, 403, 200, 200), "act", {"ends": "2026-04-12", "rest": "shift", "reason": "Because"}
    ),
    "GET initiatives/{initiative_id}/milestones": Row(SEEN),
    "POST initiatives/{initiative_id}/milestones": Row(
        each(404, 201, 201, 201, 201), "act", {"name": "Launch", "on": "2026-04-01"}
    ),
    "GET milestones/{milestone_id}": Row(SEEN),
    "PUT milestones/{milestone_id}": Row(SEEN, "act", {"name": "Fair", "on": "2026-04-02"}),
    "POST milestones/{milestone_id}/done": WORKS,
    "POST milestones/{milestone_id}/reopen": WORKS,
    "POST milestones/{milestone_id}/retire": Row(each(404, 204, 204, 204, 204), "act"),
    "GET stages/{stage_id}": Row(SEEN),
    "POST stages/{stage_id}/decisions": Row(
        each(404, 403, 403, 201, 201), "act", {"choice": "hold", "reason": "Because"}
    ),
    "POST stages/{stage_id}/approvals": Row(each(404, 403, 403, 201, 403), "act", {"role": "sponsor"}),
    "GET decisions": Row(OPEN),
    "POST decisions/{decision_id}/supersede": Row(
        each(404, 403, 403, 201, 201), "act", {"reason": "Better said", "conditions": "Hire two"}
    ),
    "POST conditions/{condition_id}/done": Row(each(404, 204, 204, 204, 204), "act"),
    "POST conditions/{condition_id}/reopen": Row(each(404, 204, 204, 204, 204), "act"),
    "GET audit": Row(OPEN),
    "GET stages/{stage_id}/evidence": Row(SEEN),
    "GET stages/{stage_id}/rules": Row(SEEN),
    "PUT stages/{stage_id}/rules": Row(
        each(404, 403, 200, 403, 200), "act", {"trigger": "orders >= 7", "stop": "", "reason": "Because"}
    ),
    "GET verdicts": Row(OPEN),
    "GET status": Row(OPEN),
    "GET tasks/{task_id}": Row(SEEN),
    "GET tasks": Row(OPEN),
    "POST initiatives/{initiative_id}/tasks": Row(each(404, 201, 201, 201, 201), "act", {"name": "Print the boxes"}),
    "PATCH tasks/{task_id}": Row(SEEN, "act", {"note": "New"}),
    "POST tasks/{task_id}/move": Row(SEEN, "act", {"state": "doing"}),
    "POST tasks/{task_id}/retire": Row(LEFT, "act"),
    "POST tasks/{task_id}/restore": WORKS,
    "GET tasks/{task_id}/points": Row(SEEN),
    "POST tasks/{task_id}/points": Row(MADE, "act", {"text": "First page"}),
    "POST points/{point_id}": Row(SEEN, "act", {"done": True}),
    "POST points/{point_id}/remove": Row(LEFT, "act"),
    "GET tasks/{task_id}/comments": Row(SEEN),
    "POST tasks/{task_id}/comments": Row(MADE, "act", {"text": "Good"}),
    "POST comments/{comment_id}/remove": Row(each(404, 403, 204, 204, 204), "act"),
    "GET tasks/{task_id}/attachments": Row(SEEN),
    "POST tasks/{task_id}/links": Row(MADE, "act", {"url": "https://example.com/plan"}),
    "POST links/{link_id}/remove": Row(LEFT, "act"),
    "POST tasks/{task_id}/files": Row(each(404, 415, 415, 415, 415), "act", query="?name=plan.txt"),
    "GET files/{file_id}/content": Row(SEEN),
    "POST files/{file_id}/remove": Row(LEFT, "act"),
    "POST tasks/{task_id}/done": WORKS,
    "POST tasks/{task_id}/reopen": WORKS,
    "POST checklist/{item_id}/done": WORKS,
    "POST checklist/{item_id}/reopen": WORKS,
    "GET initiatives/{initiative_id}/check-ins": Row(SEEN),
    "POST initiatives/{initiative_id}/check-ins": Row(each(404, 201, 201, 201, 201), "act", {"outlook": "on track"}),
    "GET check-ins/due": Row(OPEN),
    "GET kpis": Row(OPEN),
    "GET kpis/{kpi_id}": Row(SEEN),
    "POST kpis/{kpi_id}/limits": Row(each(404, 403, 403, 403, 201), "act", {"period": "2026-02-02", "reason": "New"}),
    "GET kpis/{kpi_id}/trial": Row(SEEN, query="?trigger=%3E%3D%206"),
    "GET kpis/{kpi_id}/observations": Row(SEEN),
    "GET kpis/{kpi_id}/pulls": Row(SEEN),
    "POST observations": Row(each(422, 422, 200, 200, 200), "record", READING),
    "POST observations/batch": Row(each(422, 422, 200, 200, 200), "record", [READING]),
    "POST observations/undo": Row(
        each(422, 422, 200, 200, 200),
        "record",
        {"readings": [{"kpi": "north/orders", "period": NEWEST, "revision": 1}]},
    ),
    "GET uploads": Row(OPEN),
    "POST uploads": Row(
        each(404, 403, 201, 201, 201), "record", {"strategy_id": "north", "text": "week,orders\n2026-01-05,5"}
    ),
    "GET uploads/{upload_id}": Row(MINE),
    "POST uploads/{upload_id}/columns": Row(MINE, "record", {"decimal": ","}),
    "GET uploads/{upload_id}/check": Row(MINE),
    "POST uploads/{upload_id}/mend": Row(MINE, "record", {"sure": True}),
    "POST uploads/{upload_id}/import": Row(MINE, "record"),
    "POST uploads/{upload_id}/undo": Row(each(404, 404, 404, 422, 404), "record"),
    "GET sources": Row(OPEN),
    "GET sources/{source_id}": Row(SEEN),
    "POST sources/{source_id}/pull": Row(each(404, 403, 403, 403, 202), "act"),
    "POST sources/{source_id}/cancel": Row(each(404, 403, 403, 403, 202), "act"),
    "GET feed": Row(OPEN),
    "GET search": Row(OPEN, query="?q=a"),
    "GET inbox": Row(OPEN),
    "POST inbox/{notice_id}/done": Row(each(404, 404, 404, 200, 404), "act"),
    "POST inbox/{notice_id}/later": Row(each(404, 404, 404, 200, 404), "act", {"until": TOMORROW}),
    "POST inbox/done": Row(OPEN, "act"),
    "GET areas": Row(each(404, 404, 404, 404, 200)),
    "POST areas/{area_id}/roles": Row(each(404, 404, 404, 404, 200), "act", VIEWER),
    "POST areas/{area_id}/roles/take": Row(each(404, 404, 404, 404, 200), "act", VIEWER),
    "GET people": Row(OPEN),
    "GET me": Row(OPEN),
    "POST me/display": Row(OPEN, "act", {"theme": "dark"}),
    "GET delegations": Row(OPEN),
    "POST delegations": Row(each(422, 201, 201, 201, 422), "act", AWAY),
    "POST delegations/{delegation_id}/end": Row(each(404, 404, 200, 200, 200), "act"),
    "GET views": Row(OPEN),
    "POST views": Row(each(201, 201, 201, 201, 201), "act", {"name": "Mine", "query": "show=mine"}),
    "POST views/{view_id}/keep": Row(each(404, 204, 204, 204, 204), "act", {"digest": True}),
    "POST views/{view_id}/delete": Row(each(404, 403, 403, 204, 204), "act"),
    "PATCH views/{view_id}": Row(each(404, 403, 403, 200, 200), "act", {"name": "Running"}),
    "GET initiatives/{initiative_id}/roles": Row(SEEN),
    "GET objectives": Row(OPEN),
    "GET objectives/{objective_id}": Row(SEEN),
    "POST objectives/{objective_id}/follow": Row(LEFT, "act"),
    "POST objectives/{objective_id}/unfollow": Row(LEFT, "act"),
    "POST initiatives/{initiative_id}/follow": Row(LEFT, "act"),
    "POST initiatives/{initiative_id}/unfollow": Row(LEFT, "act"),
    "POST initiatives/together": Row(OPEN, "act", {"do": "follow", **AIMED}),
    "GET initiatives/{initiative_id}/attachments": Row(SEEN),
    "POST initiatives/{initiative_id}/links": Row(MADE, "act", {"url": "https://example.com/plan"}),
    "POST initiatives/{initiative_id}/files": Row(each(404, 415, 415, 415, 415), "act", query="?name=plan.txt"),
    "GET initiatives/{initiative_id}/history": Row(SEEN),
    "POST initiatives/{initiative_id}/history/{event_id}/restore": Row(each(404, 403, 200, 200, 200), "act"),
    "GET stages/{stage_id}/plan": Row(SEEN),
    "PUT stages/{stage_id}/plan": Row(RUNS, "act", PLAN),
    "POST stages/{stage_id}/checklist": Row(each(404, 403, 201, 201, 201), "act", {"text": "Carrier chosen"}),
    "POST checklist/{item_id}/remove": Row(each(404, 403, 204, 204, 204), "act"),
    "GET tasks/{task_id}/people": Row(SEEN),
    "GET tasks/{task_id}/sight": Row(SEEN),
    "GET my-work": Row(OPEN),
    "GET board": Row(OPEN),
    "PUT strategies/{strategy_id}/limits": Row(each(404, 403, 200, 403, 200), "act", {"doing": 5}),
    "GET reviews": Row(OPEN),
    "POST reviews": Row(each(404, 403, 403, 201, 201), "act", {"strategy_id": "north"}),
    "GET reviews/{review_id}": Row(SEEN),
    "POST reviews/{review_id}/items": Row(each(404, 403, 403, 201, 201), "act", {"initiative_id": "north/norway"}),
    "POST reviews/{review_id}/end": Row(RUNS, "act"),
    "GET reviews/{review_id}/minutes": Row(SEEN),
    "POST reviews/{review_id}/tell": Row(each(404, 403, 403, 422, 422), "act"),  # it goes on
    "POST reviews/items/{review_item_id}/go": Row(RUNS, "act"),
    "POST reviews/items/{review_item_id}/drop": Row(each(404, 403, 403, 204, 204), "act"),
    "POST reviews/items/{review_item_id}/shift": Row(RUNS, "act", {"by": 1}),
    "PUT reviews/items/{review_item_id}/note": Row(LEFT, "act", {"text": "Customs took a month"}),
    "POST reviews/items/{review_item_id}/actions": Row(MADE, "act", {"text": "Ask two carriers"}),
    "GET screens": Row(OPEN),
    "POST screens": Row(HANGS, "act", {"name": "Hall"}),
    "POST screens/{screen_id}/end": Row(MANAGED, "act"),
    "GET me/notices": Row(OPEN),
    "PUT me/notices": Row(OPEN, "act", WISHED),
    "GET me/columns": Row(OPEN),
    "PUT me/columns": Row(OPEN, "act", {"columns": ["state", "tasks"]}),
    "GET permissions": Row(OPEN),
    "GET channels": Row(OPEN),
    "POST channels": Row(HANGS, "act", {"kind": "slack", "name": "Hall", "address": "https://hooks.example.com/x"}),
    "POST channels/{channel_id}/test": Row(each(404, 404, 404, 404, 422), "act"),  # nobody goes to a private address
    "POST channels/{channel_id}/secret": Row(MANAGED, "act"),
    "POST channels/{channel_id}/forget": Row(ENDED, "act"),
    "POST channels/{channel_id}/end": Row(ENDED, "act"),
    "GET deliveries": Row(OPEN),
    "POST deliveries/{delivery_id}/retry": Row(MANAGED, "act"),
    "POST deliveries/retry": Row(each(403, 403, 403, 403, 200), "act"),
    "GET accounts": Row(MANAGED),
    "POST people": Row(each(404, 404, 404, 404, 201), "act", {"email": "ines@example.com"}),
    "POST people/{person_id}/access": Row(MANAGED, "act", {"access": "guest"}),
    "POST people/{person_id}/close": Row(MANAGED, "act"),
    "POST people/{person_id}/reopen": Row(MANAGED, "act"),
    "POST people/{person_id}/sessions/end": Row(ENDED, "act"),
    "GET tokens": Row(OPEN),
    "POST tokens/{token_id}/end": Row(each(404, 404, 404, 200, 200), "act"),
}
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
