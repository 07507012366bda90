"""How the evidence closed in: what the gate review shows of it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from gaitway.actions import observations, strategies
from gaitway.models import Kpi
from gaitway.queries import reviews
from gaitway.queries.words import closing as words
from tests.world import AT, STRATEGY, TODAY, World, document

from .norway import GATE, LAST, get, judged, text


@pytest.fixture(autouse=True)
def moment() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def closing(world: World) -> Any:
    (line,) = (line for line in reviews.page(world.sofia, "north/norway/crawl", TODAY).findings if line.closing)
    return line.closing


def test_the_verdict_falls_on_the_first_day_whose_interval_leaves_the_target(world: World) -> None:
    judged(world, [20, 22, 21, 19, 20, 23, 20, 21])
    found = closing(world)
    assert (found.outcome, found.op) == ("met", ">=")
    out = [look for look in found.looks if look.low is not None and look.low >= 6]
    assert found.verdict.day == out[0].day == date(2026, 2, 22)
    assert found.verdict.label == "met 22 Feb"
    page = get(world, GATE).content
    assert b'class="fell met"' in page
    assert "How the evidence closed in" in text(page)
    assert page.count(b'<span class="proof">') == 1  # the stop rule's alone


def test_a_kpi_that_misses_falls_on_the_other_side(world: World) -> None:
    judged(world, [1, 2, 1, 2, 1, 1, 2, 1], "orders >= 9 with 95% confidence")
    found = closing(world)
    assert found.outcome == "unmet"
    assert found.verdict.label.startswith("not met ")
    assert found.looks[-1].high < 9


def test_before_a_verdict_there_is_no_dot(world: World) -> None:
    judged(world, [6, 8, 5, 7, 6, 8, 5, 7])
    assert (closing(world).verdict, closing(world).said) == (None, "")
    assert b'class="fell' not in get(world, GATE).content


def test_by_the_stages_end_both_tests_are_told(world: World) -> None:
    judged(world, [20, 22, 21, 19, 20, 23, 20, 21], "orders >= 6 with 95% confidence by stage end")
    said = closing(world).said
    assert re.fullmatch(r"At any time: met \d+ \w+\. By the end of the stage: met \d+ \w+\.", said)
    assert said in text(get(world, GATE).content)
    assert words.both("unknown", None, "met", date(2026, 3, 12)) == (
        "At any time: not yet. By the end of the stage: met 12 Mar."
    )


@pytest.mark.parametrize(
    "trigger",
    [
        "orders between 4 and 40 with 95% confidence", "orders improves on baseline by 10% with 90% confidence",
        "orders >= 6 over 7 weeks with 95% confidence", "orders <= 60 with 95% confidence held 2 periods",
    ],
)  # fmt: skip
def test_every_form_of_a_criterion_is_drawn(world: World, trigger: str) -> None:
    judged(world, [9, 12, 10, 11, 9, 12, 10, 11], trigger)
    found = closing(world)
    assert len(found.looks) == 8
    assert (found.wanted_high is not None) == ("between" in trigger)
    assert b'id="closing-1-t"' in get(world, GATE).content


def test_against_a_running_control_what_is_wanted_moves_with_it(world: World) -> None:
    text = STRATEGY.replace("orders >= 6 with 95% confidence", "orders improves on home by 10% with 90% confidence")
    text = text.replace(
        "  conversion: {", "  home: {name: Home, kind: count, unit: orders, every: week}\n  conversion: {"
    )
    strategies.apply(document(text), by=world.admin, at=AT, today=TODAY, reason="Against home.")
    home = Kpi.objects.get(key="home")
    rows = {LAST - timedelta(weeks=i): (10.0 + (7 - i) % 3, 1.0) for i in range(8)}
    observations.record(home, rows, by=world.admin, at=AT)
    judged(world, [20, 22, 21, 19, 20, 23, 20, 21])
    found = closing(world)
    assert found.op == ">="
    assert [round(look.wanted, 2) for look in found.looks[:3]] == [11.0, 11.55, 12.1]
    last = found.looks[-1]
    assert last.low < last.value < last.high
    assert b'class="goal"' in get(world, GATE).content.split(b'id="closing-1-t"')[1]


def test_a_criterion_without_confidence_has_nothing_to_close_in(world: World) -> None:
    judged(world, [9, 12, 10, 11, 9, 12, 10, 11], "orders >= 6 for 3 weeks")
    assert all(line.closing is None for line in reviews.page(world.sofia, "north/norway/crawl", TODAY).findings)


def test_the_chart_shows_what_was_known_then(world: World) -> None:
    """Numbers that were recorded later don't change the picture of a verdict."""
    judged(world, [20, 22, 21, 19, 20, 23, 20, 21])
    before = closing(world)
    rows = {date(2026, 2, 16): (1.0, 1.0)}
    observations.record(world.orders, rows, by=world.admin, at=AT + timedelta(hours=1))
    assert closing(world) == before
