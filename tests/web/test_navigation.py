"""Rooms and keys: what leads where, each by a letter of its own."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from gaitway.web import navigation
from gaitway.web.keys import KEYS
from tests.world import World

SCRIPT = (Path(__file__).parents[2] / "gaitway/web/static/gaitway/js/keys.js").read_text("utf-8")


def test_no_letter_leads_to_two_rooms(world: World) -> None:
    assert max(Counter(room.letter for room in navigation.ROOMS).values()) == 1
    assert max(Counter(room.near for room in navigation.ROOMS if room.near < 99).values()) == 1
    assert [room.name for room in navigation.rooms(world.luca) if room.who != "everyone"] == []


def test_a_room_that_is_not_built_is_left_out(world: World) -> None:
    assert not navigation.exists("no_such_room")
    assert {room.name for room in navigation.rooms(world.luca)} >= {"portfolio", "inbox", "kpis", "feed"}
    assert len(navigation.near(navigation.rooms(world.luca))) == navigation.NEAR


def test_every_key_of_the_list_is_one_that_the_script_knows() -> None:
    cases = set(re.findall(r'case "(.)"', SCRIPT))
    listed = {key.press.lower(): key.needs for part in KEYS for key in part.keys if len(key.press) == 1}
    by_page = {press for press, needs in listed.items() if f'data-key="{press}"' in needs}
    assert {press for press in listed if press not in ("↵",)} - by_page <= cases
