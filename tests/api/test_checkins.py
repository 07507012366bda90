"""Check-ins as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine

from gaitway.models import CheckIn, Stage
from tests.api.conftest import Caller, read
from tests.world import AT, World

PATH = "initiatives/north/norway/check-ins"
Sign = Callable[..., Caller]


@pytest.fixture(autouse=True)
def now(world: World) -> Iterator[None]:
    with time_machine.travel(AT, tick=True):
        Stage.objects.filter(initiative=world.norway).update(check_in="week")
        yield


def test_a_check_in_is_made_and_read(caller: Sign) -> None:
    luca = caller("luca", "act")
    assert [(each["initiative_id"], each["owed"]) for each in read(luca("GET", "check-ins/due"))] == [
        ("north/norway", True)
    ]
    said = {
        "outlook": "at risk",
        "difficulties": "The carrier is slow.",
        "help": "Call them",
        "on": "2026-03-01",
        "key": "k1",
    }
    made = luca("POST", PATH, said)
    assert made.status_code == 201
    again = luca("POST", PATH, said)
    assert read(again)["check_in_id"] == read(made)["check_in_id"] == CheckIn.objects.get().pk
    found = read(luca("GET", PATH))
    assert found["more"] is None
    (kept,) = found["check_ins"]
    assert (kept["outlook"], kept["by"]["name"], kept["on"], kept["stage"]) == (
        "at risk",
        "Luca Brandt",
        "2026-03-01",
        "Crawl",
    )
    assert (kept["gate_due"], kept["help"]) == ("2026-03-29", "Call them")
    assert read(luca("GET", "check-ins/due")) == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"outlook": "off track"}, "body.difficulties"),
        ({"outlook": "green"}, "body.outlook"),
        ({"outlook": "on track", "on": "2027-01-01"}, "body.on"),
        ({"outlook": "on track", "mood": "good"}, "body.mood"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(caller: Sign, body: dict[str, object], place: str) -> None:
    answer = caller("luca", "act")("POST", PATH, body)
    assert (answer.status_code, read(answer)["error"]["place"]) == (422, place)
    assert not CheckIn.objects.exists()
