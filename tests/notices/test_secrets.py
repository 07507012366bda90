"""What leads to a channel is a secret: sealed in the database, and shown nowhere. Who may add one, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gaitway.actions import channels, deliveries
from gaitway.models import Channel, Delivery, Person
from tests.notices.test_channels import add, happens, work
from tests.outside import Outside, answer
from tests.world import AT, World


def rows_of_the_database() -> str:
    from django.apps import apps

    return repr([list(model.objects.values()) for model in apps.get_models() if hasattr(model, "objects")])


def test_an_address_and_a_secret_are_sealed_and_shown_nowhere(
    world: World, receiver: Outside, caplog: pytest.LogCaptureFixture, client: Any
) -> None:
    channel, secret = add(world, receiver)
    receiver.says["/in/s3cret"] = answer("", "500 Oh no")
    happens(world, world.norway)
    work()
    root = Person.objects.create(email="root@example.com", name="Root", access="administrator", invited_at=AT)
    client.force_login(root)
    page = client.get("/channels/").content.decode()
    for place in (rows_of_the_database(), caplog.text, page):
        assert "s3cret" not in place
        assert secret not in place
    assert str(receiver.port) in page  # the host is shown
    channels.end(channel, by=world.admin, at=AT)
    channel.refresh_from_db()
    assert (channel.address, channel.secret, channel.secret_before) == ("", "", "")


def test_with_another_key_nothing_is_sent_and_the_fix_is_told(
    world: World, receiver: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(world, receiver)
    happens(world, world.norway)
    new = "another-key-" + "y" * 40
    monkeypatch.setenv("GAITWAY_SECRET_KEYS", new)
    work()
    waits = Delivery.objects.get()
    assert (waits.status, receiver.visits) == ("pending", 0)
    assert "GAITWAY_SECRET_KEYS" in waits.fault
    from django.conf import settings

    monkeypatch.setenv("GAITWAY_SECRET_KEYS", f"{new}, {settings.SECRET_KEY}")
    work(timedelta(hours=1))
    assert Delivery.objects.get().status == "sent"


@pytest.mark.parametrize(
    ("kind", "address", "name", "groups", "why"),
    [
        ("email", "https://x.example", "x", ["gates"], "slack, teams or webhook"),
        ("slack", "https://x.example", " ", ["gates"], "needs a name"),
        ("slack", "ftp://x.example", "x", ["gates"], "https:// and http://"),
        ("slack", "https://x.example", "x", [], "one group of events or more"),
        ("slack", "https://x.example", "x", ["weather"], "one group of events or more"),
    ],
)
def test_what_is_wrong_is_refused(
    world: World, kind: str, address: str, name: str, groups: list[str], why: str
) -> None:
    from gaitway.actions import Refused

    with pytest.raises(Refused, match=why):
        channels.add(kind, name=name, address=address, groups=groups, by=world.admin, at=AT)
    assert not Channel.objects.exists()


def test_only_administrators_look_after_channels(world: World, receiver: Outside) -> None:
    from gaitway.actions import NotAllowed

    channel, _ = add(world, receiver)
    for do in (
        lambda: channels.add("slack", name="x", address="https://x.example", groups=["gates"], by=world.sofia, at=AT),
        lambda: channels.rotate(channel, by=world.sofia, at=AT),
        lambda: channels.forget_before(channel, by=world.sofia, at=AT),
        lambda: channels.end(channel, by=world.sofia, at=AT),
        lambda: deliveries.retry_failed([], by=world.sofia, at=AT),
    ):
        with pytest.raises(NotAllowed):
            do()
