"""No connector can be led into the house, whichever way it asks: every target, every way, no visit of the canary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gaitway.connectors.base import Failure, Limits, Place, Query, Sign
from gaitway.connectors.prometheus import Prometheus
from gaitway.connectors.web import Web
from gaitway.lib.outgoing import Door
from tests.outside import Outside, answer, outside
from tests.targets import TARGETS, NameServer

LIMITS = Limits(seconds=4)
NOBODY: frozenset[str] = frozenset()


def answers(door: Door, target: str) -> list[Failure]:
    """A KPI of a Prometheus there."""
    place = Place(f"prometheus+{target}")
    query = Query("kpi", "up", "there", since=date(2026, 1, 1), until=date(2026, 1, 3))
    return [each for each in Prometheus(door).run({"there": place}, [query], LIMITS) if isinstance(each, Failure)]


def prometheus_probe(door: Door, target: str) -> list[Sign]:
    return [sign for sign in Prometheus(door).probe("there", Place(f"prometheus+{target}"), LIMITS) if not sign.fine]


def web_probe(door: Door, target: str) -> list[Sign]:
    """The download, without the SQL after it."""
    place = Place(target, {"format": "csv"})
    return [sign for sign in Web(door).probe("there", place, LIMITS) if not sign.fine]


def web_document(door: Door, target: str) -> list[Sign]:
    place = Place(target, {"records": "data", "next": "next"})
    return [sign for sign in Web(door).probe("there", place, LIMITS) if not sign.fine]


WAYS = [answers, prometheus_probe, web_probe, web_document]


@pytest.fixture
def canary(there: Outside, no_way_out: None) -> Outside:
    there.says["/"] = answer({"data": [{"a": 1}]})
    return there


@pytest.mark.parametrize("way", WAYS)
def test_no_target_is_reached(canary: Outside, way: Callable[[Door, str], list[object]]) -> None:
    door = Door(NameServer(), NOBODY)
    for target in TARGETS:
        assert len(way(door, target.format(port=canary.port))) == 1, target
    assert canary.visits == 0


@pytest.mark.parametrize("way", WAYS)
def test_the_canary_is_found_where_it_is_allowed(canary: Outside, way: Callable[[Door, str], list[object]]) -> None:
    way(canary.door, f"{canary.url}/")
    assert canary.visits == 1


@pytest.mark.parametrize("target", TARGETS)
def test_no_target_is_reached_as_the_next_page(canary: Outside, target: str) -> None:
    with outside() as sender:
        sender.says["/"] = answer({"data": [{"a": 1}], "next": target.format(port=canary.port)})
        web_document(Door(NameServer(), sender.door.hosts), f"{sender.url}/")
    assert canary.visits == 0
