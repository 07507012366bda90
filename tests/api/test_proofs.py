"""Can a stage prove its trigger? Asked through the API, with what is expected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from gaitway.actions import observations
from tests.api.conftest import Caller, read
from tests.world import AT, TODAY, World

CRAWL = "stages/north/norway/crawl/evidence"


@pytest.fixture
def luca(house: World, caller: Any) -> Any:
    weeks = {TODAY - timedelta(weeks=i): (float(7 + i % 3), 1.0) for i in range(1, 30)}
    observations.record(house.orders, weeks, by=house.admin, at=AT)
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        yield caller("luca", "read")


def test_more_effect_is_proved_sooner(luca: Caller) -> None:
    strong, weak = (read(luca("GET", f"{CRAWL}?expect={value}")) for value in ("orders=20", "6.1"))
    for found in (strong, weak):
        assert (found["stage_id"], found["first"], found["last"]) == ("north/norway/crawl", "2026-01-05", "2026-03-29")
        assert [(row["criterion"], row["kpi_id"]) for row in found["criteria"]] == [
            ("orders >= 6 with 95% confidence", "north/orders")
        ]
    (better,), (worse,) = strong["criteria"], weak["criteria"]
    assert (strong["provable"], weak["provable"]) == (True, False)
    assert better["proof"]["expected"] == 20
    assert better["proof"]["missed"] < worse["proof"]["missed"]
    assert better["sentence"].startswith("In 84 days this pilot would show")
    assert (better["guessed"], better["missing"], better["history"]) == (False, "", 29)


@pytest.mark.parametrize("gait", ["walk", "run"])
def test_a_trigger_without_confidence_has_nothing_to_prove(luca: Caller, gait: str) -> None:
    found = read(luca("GET", f"stages/north/norway/{gait}/evidence"))
    assert (found["criteria"], found["provable"]) == ([], False)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("expect=many", "query expect many: "),
        ("expect=conversion=3%25", "the trigger has nothing to prove of 'conversion', only of orders."),
        ("traffic=0", "query traffic 0: it is a number above zero."),
        ("spread=nan", "query spread nan: it is a number above zero."),
    ],
)
def test_what_cannot_be_assumed_is_named(luca: Caller, query: str, said: str) -> None:
    answer = luca("GET", f"{CRAWL}?{query}")
    assert answer.status_code == 422
    assert said in read(answer)["error"]["message"]


@pytest.mark.parametrize("text", ["1e300", "1e-300", "1e308", "5e-324"])
@pytest.mark.parametrize("name", ["expect", "traffic", "spread"])
def test_numbers_beyond_all_measure_break_nothing(luca: Caller, name: str, text: str) -> None:
    assert luca("GET", f"{CRAWL}?{name}={text}").status_code in (200, 422)
