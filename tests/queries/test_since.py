"""What changed since an initiative was last talked about."""

from __future__ import annotations

from datetime import date, timedelta

from gaitway.actions import decisions, gates, meetings, observations, tasks
from gaitway.models import CheckIn, Initiative, Stage, Task
from gaitway.queries.since import Since, since
from tests.world import AT, TODAY, World

LATER = AT + timedelta(days=1)


def told(world: World, today: date = TODAY) -> Since:
    stage = Stage.objects.select_related("initiative__strategy", "latest").get(pk=world.crawl.pk)
    found = since(Initiative.objects.get(pk=world.norway.pk), stage, today)
    assert found is not None
    return found


def test_before_the_first_stage_there_is_nothing(world: World) -> None:
    assert since(world.iceland, world.crawl, TODAY) is None


def test_what_is_late_and_done_is_said(world: World) -> None:
    assert told(world).lines == [("bad", "1 task late")]
    tasks.complete(Task.objects.get(), by=world.theo, at=AT, on=TODAY)
    assert told(world).lines == [("good", "1 task done")]


def test_a_criterion_that_turned_is_said_with_its_numbers(world: World) -> None:
    gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    decisions.decide(world.crawl, "hold", reason="Wait", by=world.sofia, at=AT, effective_on=TODAY)
    rows = {date(2026, 2, 23) - timedelta(weeks=i): (40.0, 1.0) for i in range(7)}
    observations.record(world.orders, rows, by=world.admin, at=LATER)
    gates.evaluate(world.crawl, through=TODAY + timedelta(days=1), by=world.admin, at=LATER)
    found = told(world)
    assert found.why == "the last decision"
    assert found.lines[0][0] == "good"
    assert "unknown, now met" in found.lines[0][1]


def test_the_last_review_counts(world: World) -> None:
    review = meetings.start(world.strategy, by=world.sofia, at=AT, today=date(2026, 3, 20))
    meetings.end(review, by=world.sofia, at=AT)
    CheckIn.objects.create(initiative=world.norway, outlook="at risk", by=world.luca, at=LATER, on=TODAY)
    assert (told(world).why, told(world).lines[-1]) == ("the last review", ("plain", "The outlook is now: at risk"))
