"""Goal S8: every field of every body as anything at all, every parameter too: never a five-hundred, one shape of error."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gaitway.api.app import described
from tests.api.conftest import Caller, read
from tests.api.rows import TABLE, TOMORROW
from tests.api.test_matrix import NAMES, address
from tests.world import World

WHOLE = {
    "POST initiatives/{initiative_id}/moves": {"move": "pause", "reason": "x", "effective_on": "2026-03-01"},
    "POST stages/{stage_id}/decisions": {
        "choice": "conditional go", "reason": "x", "conditions": "y", "due": "2026-06-01", "effective_on": "2026-03-01",
        "until": "2026-05-31", "moves": 1, "review_item": 1,
    },
    "POST decisions/{decision_id}/supersede": {"reason": "x", "conditions": "y", "due": "2026-06-01"},
    "POST initiatives/{initiative_id}/roles": {"person": "theo@example.com", "role": "viewer"},
    "POST initiatives/{initiative_id}/roles/take": {"person": "theo@example.com", "role": "viewer"},
    "POST areas/{area_id}/roles": {"person": "theo@example.com", "role": "viewer"},
    "POST areas/{area_id}/roles/take": {"person": "theo@example.com", "role": "viewer"},
    "POST inbox/{notice_id}/later": {"until": TOMORROW},
    "POST delegations": {
        "to": "root@example.com", "starts": "2099-01-01", "ends": "2099-01-31", "reason": "x", "person": "sofia@example.com",
    },
    "POST stages/{stage_id}/approvals": {"role": "sponsor"},
    "PUT stages/{stage_id}/rules": {"trigger": "orders >= 7", "stop": "", "reason": "x", "version": "0123456789abcdef"},
    "POST kpis/{kpi_id}/limits": {"period": "2026-02-02", "reason": "New"},
    "POST observations": {"kpi": "north/orders", "period": "2026-01-05", "events": 5, "exposure": 1},
    "POST observations/batch": {"kpi": "north/orders", "period": "2026-01-05", "events": 5, "exposure": 1},
    "POST observations/undo": {"readings": [{"kpi": "north/orders", "period": "2026-01-05", "revision": 1}]},
    "POST uploads": {"strategy_id": "north", "name": "a.csv", "text": "week,orders\n2026-01-05,5"},
    "POST uploads/{upload_id}/columns": {
        "roles": ["period", "kpi:orders"], "kpi": "orders", "order": "day", "decimal": ",",
    },
    "POST uploads/{upload_id}/mend": {
        "cells": {"1.1": "7"}, "names": {"Orders": "orders"}, "out": ["1.1"], "shift": True, "sure": True, "leave": "all",
        "again": False,
    },
    "POST initiatives": {
        "objective": "north/customers", "name": "Sweden", "key": "sweden", "hypothesis": "x", "area": "Norway", "restricted": True,
        "sponsor": "sofia@example.com", "lead": "luca@example.com", "like": "north/norway",
        "stages": {"crawl": {"starts": "2026-04-06", "ends": "2026-06-28", "budget": 100, "currency": "EUR"}},
    },
    "PATCH initiatives/{initiative_id}": {
        "name": "Norge", "hypothesis": "x", "objective": "customers", "area": "Norway", "restricted": False, "needs": ["iceland"],
        "version": "0123456789abcdef",
    },
    "POST initiatives/{initiative_id}/retire": {"reason": "Over"},
    "POST initiatives/{initiative_id}/order": {"after": "north/iceland"},
    "POST initiatives/{initiative_id}/milestones": {"name": "Launch", "on": "2026-04-01"},
    "PUT milestones/{milestone_id}": {"name": "Fair", "on": "2026-04-02"},
    "POST initiatives/{initiative_id}/tasks": {
        "name": "Print", "stage": "crawl", "state": "doing", "owner": "theo@example.com", "accountable": "luca@example.com",
        "due": "2026-04-01", "estimate_days": 2, "note": "x",
    },
    "PATCH tasks/{task_id}": {
        "name": "Print", "owner": "theo@example.com", "accountable": "luca@example.com", "due": "2026-04-01", "estimate_days": 2,
        "note": "x",
    },
    "POST tasks/{task_id}/move": {"state": "doing", "after": 1},
    "POST tasks/{task_id}/points": {"text": "First page"},
    "POST points/{point_id}": {"done": True, "shift": 1},
    "POST tasks/{task_id}/comments": {"text": "Good"},
    "POST tasks/{task_id}/links": {"url": "https://example.com/plan", "title": "x"},
    "POST initiatives/{initiative_id}/check-ins": {
        "outlook": "on track", "successes": "x", "difficulties": "x", "help": "x", "next": "x", "on": "2026-03-01", "key": "x",
    },
    "POST stages/{stage_id}/move": {"ends": "2026-04-12", "rest": "shift", "reason": "x", "was": "2026-03-29"},
    "POST views": {"name": "Mine", "page": "portfolio", "query": "show=mine", "scope": "mine"},
    "POST views/{view_id}/keep": {"pinned": True, "digest": True, "opens": True},
    "PATCH views/{view_id}": {"name": "Running", "scope": "everyone"},
    "POST initiatives/together": {"do": "lead", "initiatives": ["north/norway"], "to": "luca@example.com"},
    "POST initiatives/{initiative_id}/links": {"url": "https://example.com/plan", "title": "x"},
    "PUT stages/{stage_id}/plan": {
        "starts": "2026-01-05", "ends": "2026-04-12", "budget": 6000, "currency": "EUR", "reason": "x",
    },
    "POST stages/{stage_id}/checklist": {"text": "Carrier chosen"},
    "PUT strategies/{strategy_id}/limits": {"to_do": 20, "doing": 5, "waiting": None},
    "POST reviews": {"strategy_id": "north"},
    "POST reviews/{review_id}/items": {"initiative_id": "north/norway"},
    "POST reviews/items/{review_item_id}/shift": {"by": 1},
    "PUT reviews/items/{review_item_id}/note": {"text": "Customs took a month"},
    "POST reviews/items/{review_item_id}/actions": {"text": "Ask", "owner": "theo@example.com", "due": "2026-04-01"},
    "POST screens": {"name": "Hall", "views": [1], "seconds": 20, "days": 9, "names": True, "restricted": True},
    "PUT me/notices": {
        "gates": "needs me", "decisions": "follow", "plans": "quiet", "mail_needs": "off", "mail_follow": "digest",
        "digest_day": 2,
    },
    "PUT me/columns": {"columns": ["state", "tasks"]},
    "POST channels": {"kind": "webhook", "name": "Hall", "address": "https://hooks.example.com/x", "groups": ["gates"]},
    "POST people": {"email": "ines@example.com", "name": "Ines Roth", "access": "guest"},
    "POST people/{person_id}/access": {"access": "guest"},
    "POST me/display": {"theme": "dark", "density": "roomy", "keys": True},
}  # fmt: skip
ODD = {
    "object": "{}", "object in object": '{"a": {"b": [1]}}', "array": "[]", "null": "null", "true": "true", "zero": "0",
    "negative": "-1", "fraction": "0.5", "huge": "1e999", "long": "9" * 5000, "empty": '""', "number as text": '"7"',
    "megabyte": json.dumps("x" * 2**20), "NUL": '"a\\u0000b"', "raw NUL": '"a\0b"', "surrogate": '"\\ud800"',
    "pair": '"\\ud83d\\ude00"', "text": '"north/orders"', "template": '"{{7*7}}%s%n"', "day": '"2026-13-45"',
}  # fmt: skip
FINE = {
    ("cells", "object"),
    ("names", "object"),
    ("out", "array"),
    ("needs", "array"),
    ("stages", "object"),
    ("views", "array"),
    ("columns", "array"),
}  # these say nothing, and that is no fault
STRICT = ("object", "object in object", "array", "huge", "NUL", "raw NUL", "surrogate")


@pytest.fixture
def sofia(caller) -> Caller:
    return caller("sofia")


def shaped(answer: Any) -> None:
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert set(read(answer)) == {"error"}
        assert {"code", "message", "place"} <= set(read(answer)["error"])
        assert len(answer.content) < 5000, answer.content[:600]


def test_every_body_is_tried():
    bodies = {
        f"{verb.upper()} {path.removeprefix('/api/v1/')}"
        for path, verbs in described()["paths"].items()
        for verb, operation in verbs.items()
        if "requestBody" in operation
    }
    assert bodies == {*WHOLE, "POST strategies"}


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_a_field_as_anything(house: World, sofia: Caller, name: str):
    for field in WHOLE[name]:
        _one_field(house, sofia, name, field)


def _one_field(house: World, sofia: Caller, name: str, field: str) -> None:
    verb, _, path = name.partition(" ")
    path = address(house, path, "own")
    for odd, text in ODD.items():
        parts = [
            f"{json.dumps(key)}: {text if key == field else json.dumps(value)}" for key, value in WHOLE[name].items()
        ]
        body = "{" + ", ".join(parts) + "}"
        answer = sofia(verb, path, f"[{body}]" if name.endswith("batch") else body)
        shaped(answer)
        if odd in STRICT and (field, odd) not in FINE:
            assert answer.status_code in (400, 422), (odd, answer.content)


@pytest.mark.parametrize("name", WHOLE)
def test_a_body_as_anything(house: World, sofia: Caller, name: str):
    verb, _, path = name.partition(" ")
    path = address(house, path, "own")
    for text in (*ODD.values(), "", "{", "\xff", b"\xff\xfe", "[" * 100_000, '{"a": 1, "a": 2}', '{"unknown": 1}'):
        shaped(sofia(verb, path, text))
    extra = {**WHOLE[name], "is_administrator": True}
    assert sofia(verb, path, [extra] if name.endswith("batch") else extra).status_code == 422
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""):
        assert sofia(verb, path, WHOLE[name], kind=kind).status_code == 415
    assert sofia(verb, path, WHOLE[name], Content_Encoding="gzip").status_code == 415


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_parameter_as_anything(house: World, sofia: Caller, part: int):
    for name in [name for name in NAMES if name.startswith("GET")][part::4]:
        _each_parameter(house, sofia, name)


def _each_parameter(house: World, sofia: Caller, name: str) -> None:
    path = name.partition(" ")[2]
    operation = described()["paths"][f"/api/v1/{path}"]["get"]
    odd = (
        "",
        "%00",
        "%ED%A0%80",
        "x" * 5000,
        "-1",
        "0",
        "9" * 30,
        "1e9",
        "[]",
        "{}",
        "null",
        "%27%20or%201=1",
        "a.b.c",
        "🙂",
    )
    asked = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
    for parameter in asked:
        for value in odd:
            shaped(sofia("GET", f"{address(house, path, 'own')}?{parameter}={value}"))
        shaped(sofia("GET", f"{address(house, path, 'own')}?{parameter}=1&{parameter}=a"))
    for value in ("%00", "%ED%A0%80", "x" * 1000, "9" * 30, "%2F", "..", "%2e%2e%2f", "🙂", "a%0d%0aX: y"):
        shaped(sofia("GET", re.sub(r"\{\w+\}", f"{value}/{value}", path)))


def test_a_strategy_file_as_anything(house: World, caller: Any):
    admin = caller("admin")
    for body in ("a: b", "gaitway: 1", "&a [*a]", "\0", "[" * 10_000, "gaitway: 1\nstrategy: {key: x}", b"\xff"):
        answer = admin("POST", "strategies", body, kind="application/yaml")
        assert answer.status_code in (400, 422), (body[:40], answer.content)
    assert admin("POST", "strategies", b"x" * (2**20 + 1), kind="application/yaml").status_code == 413


def test_the_table_says_the_bodies_that_work(house: World):
    assert {name for name, row in TABLE.items() if row.body is not None} == set(WHOLE)
