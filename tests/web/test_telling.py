"""The pages on which people choose how they are told, and see whether it arrives."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from gaitway.actions import channels, deliveries, people, preferences
from gaitway.models import Channel, Delivery, Following, Notice, Person, Preference
from gaitway.work import loop
from tests.work.test_loop import deliver
from tests.world import AT, World

CHOSEN = {"gates": "quiet", "decisions": "needs me", "plans": "follow", "mail_needs": "at once",
          "mail_follow": "off", "digest_day": "4"}  # fmt: skip


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def root(world: World) -> Person:
    return people.invite("root@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)


def test_what_was_chosen_is_kept_and_shown(world: World) -> None:
    client = browser(world.luca)
    assert client.post("/me/notices/", CHOSEN).status_code == 302
    wish = Preference.objects.get(person=world.luca)
    assert (wish.gates, wish.decisions, wish.mail_follow, wish.digest_day) == ("quiet", "needs me", "off", 4)
    page = client.get("/me/notices/").content.decode()
    assert 'name="gates" value="quiet" checked' in page
    assert '<option value="4" selected>Friday' in page
    client.post("/me/notices/", {**CHOSEN, "digest_day": "off"})
    assert Preference.objects.get(person=world.luca).digest_day is None


@pytest.mark.parametrize("wrong", [{"gates": "loud"}, {"digest_day": "7"}, {"mail_needs": ""}])
def test_what_is_not_on_the_list_changes_nothing(world: World, wrong: dict[str, str]) -> None:
    answer = browser(world.luca).post("/me/notices/", {**CHOSEN, **wrong})
    assert (answer.status_code, Preference.objects.count()) == (422, 0)
    assert b"Each row needs one choice" in answer.content


def test_an_initiative_is_followed_on_its_page(world: World) -> None:
    world.norway.roles.filter(person=world.theo).delete()
    client = browser(world.theo)
    page = "/initiatives/north/norway/"
    assert b"Follow" in client.get(page).content
    assert (
        client.post("/me/follow/", {"what": "initiative", "key": "north/norway", "next": page}).headers["Location"]
        == page
    )
    assert b"Stop following" in client.get(page).content
    assert b"Norway" in client.get("/me/notices/").content
    client.post("/me/follow/", {"what": "initiative", "key": "north/norway", "stop": "1"})
    assert not Following.objects.exists()


def test_an_objective_is_followed_on_the_page_of_notices(world: World) -> None:
    client = browser(world.theo)
    client.post("/me/follow/", {"what": "objective", "key": "north/customers"})
    assert Following.objects.get().objective == world.norway.objective
    assert b"Stop following Customers outside" in client.get("/me/notices/").content


@pytest.mark.parametrize(("who", "key"), [("theo", "north/iceland"), ("nadia", "north/norway"), ("theo", "north/x")])
def test_nobody_follows_what_they_may_not_see(world: World, who: str, key: str) -> None:
    answer = browser(getattr(world, who)).post("/me/follow/", {"what": "initiative", "key": key})
    assert (answer.status_code, Following.objects.count()) == (404, 0)


def test_what_is_followed_and_restricted_later_is_not_named(world: World) -> None:
    preferences.follow(world.iceland, by=world.theo, at=AT)
    assert b"Iceland" not in browser(world.theo).get("/me/notices/").content


@pytest.fixture
def told(world: World) -> World:
    deliver(world)
    loop.drain("w", lambda: AT, tick=False)
    return world


def test_later_and_all_done_in_the_inbox(told: World) -> None:
    client = browser(told.sofia)
    notice = Notice.objects.get(person=told.sofia, level="needs me")
    with time_machine.travel(AT, tick=False):
        assert b"1 thing needs you" in client.get("/inbox/").content
        for until in ("", "soon", "2026-03-02", "2031-01-01"):
            client.post(f"/inbox/{notice.pk}/later/", {"until": until})
            assert b"1 thing needs you" in client.get("/inbox/").content
        client.post(f"/inbox/{notice.pk}/later/", {"until": "", "day": "2026-03-05"})
        assert b"Nothing needs you" in client.get("/inbox/").content
        assert b"back on" in client.get("/inbox/?tab=later").content
        assert client.post("/inbox/done/").status_code == 302
    assert not Notice.objects.filter(person=told.sofia, level="follow", done_at=None).exists()
    notice.refresh_from_db()
    assert notice.later_until == AT.replace(day=5, hour=7)


def test_the_inbox_has_pages(world: World) -> None:
    from gaitway.actions import events
    from gaitway.models import Event

    for i in range(120):
        event = events.record(
            Event.Kind.TASK_DONE, by=world.luca, at=AT + timedelta(seconds=i // 2), initiative=world.norway,
            data={"task": f"no {i:03}"},
        )  # fmt: skip
        Notice.objects.create(event=event, person=world.sofia, level="follow")
    client, seen, path = browser(world.sofia), [], "?tab=follow"
    while path:
        page = client.get(f"/inbox/{path}").content.decode()
        seen += re.findall(r"finished “no (\d+)”</a>", page)
        more = re.search(r"before=(\d+)[^>]*>Older", page)  # the page names its own address elsewhere
        path = f"?tab=follow&before={more[1]}" if more else ""
    assert seen == [f"{i:03}" for i in reversed(range(120))]


def test_a_secret_is_shown_once(world: World, root: Person) -> None:
    client = browser(root)
    form = {"kind": "webhook", "name": "ops", "address": "https://example.com/hook/abc", "groups": ["gates", "kpis"]}
    answer = client.post("/channels/", form)
    assert b"whsec_" in answer.content
    page = client.get("/channels/").content
    assert b"whsec_" not in page
    assert b"example.com" in page
    assert b"hook/abc" not in page
    assert b"Never used" in page  # nobody knows yet whether it works
    first = Channel.objects.get()
    assert (first.owner, first.groups) == (root, ["gates", "kpis"])
    assert b"whsec_" in client.post(f"/channels/{first.pk}/secret/").content
    assert b"Forget the old secret" in client.get("/channels/").content


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"address": "nonsense"}, b"https://"),
        ({"name": ""}, b"Say where it leads"),
        ({"groups": []}, b"Say what it tells"),
    ],
)
def test_what_is_wrong_stands_under_its_field(world: World, root: Person, wrong: dict[str, object], why: bytes) -> None:
    form = {"kind": "slack", "name": "ops", "address": "https://example.com/hook", "groups": ["gates"], **wrong}
    answer = browser(root).post("/channels/", form)
    assert (answer.status_code, Channel.objects.count()) == (422, 0)
    assert why in answer.content


def test_what_was_laid_aside_is_tried_again_by_a_button(told: World, root: Person) -> None:
    channel, _ = channels.add("slack", name="ops", address="https://example.com/x", groups=["gates"], by=root, at=AT)
    event = Notice.objects.filter(person=told.sofia).latest("pk").event
    deliveries.ask(channel, "one", event=event, at=AT)
    deliveries.fail(list(Delivery.objects.all()), "example.com answers 404: gone.", at=AT, again=False)
    client = browser(root)
    page = client.get("/channels/").content
    assert b"1 message was laid aside" in page
    assert b"answers 404" in page
    client.post("/channels/retry/", {"pk": str(Delivery.objects.get().pk)})
    found = Delivery.objects.get()
    assert (found.status, found.attempt) == ("pending", 0)
    assert client.post("/channels/retry/", {"pk": "x"}).status_code == 404


def test_a_test_that_is_refused_says_why(world: World, root: Person) -> None:
    channel, _ = channels.add("slack", name="ops", address="https://10.1.2.3/x", groups=["gates"], by=root, at=AT)
    answer = browser(root).post(f"/channels/{channel.pk}/test/", follow=True)
    assert b"10.1.2.3 has a private address" in answer.content
