"""The same key has one effect, whoever asks how often."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from gaitway.actions import replies
from gaitway.models import Decision, Observation, Person, Reply
from tests.api.conftest import Caller, read, token
from tests.world import build

WEEK = timezone.localdate() - timedelta(days=timezone.localdate().weekday() + 14)
ROW = {"kpi": "north/orders", "period": str(WEEK), "events": 5}


def post(luca: Caller, key: str, row: object = ROW):
    return luca("POST", "observations", row, Idempotency_Key=key)


@pytest.fixture
def luca(caller) -> Caller:
    return caller("luca")


def test_the_same_again_gets_the_same_answer(house, luca):
    first, again = post(luca, "k"), post(luca, "k")
    assert read(first) == {"new": 1, "revised": 0, "unchanged": 0, "refused": 0}
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert [each.headers.get("Idempotent-Replay") for each in (first, again)] == [None, "true"]
    assert Observation.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(luca):
    post(luca, "k")
    answer = post(luca, "k", {**ROW, "events": 6})
    assert (answer.status_code, read(answer)["error"]["place"]) == (422, "header Idempotency-Key")


def test_keys_belong_to_people(luca, caller):
    post(luca, "k")
    assert read(post(caller("sofia"), "k", {**ROW, "events": 6}))["revised"] == 1


def test_what_changed_nothing_may_be_tried_again(luca):
    assert post(luca, "k", {**ROW, "events": -1}).status_code == 422
    assert not Reply.objects.exists()
    assert post(luca, "k").status_code == 200


def test_what_is_being_worked_on_is_told(house, luca):
    post(luca, "k")
    Reply.objects.update(status=None)
    assert post(luca, "k").status_code == 409
    Reply.objects.update(at=timezone.now() - replies.ABANDONED - timedelta(seconds=1))  # its worker died
    assert post(luca, "k").status_code == 200


def test_who_lost_the_claim_changes_nothing(house):
    at = timezone.now()
    mine = replies.claim("k", "r", by=house.luca, at=at)
    Reply.objects.update(at=at + timedelta(minutes=5))
    with pytest.raises(replies.Conflict):
        replies.keep(mine, 200, "{}", by=house.luca, at=at)
    replies.release(mine, by=house.luca, at=at)
    assert Reply.objects.count() == 1


def test_answers_are_kept_for_a_day(house, luca):
    post(luca, "old")
    Reply.objects.update(at=timezone.now() - replies.KEPT - timedelta(seconds=1))
    post(luca, "new")
    assert list(Reply.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
def test_a_key_that_is_none(luca, key):
    assert post(luca, key).status_code == 422


def test_a_decision_is_made_once(house, caller):
    sofia = caller("sofia")
    body = {"choice": "go", "reason": "Because"}
    answers = [sofia("POST", "stages/north/norway/crawl/decisions", body, Idempotency_Key="d") for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Decision.objects.exclude(choice="conditional go").count() == 1


@pytest.mark.slow
def test_sixteen_at_once_have_one_effect(really_kept, tmp_path):
    """Goal R3, on the engine that the tests run on."""
    build(tmp_path)
    text = token(Person.objects.get(email="luca@example.com"))
    wanted = []

    def one(number: int) -> tuple[int, bytes]:
        try:
            answer = post(Caller(text), f"k{number}", {**ROW, "events": number})
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        for number in range(1, 11):
            answers = list(pool.map(one, [number] * 16))
            assert {status for status, _ in answers} <= {200, 409}
            assert len({content for status, content in answers if status == 200}) == 1
            wanted.append(float(number))
    assert list(Observation.objects.order_by("revision").values_list("events", flat=True)) == wanted
    assert json.loads(Reply.objects.get(key="k1").body)["new"] == 1
