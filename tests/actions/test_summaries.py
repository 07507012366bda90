"""What lists show is written when it changes: whatever happened, it equals what is worked out from scratch."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gaitway.actions import Refused, decisions, gates, observations, roles, stages, strategies, summaries, tasks
from gaitway.engine.stages import Move
from gaitway.models import Area, Initiative, Job, Person, Role, Stage, Summary, Task
from gaitway.queries import summaries as asked
from gaitway.queries.health import OFF_TRACK, STATES, health
from tests.world import AT, STRATEGY, TODAY, World, document

DAY = timedelta(days=1)


def everything() -> list[int]:
    return list(Initiative.objects.values_list("pk", flat=True))


def of(initiative: Initiative) -> Summary:
    return Summary.objects.get(initiative=initiative)


def test_a_new_strategy_has_its_summaries(world: World) -> None:
    made = of(world.norway)
    assert (made.standing, made.lead, made.sponsor, made.kpi) == ("no_data", world.luca, world.sofia, world.orders)
    assert (made.tasks, made.tasks_done, made.gate_due, made.place) == (1, 0, date(2026, 3, 29), 0)
    assert of(world.iceland).standing == "proposed"
    assert asked.wrong(everything()) == []


def test_what_is_wrong_is_found_and_made_anew(world: World) -> None:
    Summary.objects.filter(initiative=world.norway).update(standing="on_track", met=7)
    assert asked.wrong(everything()) == ["north/norway: standing, met"]
    Summary.objects.filter(initiative=world.norway).update(due=True)
    assert asked.wrong(everything()) == []  # it is known to be old
    Summary.objects.filter(initiative=world.iceland).delete()
    summaries.ask_for_due(at=AT)
    assert Job.objects.filter(kind="summarise").count() == 1
    assert summaries.refresh_due(at=AT) == 2
    assert asked.wrong(everything()) == []
    assert (asked.missing_or_due(), of(world.norway).met) == ([], None)


def test_numbers_of_a_running_initiative_wait_for_its_gate_and_of_another_for_a_worker(world: World) -> None:
    observations.record(world.conversion, {TODAY - DAY: (3.0, 100.0)}, by=world.admin, at=AT)
    assert asked.missing_or_due() == [world.iceland.pk]
    assert Job.objects.filter(kind="summarise").count() == 1
    summaries.refresh_due(at=AT)
    assert of(world.iceland).points[-1] == [(TODAY - DAY).isoformat(), 0.03]
    observations.record(world.orders, {date(2026, 2, 16): (7.0, 1.0)}, by=world.admin, at=AT)
    gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    assert of(world.norway).points == [["2026-02-16", 7.0]]


def test_as_many_queries_for_one_as_for_many(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked_:
            summaries.refresh(everything(), at=AT)
        return len(asked_)

    few = cost()
    text = STRATEGY
    for number in range(8):
        text += f"""      - {{key: more{number}, name: More, area: Norway, sponsor: sofia@example.com, lead: luca@example.com,
         crawl: {{dates: 2026-01-05/2026-03-29, trigger: orders >= 6 with 95% confidence}}}}\n"""
    strategies.apply(document(text), by=world.admin, at=AT, today=TODAY)
    assert Initiative.objects.count() == 10
    assert cost() == few <= 18


def test_recording_costs_two_queries_more(world: World) -> None:
    with CaptureQueriesContext(connection) as seen:
        observations.record(world.orders, {date(2026, 2, 16): (7.0, 1.0)}, by=world.admin, at=AT)
    assert sum("gaitway_summary" in each["sql"] for each in seen) == 2


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_it_equals_what_is_worked_out(world: World, seed: int) -> None:
    """Many random actions, one after the other; after each, nothing that was written down is wrong, and every day's
    state is the one that the rule gives."""
    pick = random.Random(seed)  # a test that can be run again
    day = [TODAY]
    ways: list[Callable[[], Any]] = [
        lambda: _record(world, pick, day[0]),
        lambda: _record(world, pick, day[0]),
        lambda: gates.evaluate(_here(world), through=day[0], by=world.admin, at=AT),
        lambda: _tick(world, pick, day[0]),
        lambda: _role(world, pick),
        lambda: _move(world, pick, day[0]),
        lambda: stages.replan(_here(world), ends=day[0] + timedelta(days=pick.randint(5, 90)), reason="x", by=world.sofia, at=AT),
        lambda: _decide(world, pick, day[0]),
    ]  # fmt: skip
    for _ in range(14):
        try:
            pick.choice(ways)()
        except Refused:
            continue
        finally:
            day[0] += timedelta(days=pick.randint(0, 6))
        assert asked.wrong(everything()) == []
        _states_agree(world, day[0])
    summaries.refresh_due(at=AT)
    assert asked.wrong(everything()) == []


def _here(world: World) -> Stage:
    world.norway.refresh_from_db()
    return Stage.objects.select_related("initiative__strategy").get(initiative=world.norway, key=world.norway.stage_key)


def _record(world: World, pick: random.Random, day: date) -> None:
    monday = day - timedelta(days=day.weekday() + 7 * pick.randint(1, 4))
    observations.record(world.orders, {monday: (float(pick.randint(0, 14)), 1.0)}, by=world.admin, at=AT)


def _tick(world: World, pick: random.Random, day: date) -> None:
    task = Task.objects.select_related("stage", "initiative__strategy").first()
    assert task is not None
    tasks.reopen(task, by=world.luca, at=AT) if task.done_on else tasks.complete(task, by=world.luca, at=AT, on=day)


def _role(world: World, pick: random.Random) -> None:
    who: Person = pick.choice([world.luca, world.theo, world.sofia])
    place = pick.choice([world.norway, Area.objects.get(name="Norway")])
    roles.give(who, pick.choice(Role.Kind.values), place, by=world.admin, at=AT)


def _move(world: World, pick: random.Random, day: date) -> None:
    world.norway.refresh_from_db()
    stages.steer(
        world.norway, pick.choice([Move.PAUSE, Move.RESUME]), reason="x", by=world.sofia, at=AT, effective_on=day
    )


def _decide(world: World, pick: random.Random, day: date) -> None:
    stage = _here(world)
    choice = pick.choice(["go", "hold", "back"])
    decisions.decide(
        stage, choice=choice, reason="x", conditions="", due=None, moves=world.norway.moves, by=world.sofia, at=AT,
        effective_on=day,
    )  # fmt: skip


def _states_agree(world: World, day: date) -> None:
    """Of the days to come, too: nobody has to look for the list to notice that a stage is past its end."""
    stage = Stage.objects.select_related("latest").get(pk=_here(world).pk)
    kept = of(world.norway)
    for later in range(0, 120, 7):
        at = day + timedelta(days=later)
        said = OFF_TRACK if kept.off_from and at >= kept.off_from else kept.standing
        assert said == health(world.norway, stage, at)
        assert world.norway.state != "active" or said in STATES


def test_tasks_are_counted_on_and_cost_the_same_however_many_there_are(world: World) -> None:
    """Each step keeps what would be worked out anew, and doesn't work it out."""

    def said() -> tuple[int, int]:
        assert asked.wrong(everything()) == []
        return of(world.norway).tasks, of(world.norway).tasks_done

    assert said() == (1, 0)
    task = tasks.add(world.crawl, "Rent a van", by=world.luca, at=AT)
    assert said() == (2, 0)
    tasks.complete(task, by=world.luca, at=AT, on=TODAY)
    assert said() == (2, 1)
    tasks.retire(task, by=world.luca, at=AT)
    assert said() == (1, 0)
    tasks.restore(task, by=world.luca, at=AT)
    assert said() == (2, 1)
    tasks.reopen(task, by=world.luca, at=AT)
    assert said() == (2, 0)
    with CaptureQueriesContext(connection) as few:
        tasks.add(world.crawl, "One more", by=world.luca, at=AT)
    rows = [Task(stage=world.crawl, initiative=world.norway, name=f"Task {n}", position=n) for n in range(300)]
    Task.objects.bulk_create(rows)
    Summary.objects.filter(initiative=world.norway).update(tasks=303)
    with CaptureQueriesContext(connection) as many:
        tasks.add(world.crawl, "The last", by=world.luca, at=AT)
    assert len(many) == len(few) < 20
    assert said() == (304, 0)


def test_a_count_that_can_not_be_is_made_anew(world: World) -> None:
    task = Task.objects.get(initiative=world.norway)
    Summary.objects.filter(initiative=world.norway).update(tasks=0)
    tasks.retire(task, by=world.luca, at=AT)
    assert (of(world.norway).tasks, asked.wrong(everything())) == (0, [])
