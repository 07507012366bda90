"""No channel can be led into the house, whichever way it tells: every target, every way, no visit of the canary."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gaitway.actions.channels import fresh_secret
from gaitway.lib.outgoing import Door
from gaitway.notices import slack, teams, webhook
from gaitway.notices.base import Undelivered
from gaitway.queries.messages import Message
from tests.outside import Outside, answer, outside
from tests.targets import TARGETS, NameServer
from tests.world import AT

NOBODY: frozenset[str] = frozenset()
MESSAGE = Message("test", "", "This is a test", "", AT, None)


def by_slack(door: Door, target: str) -> None:
    slack.send(door, target, MESSAGE, at=AT)


def by_teams(door: Door, target: str) -> None:
    teams.send(door, target, MESSAGE, at=AT)


def by_webhook(door: Door, target: str) -> None:
    webhook.send(door, target, [fresh_secret()], "key", {"type": "test"}, at=AT)


WAYS = [by_slack, by_teams, by_webhook]


@pytest.fixture
def canary(there: Outside, no_way_out: None, monkeypatch: pytest.MonkeyPatch) -> Outside:
    from gaitway.lib.outgoing import Budget
    from gaitway.notices import posting

    monkeypatch.setattr(posting, "BUDGET", Budget(connect=2, first=2, whole=4))
    there.says["/"] = answer("ok")
    return there


@pytest.mark.parametrize("way", WAYS)
def test_no_target_is_reached(canary: Outside, way: Callable[[Door, str], None]) -> None:
    door = Door(NameServer(), NOBODY)
    for target in TARGETS:
        with pytest.raises(Undelivered):
            way(door, target.format(port=canary.port))
    assert canary.visits == 0


@pytest.mark.parametrize("way", WAYS)
def test_the_canary_is_found_where_it_is_allowed(canary: Outside, way: Callable[[Door, str], None]) -> None:
    way(canary.door, f"{canary.url}/")
    assert canary.visits == 1


@pytest.mark.parametrize("way", WAYS)
def test_no_redirect_is_followed(canary: Outside, way: Callable[[Door, str], None]) -> None:
    with outside() as sender:
        sender.says["/"] = answer("", "307 Temporary Redirect", location=f"{canary.url}/")
        with pytest.raises(Undelivered, match="has moved"):
            way(Door(NameServer(), sender.door.hosts | canary.door.hosts), f"{sender.url}/")
    assert canary.visits == 0
