"""What the roadmap shows of the cast's world, and to whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from gaitway.actions import milestones, stages
from gaitway.engine.stages import Move
from gaitway.models import Forecast, Initiative, Person, Stage
from gaitway.queries import roadmap
from gaitway.queries.roadmap import strip
from gaitway.queries.roadmap.values import Row
from tests.world import AT, TODAY, World


def page(viewer: Person, today: date = TODAY, number: int = 1, **asked: str) -> roadmap.Roadmap:
    window = roadmap.Window.of(asked.pop("z", ""), asked.pop("start", ""), today)
    return roadmap.page(viewer, roadmap.filters(asked), window, today, number)


def names(found: roadmap.Roadmap) -> list[str]:
    return [row.key for row in found.rows]


def norway(viewer: Person, today: date = TODAY, **asked: str) -> Row:
    return next(row for row in page(viewer, today, **asked).rows if row.key == "north/norway")


def copies(world: World, count: int, **dates: Any) -> list[Initiative]:
    """Proposed ones beside Norway, with one stage each."""
    made = [
        Initiative.objects.create(
            strategy=world.strategy, objective=world.norway.objective, key=f"copy{i}", name=f"Copy {i}",
            state="proposed", position=100 + i,
        )
        for i in range(count)
    ]  # fmt: skip
    for each in made:
        Stage.objects.create(initiative=each, key="crawl", **dates)
    return made


def test_a_row_knows_its_stages_gates_and_milestones(world: World) -> None:
    milestones.add(world.norway, "Fair", date(2026, 2, 1), by=world.luca, at=AT)
    row = norway(world.sofia)
    assert [(bar.key, bar.status, bar.starts, bar.last, bar.tone) for bar in row.bars] == [
        ("crawl", "current", date(2026, 1, 5), date(2026, 3, 29), 1),
        ("walk", "ahead", date(2026, 3, 30), date(2026, 9, 27), 2),
    ]
    assert [(gate.key, gate.to, gate.on, gate.kind, gate.movable) for gate in row.gates] == [
        ("north/norway/crawl", "Walk", date(2026, 3, 29), "coming", True),
        ("north/norway/walk", "Run", date(2026, 9, 27), "coming", True),
    ]
    assert [(mark.name, mark.late) for mark in row.marks] == [("Fair", True)]
    assert (row.letter, row.running, row.state) == ("C", "active", "no_data")


def test_a_gate_that_was_passed_and_one_that_is_late(world: World) -> None:
    stages.move(world.norway, Move.GO, by=world.sofia, at=AT, effective_on=TODAY)
    row = norway(world.sofia, date(2026, 10, 1))
    assert [(gate.on, gate.kind) for gate in row.gates] == [(TODAY, "passed"), (date(2026, 9, 27), "late")]
    assert row.bars[1].over == date(2026, 10, 2)
    assert page(world.sofia, date(2026, 10, 1)).sentence == "No gate in the next four weeks, 1 past its date."


@time_machine.travel(AT)
def test_the_first_line_counts_what_comes(world: World) -> None:
    assert page(world.sofia).sentence == "1 gate in the next four weeks."
    copies(world, 4, starts=TODAY, ends=date(2026, 6, 12))
    assert page(world.sofia).sentence == "1 gate in the next four weeks; June is busy: 4 gates."
    assert page(world.nadia).sentence == "No gate is planned."


def test_what_is_foreseen_ends_with_four_of_five_futures(world: World) -> None:
    days = ["2026-03-10", "2026-03-20", "2026-04-05", "2026-04-20", "2026-05-20"]
    numbers = {"refused": "", "days": days, "until": "2026-06-01"}
    Forecast.objects.create(stage=world.crawl, about="gate", as_of=TODAY, at=AT, numbers=numbers)
    tail = norway(world.sofia).tail
    assert tail is not None
    assert (tail.begin, tail.middle, tail.high) == (date(2026, 3, 30), date(2026, 4, 5), date(2026, 4, 30))


def test_nobody_sees_what_is_restricted(world: World) -> None:
    world.norway.needs.add(world.iceland)
    milestones.add(world.iceland, "Secret fair", TODAY, by=world.sofia, at=AT)
    for view in ("timeline", "lanes", "calendar"):
        assert names(page(world.luca, view=view)) == ["north/norway"]
        assert names(page(world.nadia, view=view)) == []
        assert set(names(page(world.sofia, view=view))) == {"north/norway", "north/iceland"}
    found = page(world.luca)
    assert (found.total, found.links, norway(world.luca).needs) == (1, [], [])
    assert [area.value for area in found.filters.areas] == ["Norway"]
    with pytest.raises(Initiative.DoesNotExist):
        roadmap.one(world.luca, "north/iceland", TODAY)
    assert roadmap.one(world.sofia, "north/iceland", TODAY).marks[0].name == "Secret fair"


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"q": "norw"}, True), ({"q": "ice"}, False), ({"q": "theo"}, True),
        ({"objective": "north/customers"}, True), ({"objective": "north/x"}, False),
        ({"area": "Norway"}, True), ({"area": "Iceland"}, False),
        ({"sponsor": "sofia@example.com"}, True), ({"sponsor": "luca@example.com"}, False),
        ({"stage": "crawl"}, True), ({"stage": "walk"}, False),
        ({"state": "no_data"}, True), ({"state": "on_track"}, False), ({"show": "mine"}, True),
    ],
)  # fmt: skip
def test_filters(world: World, asked: dict[str, str], kept: bool) -> None:
    assert (names(page(world.theo, **asked)) == ["north/norway"]) is kept


def test_groups_hold_together_over_pages(world: World) -> None:
    copies(world, 101)
    first, second = page(world.luca, group="area"), page(world.luca, group="area", number=2)
    assert [(group.name, len(group.rows)) for group in first.groups] == [("Norway", 1), ("No area", 99)]
    assert [(group.name, len(group.rows)) for group in second.groups] == [("No area", 2)]
    assert (first.found, first.pages, second.page) == (102, 2, 2)


def test_now_next_and_later_are_honest_without_dates(world: World) -> None:
    copies(world, 1, starts=date(2026, 4, 1), ends=date(2026, 6, 1))
    far = copies_later(world)
    lanes = page(world.luca, view="lanes", z="month").lanes
    assert lanes is not None
    assert [[row.name for row in lane] for lane in (lanes.now, lanes.following, lanes.later)] == [
        ["Norway"], ["Copy 0"], [far.name, "Undated"]
    ]  # fmt: skip
    stages.move(world.norway, Move.STOP, by=world.sofia, at=AT, effective_on=TODAY)
    lanes = page(world.luca, view="lanes").lanes
    assert lanes is not None
    assert (lanes.now, lanes.over) == ([], 1)


def copies_later(world: World) -> Initiative:
    common = {"strategy": world.strategy, "objective": world.norway.objective, "state": "proposed"}
    Initiative.objects.create(key="undated", name="Undated", position=300, **common)
    far = Initiative.objects.create(key="far", name="Far", position=301, **common)
    Stage.objects.create(initiative=far, key="crawl", starts=date(2027, 4, 1), ends=date(2027, 6, 1))
    return far


def test_the_calendar_holds_gates_and_milestones(world: World) -> None:
    milestones.add(world.norway, "Fair", date(2026, 3, 11), by=world.luca, at=AT)
    months = page(world.luca, view="calendar", z="month", start="2026-03").months
    assert months is not None
    march = [
        (each.on.day, each.gate.stage if each.gate else each.mark.name)
        for each in months[0].entries
        if each.gate or each.mark
    ]  # type: ignore[union-attr]
    assert (months[0].first, march) == (date(2026, 3, 1), [(11, "Fair"), (29, "Crawl")])
    assert [len(month.entries) for month in months[1:]] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]


def test_a_stage_that_was_stepped_back_from_is_not_drawn_in_the_past(world: World) -> None:
    stages.move(world.norway, Move.GO, by=world.sofia, at=AT, effective_on=TODAY)
    stages.move(world.norway, Move.BACK, by=world.sofia, at=AT, effective_on=TODAY)
    Stage.objects.filter(initiative=world.norway, key="walk").update(starts=date(2026, 1, 1), ends=date(2026, 2, 1))
    row = norway(world.sofia)
    assert [bar.key for bar in row.bars] == ["crawl"]
    assert [gate.stage for gate in row.gates] == ["Crawl"]


def test_dates_that_contradict_what_needs_what(world: World) -> None:
    (copy,) = copies(world, 1, starts=date(2026, 3, 16), ends=date(2026, 6, 1))
    copy.needs.add(world.norway)
    found = page(world.luca)
    assert [(need.row, need.other, need.gate, need.wrong) for need in found.links] == [
        (copy.pk, world.norway.pk, date(2026, 3, 29), True)
    ]
    assert found.strip is not None
    assert [(name, other) for name, other, _need in found.strip.contradictions] == [("Copy 0", "Norway")]
    Stage.objects.filter(initiative=copy).update(starts=date(2026, 3, 30))
    assert [need.wrong for need in page(world.luca).links] == [False]


def test_too_many_gates_of_one_person(world: World) -> None:
    for each in copies(world, 3, starts=TODAY, ends=date(2026, 3, 20)):
        each.roles.create(person=world.sofia, role="sponsor")
    found = page(world.luca).strip
    assert found is not None
    assert [(each.person.pk, each.month, each.gates) for each in found.overloads] == [
        (world.sofia.pk, date(2026, 3, 1), 4)
    ]  # fmt: skip


def test_planned_money_is_spread_over_the_days_of_its_stages(world: World) -> None:
    found = page(world.luca, z="month", start="2026-03").strip
    assert found is not None
    walk, days = 20_000, 182
    assert found.currency == "EUR"
    assert found.columns[1].budget == pytest.approx(walk * 30 / days)
    assert found.columns[0].budget == pytest.approx(5000 * 29 / 84 + walk * 2 / days)
    assert found.columns[2].peak
    assert strip.spent([(date(2026, 1, 1), date(2026, 1, 11), 100.0)], date(2026, 1, 6), date(2026, 2, 1)) == 50


@pytest.mark.parametrize("view", ["timeline", "lanes", "calendar"])
def test_the_number_of_queries_does_not_grow(
    world: World, django_assert_num_queries: DjangoAssertNumQueries, view: str
) -> None:
    count = {"timeline": 8, "lanes": 8, "calendar": 7}[view]
    with django_assert_num_queries(count):
        page(world.luca, view=view)
    copies(world, 40, starts=TODAY, ends=TODAY + timedelta(days=30))
    with django_assert_num_queries(count):
        page(world.luca, view=view)
