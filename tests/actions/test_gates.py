"""Judging keeps every turn of a verdict, also one that came and went between two runs."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from gaitway.actions import NotAllowed, gates, observations, stages
from gaitway.engine.stages import Move
from gaitway.models import Approval, Evaluation, Event, Job
from tests.world import AT, STRATEGY, TODAY, World, build

WEEKS = [date(2026, 1, 5) + timedelta(weeks=i) for i in range(8)]
SUNDAYS = [day + timedelta(days=6) for day in WEEKS]
TRIGGER = "orders >= 6 over 1 week"


@pytest.fixture
def world(db: object, tmp_path: Path) -> World:
    """Norway moves on after one good week, and has no stop rule."""
    text = STRATEGY.replace("trigger: orders >= 6 with 95% confidence", f"trigger: {TRIGGER}")
    return build(tmp_path, text.replace("          stop: orders < 2 with 95% confidence\n", ""))


def record(world: World, events: list[float | None], *, whole: bool = False) -> None:
    """From the first week on."""
    readings = {day: (value, 1.0) for day, value in zip(WEEKS, events, strict=False) if value is not None}
    observations.record(world.orders, readings, by=world.admin, at=AT, whole=whole)


def judge(world: World, through: date) -> Evaluation:
    found = gates.evaluate(world.crawl, through=through, by=world.admin, at=AT)
    assert found is not None
    return found


def said(world: World) -> dict[date, str]:
    """The last word on each day that has one."""
    rows = Evaluation.objects.filter(stage=world.crawl).order_by("pk")
    return {row.as_of: row.outcome for row in rows}


def told() -> list[tuple[str, str]]:
    events = Event.objects.filter(kind="verdict").order_by("pk")
    return [(event.data["as_of"], event.data["outcome"]) for event in events]


def test_a_trigger_that_was_met_and_lapsed_between_two_runs_is_not_missed(world: World) -> None:
    record(world, [3, 8, 3, 3])
    last = judge(world, SUNDAYS[3])
    assert (last.outcome, last.proposal) == ("unmet", "")
    assert {day: said(world)[day] for day in SUNDAYS[:3]} == dict(zip(SUNDAYS, ("unmet", "met", "unmet"), strict=False))
    assert told() == [
        (SUNDAYS[0].isoformat(), "unmet"),
        (SUNDAYS[1].isoformat(), "met"),
        (SUNDAYS[2].isoformat(), "unmet"),
    ]


def test_the_latest_verdict_is_kept_with_what_it_was_judged_by(world: World) -> None:
    record(world, [3, 8])
    last = judge(world, SUNDAYS[1])
    crawl = world.crawl
    assert (crawl.latest, crawl.judged_to) == (last, SUNDAYS[1])
    assert (last.as_of, last.outcome, last.proposal, last.stop_outcome) == (SUNDAYS[1], "met", "go", "")
    assert last.spec["trigger"] == TRIGGER
    assert last.spec["kpis"]["orders"]["kind"] == "count"
    finding = last.findings["trigger"][0]
    assert (finding["outcome"], finding["estimate"], finding["wanted"], finding["sample"]) == ("met", 8, 6, 1)


def test_judging_again_adds_nothing(world: World) -> None:
    record(world, [3, 8])
    first = judge(world, TODAY)
    rows, words = Evaluation.objects.count(), told()
    assert judge(world, TODAY) == first
    assert (Evaluation.objects.count(), told()) == (rows, words)


@pytest.mark.parametrize("step", [1, 3, 10, 60])
def test_however_often_it_runs_the_turns_are_the_same(world: World, step: int) -> None:
    record(world, [3, 8, 8, 3, None, 7])
    for day in range(0, 60, step):
        judge(world, WEEKS[0] + timedelta(days=day))
    judge(world, SUNDAYS[-1])
    spoken = [outcome for _, outcome in sorted(said(world).items())]
    turns = [outcome for before, outcome in pairwise(["", *spoken]) if outcome != before]
    assert turns[turns.index("unmet") :] == ["unmet", "met", "unmet", "met"]


def test_late_data_is_judged_again_from_its_day_on(world: World) -> None:
    record(world, [3, 3, 3])
    judge(world, TODAY)
    assert "met" not in said(world).values()
    record(world, [3, 8])
    assert world.crawl.judged_to == SUNDAYS[1] - timedelta(days=1)
    judge(world, TODAY)
    assert (said(world)[SUNDAYS[1]], said(world)[SUNDAYS[2]]) == ("met", "unmet")


def test_a_verdict_that_late_data_undoes_does_not_stand(world: World) -> None:
    record(world, [3, 8])
    wednesday = SUNDAYS[1] + timedelta(days=3)
    assert judge(world, wednesday).proposal == "go"
    record(world, [3, 4])
    assert judge(world, wednesday + timedelta(days=1)).proposal == ""
    assert "met" not in said(world).values()
    assert told()[-1][1] == "unmet"
    words = told()
    judge(world, wednesday + timedelta(days=2))
    assert told() == words


def test_late_data_that_changes_no_verdict_tells_nobody(world: World) -> None:
    record(world, [3, 8])
    judge(world, SUNDAYS[1])
    words = told()
    record(world, [4, 9])
    judge(world, SUNDAYS[1])
    assert (told(), world.crawl.latest.findings["trigger"][0]["estimate"]) == (words, 9)  # type: ignore[union-attr]


def test_no_data_is_unknown_and_proposes_nothing(world: World) -> None:
    last = judge(world, TODAY)
    assert (last.outcome, last.proposal, last.findings["trigger"][0]["why"]) == ("unknown", "", "no data")
    assert told() == []


def test_where_an_initiative_does_not_stand_nothing_is_judged(world: World) -> None:
    crawl = world.crawl
    stages.move(world.norway, Move.PAUSE, by=world.admin, at=AT, effective_on=TODAY)
    assert gates.evaluate(crawl, through=TODAY, by=world.admin, at=AT) is None
    stages.move(world.norway, Move.RESUME, by=world.admin, at=AT, effective_on=TODAY)
    stages.move(world.norway, Move.GO, by=world.admin, at=AT, effective_on=TODAY)
    assert gates.evaluate(crawl, through=TODAY, by=world.admin, at=AT) is None


def test_a_stage_that_is_entered_again_is_judged_anew(world: World) -> None:
    record(world, [8, 8, 8, 8, 8, 8, 8, 8])
    assert judge(world, TODAY).proposal == "go"
    stages.move(world.norway, Move.GO, by=world.admin, at=AT, effective_on=TODAY)
    stages.move(world.norway, Move.BACK, by=world.admin, at=AT, effective_on=TODAY)
    assert (world.crawl.judged_to, world.crawl.latest) == (None, None)
    assert judge(world, TODAY).outcome == "unknown"


def test_a_stage_past_its_end_is_told_once_for_each_end(world: World) -> None:
    overdue = Event.objects.filter(kind="stage past its end")
    judge(world, date(2026, 3, 29))
    assert not overdue.exists()
    for day in (30, 31):
        judge(world, date(2026, 3, day))
    assert overdue.count() == 1
    stages.replan(world.crawl, ends=date(2026, 4, 5), reason="One week more.", by=world.sofia, at=AT)
    judge(world, date(2026, 4, 5))
    assert overdue.count() == 1
    judge(world, date(2026, 4, 6))
    assert overdue.count() == 2


@pytest.mark.parametrize("who", ["luca", "theo", "nadia"])
def test_only_who_has_the_role_approves(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the sponsor of Norway"):
        gates.approve(world.crawl, "sponsor", by=getattr(world, who), at=AT, on=TODAY)
    assert not Approval.objects.exists()


def test_approving_twice_is_approving_once(world: World) -> None:
    first = gates.approve(world.crawl, "sponsor", by=world.sofia, at=AT, on=TODAY)
    again = gates.approve(world.crawl, "sponsor", by=world.sofia, at=AT, on=TODAY + timedelta(days=1))
    assert (again, again.on) == (first, TODAY)
    assert Event.objects.filter(kind="approval").count() == 1
    assert Job.objects.filter(key=f"evaluate:{world.crawl.pk}", finished_at=None).count() == 1


def test_a_checklist_is_ticked_by_who_works_there(world: World) -> None:
    item = world.crawl.checklist.get()
    with pytest.raises(NotAllowed, match="Only the people who work on Norway"):
        gates.check(item, by=world.nadia, at=AT, on=TODAY)
    gates.check(item, by=world.theo, at=AT, on=TODAY)
    gates.check(item, by=world.luca, at=AT, on=TODAY + timedelta(days=1))
    item.refresh_from_db()
    assert (item.done_on, item.done_by) == (TODAY, world.theo)
    gates.check(item, by=world.luca, at=AT, on=TODAY, done=False)
    item.refresh_from_db()
    assert (item.done_on, item.done_by) == (None, None)
