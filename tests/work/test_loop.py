"""The worker: from new data to the inbox of those whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from gaitway import notices
from gaitway.actions import decisions, gates, jobs, observations, stages, tasks
from gaitway.engine.stages import Move
from gaitway.models import Decision, Event, Initiative, Job, Notice, Task
from gaitway.queries import notices as asked
from gaitway.work import loop
from tests.world import AT, STRATEGY, TODAY, World, build

WEEKS = [date(2026, 1, 5) + timedelta(weeks=i) for i in range(8)]
TRIGGER = "orders >= 6 with 95% confidence"


def clock() -> datetime:
    return AT


def deliver(world: World, events: float = 30) -> None:
    readings = dict.fromkeys(WEEKS, (events, 1.0))
    observations.record(world.orders, readings, by=world.admin, at=AT)


def inbox(world: World, who: str, tab: str = "needs") -> list[str]:
    return [line.kind for line in asked.inbox(getattr(world, who), tab).notices]


def open_jobs() -> list[str]:
    return list(Job.objects.filter(finished_at=None).values_list("key", flat=True))


def test_a_trigger_that_is_met_reaches_the_sponsor(world: World) -> None:
    deliver(world)
    loop.drain("w", clock, tick=False)
    assert inbox(world, "sofia") == ["verdict"]
    assert inbox(world, "luca") == []
    assert "verdict" in inbox(world, "luca", "follow")
    assert world.crawl.latest.proposal == "go"  # type: ignore[union-attr]
    assert open_jobs() == []


def test_who_has_no_part_in_it_is_never_told(world: World) -> None:
    deliver(world)
    loop.drain("w", clock, tick=False)
    decisions.decide(world.crawl, "go", reason="Met.", by=world.sofia, at=AT, effective_on=TODAY)
    loop.drain("w", clock, tick=False)
    assert set(Notice.objects.values_list("person__name", flat=True)) == {"Sofia Marino", "Luca Brandt", "Theo Okafor"}


def test_nobody_is_told_of_what_they_did_themselves(world: World) -> None:
    decisions.decide(world.crawl, "hold", reason="Wait.", by=world.sofia, at=AT, effective_on=TODAY)
    loop.drain("w", clock, tick=False)
    told = Notice.objects.filter(event__kind="decision").values_list("person__email", flat=True)
    assert set(told) == {"luca@example.com", "theo@example.com"}


def test_telling_twice_is_telling_once(world: World) -> None:
    deliver(world)
    loop.drain("w", clock, tick=False)
    before = list(Notice.objects.order_by("pk").values())
    for event in Event.objects.all():
        notices.tell(event, at=AT + timedelta(days=1))
    assert list(Notice.objects.order_by("pk").values()) == before


def test_what_was_decided_before_anyone_was_told_needs_nobody(world: World) -> None:
    deliver(world)
    gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    decisions.decide(world.crawl, "go", reason="Met.", by=world.sofia, at=AT, effective_on=TODAY)
    loop.drain("w", clock, tick=False)
    assert "verdict" not in inbox(world, "sofia")


def test_a_job_that_fails_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(job: Job, clock: Callable[[], datetime]) -> None:
        raise RuntimeError("the disk is full")

    loop.drain("w", clock, tick=False)
    deliver(world)
    with monkeypatch.context() as patch:
        patch.setitem(loop.HANDLERS, Job.Kind.EVALUATE, broken)
        loop.drain("w", clock, tick=False)
    job = Job.objects.get(finished_at=None)
    assert (job.attempt, job.fault) == (1, "RuntimeError: the disk is full")
    assert world.crawl.latest.proposal == ""  # type: ignore[union-attr]
    loop.drain("w", lambda: AT + timedelta(seconds=5), tick=False)
    assert open_jobs() == []
    assert world.crawl.latest.proposal == "go"  # type: ignore[union-attr]


def test_a_job_that_fails_leaves_nothing_of_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("too late")

    deliver(world)
    before = Event.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "finish", broken)
        loop.drain("w", clock, tick=False)
    assert (Event.objects.count(), Notice.objects.count(), world.crawl.latest) == (before, 0, None)


def test_time_alone_makes_gates_due_once_a_day(world: World) -> None:
    loop.drain("w", clock, tick=False)
    loop.ask_for_due(AT)
    assert open_jobs() == [f"pull:{world.orders.source_id}"]
    Job.objects.update(finished_at=AT)
    loop.ask_for_due(AT + timedelta(days=1))
    assert set(open_jobs()) == {f"pull:{world.orders.source_id}", f"evaluate:{world.crawl.pk}"}


@pytest.fixture
def automatic(db: object, tmp_path: Path) -> World:
    return build(tmp_path, STRATEGY.replace("checklist: [Prices agreed]", "policy: automatic"))


def test_a_stage_may_move_on_by_itself(automatic: World) -> None:
    deliver(automatic)
    loop.drain("w", clock, tick=False)
    norway = Initiative.objects.get(pk=automatic.norway.pk)
    decision = Decision.objects.get()
    assert (norway.stage_key, decision.choice, decision.by.is_system) == ("walk", "go", True)
    assert decision.reason == f"Automatic: the trigger was met on 2026-03-02 ({TRIGGER})."
    assert not decision.against_evidence


def test_an_automatic_stage_that_was_left_stays_left(automatic: World) -> None:
    deliver(automatic)
    loop.drain("w", clock, tick=False)
    tasks.complete(Task.objects.select_related("stage").get(), by=automatic.theo, at=AT, on=TODAY)
    loop.drain("w", clock, tick=False)
    assert open_jobs() == []
    assert Decision.objects.count() == 1


def test_a_paused_automatic_stage_waits(automatic: World) -> None:
    deliver(automatic)
    gates.evaluate(automatic.crawl, through=TODAY, by=automatic.admin, at=AT)
    stages.move(automatic.norway, Move.PAUSE, by=automatic.sofia, at=AT, effective_on=TODAY)
    loop.drain("w", clock, tick=False)
    assert (open_jobs(), Decision.objects.count()) == ([], 0)
