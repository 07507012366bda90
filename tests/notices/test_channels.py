"""From an event to a room or a program: what is said, to whom, and what an answer means."""

from __future__ import annotations

import json
import socket
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from standardwebhooks import Webhook

from gaitway.actions import channels, decisions, deliveries, observations
from gaitway.lib.outgoing import Budget
from gaitway.models import Channel, Delivery, Event, Initiative, Person
from gaitway.models.preference import Group
from gaitway.notices import posting
from gaitway.queries import deliveries as asked
from gaitway.work import loop
from tests.outside import Asked, Outside, answer
from tests.work.test_loop import deliver
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.django_db


def add(world: World, receiver: Outside, kind: str = "webhook", owner: Person | None = None) -> tuple[Channel, str]:
    loop.drain("w", lambda: AT, tick=False)  # what happened before nobody hears there
    return channels.add(
        kind, name="ops", address=f"{receiver.url}/in/s3cret", groups=Group.values, owner=owner, by=world.admin, at=AT
    )


def work(after: timedelta = timedelta(0)) -> None:
    loop.drain("w", lambda: AT + after, tick=False)


def decide(world: World) -> None:
    decisions.decide(world.crawl, "hold", reason="Wait <!channel> & see.", by=world.sofia, at=AT, effective_on=TODAY)


def bodies(receiver: Outside) -> list[Any]:
    return [json.loads(each.body) for each in receiver.asked]


def types(receiver: Outside) -> list[str]:
    return [each["type"] for each in bodies(receiver)]


# What is said -----------------------------------------------------------------------------------------------------


def test_slack_hears_what_people_are_told(world: World, receiver: Outside) -> None:
    add(world, receiver, "slack")
    decide(world)
    work()
    (said,) = bodies(receiver)
    assert said["text"] == "Norway: Sofia Marino decided to stay in Crawl"
    text = said["blocks"][0]["text"]["text"]
    assert text.startswith("*<http://127.0.0.1:8321/initiatives/north/norway/|Norway: ")
    assert "Wait &lt;!channel&gt; &amp; see." in text  # nobody's reason calls a whole channel
    assert Delivery.objects.get().status == "sent"


def test_slack_has_to_say_ok(world: World, receiver: Outside) -> None:
    add(world, receiver, "slack")
    receiver.says["/in/s3cret"] = answer("<html>Sign in</html>")
    decide(world)
    work()
    found = Delivery.objects.get()
    assert (found.status, found.fault) == (
        "failed", "Slack answers 200 and not ok. Is it the address of an incoming webhook?",
    )  # fmt: skip


def test_teams_gets_a_card_without_markdown(world: World, receiver: Outside) -> None:
    add(world, receiver, "teams")
    receiver.says["/in/s3cret"] = answer("", "202 Accepted")
    decide(world)
    work()
    (said,) = bodies(receiver)
    card = said["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert [block["inlines"][0]["text"] for block in card["content"]["body"]] == [
        "Norway: Sofia Marino decided to stay in Crawl", "Wait <!channel> & see.", "Gaitway · 2 Mar",
    ]  # fmt: skip
    assert card["content"]["actions"][0]["url"] == "http://127.0.0.1:8321/initiatives/north/norway/"


def test_a_webhook_tells_stages_decisions_verdicts_and_revisions(world: World, receiver: Outside) -> None:
    add(world, receiver)
    deliver(world)
    work()
    decisions.decide(world.crawl, "go", reason="Met.", by=world.sofia, at=AT, effective_on=TODAY)
    observations.record(world.orders, {TODAY - timedelta(days=7): (31.0, 1.0)}, by=world.admin, at=AT)
    work()
    assert set(types(receiver)) == {"verdict.changed", "decision.made", "stage.moved", "kpi.revised"}
    decided = next(each for each in bodies(receiver) if each["type"] == "decision.made")
    assert decided["data"]["initiative"] == {"key": "north/norway", "name": "Norway"}
    assert decided["data"]["by"] == {"name": "Sofia Marino", "email": "sofia@example.com"}
    assert (decided["data"]["choice"], decided["data"]["reason"]) == ("go", "Met.")
    assert decided["timestamp"] == "2026-03-02T09:00:00+00:00"


def test_a_signature_is_what_receivers_check(world: World, receiver: Outside) -> None:
    channel, first = add(world, receiver)
    decide(world)
    work()
    second = channels.rotate(Channel.objects.get(pk=channel.pk), by=world.admin, at=AT)
    Delivery.objects.update(status="pending", ended_at=None)
    deliveries.wake(at=AT)
    work()
    early, late = receiver.asked[0], receiver.asked[-1]
    with time_machine.travel(AT):
        for secret, request in ((first, early), (first, late), (second, late)):
            Webhook(secret).verify(request.body, dict(request.headers))
        with pytest.raises(Exception, match="No matching signature"):
            Webhook(second).verify(early.body, dict(early.headers))
        with pytest.raises(Exception, match="No matching signature"):
            Webhook(first).verify(late.body.replace(b"hold", b"go!!"), dict(late.headers))
    channels.forget_before(channel, by=world.admin, at=AT)
    Delivery.objects.update(status="pending", ended_at=None)
    deliveries.wake(at=AT)
    work()
    with time_machine.travel(AT), pytest.raises(Exception, match="No matching signature"):
        Webhook(first).verify(receiver.asked[-1].body, dict(receiver.asked[-1].headers))


def test_what_is_sent_again_has_the_same_id(world: World, receiver: Outside) -> None:
    add(world, receiver)
    receiver.says["/in/s3cret"] = answer("", "500 Oh no")
    decide(world)
    work()
    receiver.says["/in/s3cret"] = answer("ok")
    work(timedelta(hours=1))
    by_id: dict[str, list[bytes]] = {}
    for each in receiver.asked:
        by_id.setdefault(each.headers["webhook-id"], []).append(each.body)
    assert [len(set(same)) for same in by_id.values()] == [1] * len(by_id)
    assert sorted(len(same) for same in by_id.values()) == [2, 2]


# To whom ----------------------------------------------------------------------------------------------------------


def happens(world: World, initiative: Initiative) -> None:
    from gaitway.actions import events

    data = {"stage": "crawl", "choice": "go", "reason": "x", "conditions": "", "against_evidence": False}
    events.record(Event.Kind.DECISION, by=world.admin, at=AT, initiative=initiative, data=data)


@pytest.mark.parametrize(
    ("kind", "owner", "hears"),
    [("slack", "", False), ("teams", "", False), ("webhook", "theo", False), ("webhook", "nadia", False),
     ("webhook", "sofia", True)],
)  # fmt: skip
def test_what_is_restricted_reaches_its_people_alone(
    world: World, receiver: Outside, kind: str, owner: str, hears: bool
) -> None:
    add(world, receiver, kind, getattr(world, owner) if owner else None)
    happens(world, world.iceland)
    work()
    assert any(b"celand" in each.body for each in receiver.asked) == hears


def test_nadias_webhook_hears_nothing(world: World, receiver: Outside) -> None:
    add(world, receiver, owner=world.nadia)
    decide(world)
    work()
    assert receiver.visits == 0


@pytest.mark.parametrize("kind", ["slack", "webhook"])
def test_rights_are_those_of_the_moment_of_sending(world: World, receiver: Outside, kind: str) -> None:
    """It became restricted after it happened, and before it was sent."""
    channel, _ = add(world, receiver, kind, world.theo)
    Channel.objects.filter(pk=channel.pk).update(rests_until=AT + timedelta(hours=1))
    Initiative.objects.filter(pk=world.iceland.pk).update(restricted=False)
    happens(world, Initiative.objects.get(pk=world.iceland.pk))
    work()
    assert Delivery.objects.get().status == "pending"
    Initiative.objects.filter(pk=world.iceland.pk).update(restricted=True)
    work(timedelta(hours=2))
    assert (receiver.visits, Delivery.objects.get().status) == (0, "dropped")


def test_a_webhook_ends_with_its_owner(world: World, receiver: Outside) -> None:
    add(world, receiver, owner=world.luca)
    Person.objects.filter(pk=world.luca.pk).update(is_active=False)
    decide(world)
    work()
    assert receiver.visits == 0


def test_a_room_hears_no_noise_and_a_decided_move_once(world: World, receiver: Outside) -> None:
    add(world, receiver, "slack")
    deliver(world)
    work()
    receiver.asked.clear()
    deliver(world, events=31)
    work()
    assert receiver.asked == []
    decisions.decide(world.crawl, "go", reason="Met.", by=world.sofia, at=AT, effective_on=TODAY)
    work()
    assert [each["text"] for each in bodies(receiver)][:1] == ["Norway: Sofia Marino decided to move on from Crawl"]
    assert len([each for each in bodies(receiver) if "Sofia" in each["text"]]) == 1


# What an answer means -----------------------------------------------------------------------------------------------


def cut(connection: socket.socket, _asked: Asked) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nok")


def slow(connection: socket.socket, _asked: Asked) -> None:
    time.sleep(0.6)
    connection.sendall(answer("ok"))


def gone(connection: socket.socket, _asked: Asked) -> None:
    connection.close()


@pytest.mark.parametrize("kind", ["slack", "teams", "webhook"])
@pytest.mark.parametrize(
    ("says", "whole"),
    [
        (answer("", "429 Too Many Requests", retry_after="120"), True),
        (answer("", "503 Service Unavailable", retry_after="Mon, 02 Mar 2026 09:02:00 GMT"), True),
        (answer("", "500 Internal Server Error"), False),
        (answer("", "502 Bad Gateway"), False),
        (cut, True),
        (slow, True),
        (gone, True),
    ],
)
def test_what_is_no_yes_is_tried_again(
    world: World, receiver: Outside, monkeypatch: pytest.MonkeyPatch, kind: str, says: Any, whole: bool
) -> None:
    monkeypatch.setattr(posting, "BUDGET", Budget(connect=2, first=0.2, whole=0.4))
    channel, _ = add(world, receiver, kind)
    receiver.says["/in/s3cret"] = says
    happens(world, world.norway)
    work()
    waits = Delivery.objects.get()
    assert (waits.status, waits.attempt) == ("pending", 1)
    assert "s3cret" not in waits.fault
    channel.refresh_from_db()
    assert (channel.rests_until is not None) == whole
    if isinstance(says, bytes) and b"etry-after" in says.lower():
        assert waits.due_at >= AT + timedelta(seconds=120)
        assert channel.rests_until is not None
        assert channel.rests_until >= AT + timedelta(seconds=120)
        before = receiver.visits
        work(timedelta(seconds=119))
        assert receiver.visits == before  # nobody asks before it was wanted
    monkeypatch.setattr(posting, "BUDGET", Budget(connect=10, first=10, whole=20))
    receiver.says["/in/s3cret"] = answer("ok")
    work(timedelta(hours=1))
    assert Delivery.objects.get().status == "sent"
    channel.refresh_from_db()
    assert channel.rests_until is None


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "404 Not Found", "410 Gone", "302 Found"])
def test_what_would_not_help_is_not_tried_again(world: World, receiver: Outside, status: str) -> None:
    add(world, receiver)
    receiver.says["/in/s3cret"] = answer("", status)
    happens(world, world.norway)
    work()
    failed = Delivery.objects.get()
    assert failed.status == "failed"
    assert "s3cret" not in failed.fault
    assert status[:3] in failed.fault
    receiver.says["/in/s3cret"] = answer("ok")
    deliveries.retry_failed(asked.all_failed(world.admin), by=world.admin, at=AT)
    work()
    assert Delivery.objects.get().status == "sent"


def test_a_slow_channel_holds_up_no_other(world: World, receiver: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """It rests after its first delivery, and the others have theirs."""
    monkeypatch.setattr(posting, "BUDGET", Budget(connect=2, first=0.2, whole=0.4))
    add(world, receiver)
    receiver.says["/in/fast"] = answer("ok")
    receiver.says["/in/s3cret"] = slow
    channels.add("webhook", name="fast", address=f"{receiver.url}/in/fast", groups=["decisions"], by=world.admin, at=AT)
    for _ in range(5):
        happens(world, world.norway)
    work()
    assert [each.path for each in receiver.asked].count("/in/fast") == 5
    assert [each.path for each in receiver.asked].count("/in/s3cret") == 1
    assert asked.channels(world.admin, AT, email_on=False)[0].state == "resting"


def test_the_lanes_leave_each_other_room() -> None:
    from gaitway.work.lanes import _leaves

    for threads in (2, 3, 4, 8):
        lanes = [_leaves(number, threads) for number in range(threads)]
        assert lanes[0] == {"pull", "deliver"}  # verdicts are held up by nobody outside
        assert any("deliver" not in lane for lane in lanes)
        assert any("pull" not in lane for lane in lanes)
        if threads > 2:  # neither holds up the other
            assert any("deliver" in lane and "pull" not in lane for lane in lanes)
            assert any("pull" in lane and "deliver" not in lane for lane in lanes)


def test_a_test_says_what_went_wrong(world: World, receiver: Outside) -> None:
    from gaitway.notices import sending
    from gaitway.notices.base import Undelivered

    for kind in ("slack", "teams", "webhook"):
        channel, _ = add(world, receiver, kind)
        sending.try_out(channel, world.sofia, at=AT)
    assert len(receiver.asked) == 3
    receiver.says["/in/s3cret"] = answer("", "404 Not Found")
    with pytest.raises(Undelivered, match="answers 404"):
        sending.try_out(channel, world.sofia, at=AT)
