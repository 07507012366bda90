"""A trigger while it is written: what is said of it, from numbers that were worked out elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gaitway.actions import gates, observations, stages
from gaitway.engine.stages import Move
from gaitway.models import Area, Kpi, Stage
from gaitway.queries import chances, proofs
from gaitway.queries.triggers import Look, Room, find, look, version
from tests.world import AT, TODAY, World


@pytest.fixture
def told(world: World) -> World:
    """Half a year of orders, eight a week, seven and nine in turn."""
    rows = {TODAY - timedelta(weeks=i): (7.0 + 2 * (i % 2), 1.0) for i in range(1, 27)}
    observations.record(world.orders, rows, by=world.admin, at=AT)
    return world


def looked(world: World, trigger: str, stop: str = "", key: str = "crawl") -> Look:
    stage = find(world.luca, f"north/norway/{key}")
    return look(stage, trigger, stop, Room.of(world.luca, stage), TODAY)


def test_it_says_today_what_the_gate_would_say(told: World) -> None:
    kept = gates.evaluate(told.crawl, through=TODAY, by=told.admin, at=AT)
    assert kept is not None
    found = looked(told, told.crawl.trigger, told.crawl.stop)
    assert (found.trigger.outcome, found.stop.outcome) == (kept.outcome, kept.stop_outcome)
    for name, reading in (("trigger", found.trigger), ("stop", found.stop)):
        assert [(line.estimate, line.low, line.high) for line in reading.lines] == [
            (f["estimate"], f["low"], f["high"]) for f in kept.findings[name]
        ]
    assert (found.fine, found.judged, found.changed) == (True, True, False)


def test_it_is_printed_in_its_one_form_and_said_in_words(told: World) -> None:
    found = looked(told, "orders ≥ 7 OVER 8 weeks\n and (tasks done OR approved by sponsor) and not conversion > 9%")
    assert found.trigger.canonical == (
        "orders >= 7 over 8 weeks and (tasks done or approved by sponsor) and not conversion > 9%"
    )
    assert found.trigger.sentence == (
        "Orders per week at least 7 over the last 8 weeks, and (either All tasks of the stage done, or Approved by the "
        "sponsor), and not (Conversion above 9%)"
    )
    assert found.changed
    assert looked(told, "2 of (orders >= 1, tasks done, checklist done)").trigger.sentence.startswith("at least 2 of: ")


@pytest.mark.parametrize(
    ("text", "line", "column", "word", "suggestion"),
    [
        ("oders >= 7", 1, 1, "oders", "orders"),
        ("orders >= 7 and\r\n conversion >= 3", 2, 16, "3", "3%"),
        ("orders >= 7 over 8 wekes", 1, 20, "wekes", "weeks"),
        ("orders >=", 1, 10, "", ""),
        ("orders >= 7 with 95% confidence by stage end over 8 weeks", 1, 46, "over", ""),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_what_was_meant(
    told: World, text: str, line: int, column: int, word: str, suggestion: str
) -> None:
    found = looked(told, text, "orders < 2")
    fault = found.trigger.fault
    assert fault is not None
    assert (fault.line, fault.column, fault.word, fault.suggestion) == (line, column, word, suggestion)
    assert text.replace("\r\n", "\n").split("\n")[line - 1] == fault.before + fault.word + fault.after
    assert not found.fine
    assert found.stop.fault is None
    assert found.stop.canonical == "orders < 2"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("oders >= 7", "orders >= 7"),
        ("orders >= 7 and\r\nconversion >= 3", "orders >= 7 and\nconversion >= 3%"),
        ("oders >= 7 and tasks don", "oders >= 7 and tasks done"),  # one word after the other
        ("orders >= 1,500", ""),  # a number in the place of a comma would be another number
        ("orders >= 7 over 8 days", ""),  # two windows
        ("orders >= thre", ""),
        ("orders improves on orders by 5%", ""),
    ],
)  # fmt: skip
def test_a_word_can_be_mended_where_that_place_is_then_read(told: World, text: str, mended: str) -> None:
    fault = looked(told, text).trigger.fault
    assert fault is not None
    assert fault.mended == mended


def test_a_stage_that_is_not_the_present_one_has_nothing_to_say_today(told: World) -> None:
    found = looked(told, "orders >= 7", key="walk")
    assert (found.judged, found.trigger.outcome) == (False, "")
    assert [line.result for line in found.trigger.lines] == ["unknown"]
    stages.steer(told.norway, Move.PAUSE, reason="", by=told.sofia, at=AT, effective_on=TODAY)
    assert not looked(told, "orders >= 7").judged


def test_a_kpi_that_is_split_by_area_means_the_part_of_this_area(told: World) -> None:
    norway = Area.objects.get(name="Norway")
    fields = {"strategy": told.strategy, "kind": "count", "unit": "orders", "cadence": told.orders.cadence}
    part = Kpi.objects.create(key="orders_norway", name="Orders, Norway", whole=told.orders, area=norway, **fields)
    room = Room.of(told.luca, told.crawl)
    assert (room.kpis["orders"], room.kpis["orders_norway"]) == (part, part)
    assert looked(told, "orders >= 7").trigger.lines[0].reason == "No data yet"


def test_looking_asks_as_many_questions_for_ten_criteria_as_for_one(told: World) -> None:
    counts = []
    for text in ("orders >= 7 and tasks done", " and ".join(["orders >= 7", "conversion >= 3%", "tasks done"] * 5)):
        with CaptureQueriesContext(connection) as asked:
            looked(told, text)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 18


def test_another_version_for_other_rules(world: World) -> None:
    stage = world.crawl
    seen = {version(stage)}
    stage.trigger, stage.stop = stage.stop, stage.trigger
    seen.add(version(stage))
    stage.stop = ""
    assert len(seen | {version(stage)}) == 3


def worked_out(world: World, text: str, key: str = "crawl") -> chances.Chances:
    stage = find(world.luca, f"north/norway/{key}")
    return chances.of(stage, text, Room.of(world.luca, stage), TODAY)


def test_the_proof_is_that_of_the_stage_on_paper(told: World) -> None:
    (kept,) = proofs.of(told.crawl, TODAY, count=chances.PILOTS)
    (shown,) = worked_out(told, told.crawl.trigger).proofs
    assert kept.proof is not None
    start = proofs.moment(told.crawl, TODAY).started
    assert [day and (day - start).days + 1 for day in (shown.half, shown.most)] == list(kept.proof.days)
    assert shown.line.state == {True: "yes", False: "no"}[kept.proof.provable]


def test_what_the_dates_cannot_prove_is_flagged(told: World) -> None:
    (shown,) = worked_out(told, "orders >= 7.9 with 99.9% confidence").proofs
    assert shown.line.state == "no"
    assert shown.line.sentence.startswith("Not provable")
    (unknown,) = worked_out(told, "conversion >= 3% with 95% confidence").proofs
    assert unknown.line.state == "unknown"
    assert unknown.line.sentence.startswith("Can't say")


def test_history_says_when_it_would_have_fired(told: World) -> None:
    found = worked_out(told, "orders >= 6 over 8 weeks and tasks done")
    assert "It would have fired on" in found.fired
    assert found.taken == ["All tasks of the stage done"]
    assert (found.first, found.last) == (TODAY - timedelta(weeks=26), TODAY - timedelta(days=1))
    assert found.refused.startswith("No criterion asks for confidence")
    assert "would not have fired" in worked_out(told, "orders >= 99").fired


def test_why_nothing_was_tried(told: World) -> None:
    assert worked_out(told, "conversion >= 3%").untried == "Conversion has no data yet."
    assert "No KPI tells of it" in worked_out(told, "tasks done and after 2026-05-01").untried
    assert "Only criteria on KPIs can be tried" in worked_out(told, "orders >= 7 or tasks done").untried
    assert "7 criteria on KPIs are too many" in worked_out(told, " and ".join(["orders >= 7"] * 7)).refused
    assert worked_out(told, "orders >=") == worked_out(told, "") == chances.Chances()
    assert Stage.objects.count() == 4
