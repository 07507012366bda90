"""One door through which initiatives move, one at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

import gaitway
from gaitway.actions import Conflict, NotAllowed, Refused, decisions, jobs, stages
from gaitway.engine.stages import Move
from gaitway.models import Amendment, Decision, Event, Initiative, Job, Notice, Stage, StageChange
from tests.world import AT, TODAY, World, build

SOURCES = Path(gaitway.__file__).parent
ONLY_MOVED = {"state", "stage_key", "stage_since", "moves"}


def go(world: World, initiative: Initiative, move: Move = Move.GO) -> StageChange:
    return stages.move(initiative, move, by=world.sofia, at=AT, effective_on=TODAY)


def test_a_move_is_numbered_told_and_asks_for_judgement(world: World) -> None:
    while job := jobs.claim("w", at=AT):
        jobs.finish(job, at=AT)
    change = go(world, world.norway)
    assert (change.number, change.from_stage, change.to_stage, world.norway.moves) == (3, "crawl", "walk", 3)
    event = Event.objects.filter(kind="stage moved").latest("pk")
    walk = Stage.objects.get(initiative=world.norway, key="walk")
    open_jobs = Job.objects.filter(finished_at=None).values_list("key", flat=True)
    assert set(open_jobs) == {f"tell:{event.pk}", f"evaluate:{walk.pk}"}


def test_what_waited_for_the_stage_is_settled(world: World) -> None:
    event = Event.objects.filter(initiative=world.norway).latest("pk")
    notice = Notice.objects.create(event=event, person=world.sofia, level="needs me", stage=world.crawl)
    go(world, world.norway)
    notice.refresh_from_db()
    assert notice.done_at == AT


def test_who_saw_an_older_place_does_not_move(world: World) -> None:
    older = Initiative.objects.get(pk=world.norway.pk)
    go(world, world.norway)
    with pytest.raises(Conflict, match="moved by somebody else"):
        go(world, older)
    assert StageChange.objects.filter(initiative=world.norway).count() == 3


@pytest.mark.parametrize("move", [Move.START, Move.RESUME, Move.FINISH, Move.BACK])
def test_what_the_table_does_not_allow_changes_nothing(world: World, move: Move) -> None:
    events = Event.objects.count()
    with pytest.raises(Refused, match="Norway: can't"):
        go(world, world.norway, move)
    world.norway.refresh_from_db()
    assert (world.norway.moves, Event.objects.count()) == (2, events)


def test_a_pause_keeps_the_day_on_which_the_stage_began(world: World) -> None:
    since = world.norway.stage_since
    go(world, world.norway, Move.PAUSE)
    go(world, world.norway, Move.RESUME)
    assert (world.norway.state, world.norway.stage_since) == ("active", since)


def test_a_new_end_of_a_running_stage_is_an_amendment(world: World) -> None:
    crawl = world.crawl
    before = crawl.ends
    assert before is not None
    with pytest.raises(Refused, match="needs a reason"):
        stages.replan(world.crawl, ends=before + timedelta(days=7), reason=" ", by=world.sofia, at=AT)
    assert world.crawl.ends == before
    stages.replan(world.crawl, ends=before + timedelta(days=7), reason="Late start.", by=world.sofia, at=AT)
    kept = Amendment.objects.get()
    assert (kept.field, kept.before, kept.after) == ("dates", "2026-03-29", "2026-04-05")
    with pytest.raises(Refused, match="before it starts"):
        stages.replan(world.crawl, ends=TODAY - timedelta(days=365), reason="No.", by=world.sofia, at=AT)
    with pytest.raises(NotAllowed, match="plan it anew"):
        stages.replan(world.crawl, ends=before, reason="Mine.", by=world.luca, at=AT)


@pytest.fixture
def kept_world(really_kept: object, tmp_path: Path) -> World:
    return build(tmp_path)


@pytest.fixture
def both(kept_world: World) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.mark.parametrize("_time", range(5))
def test_of_two_moves_at_once_one_wins(kept_world: World, both: ThreadPoolExecutor, _time: int) -> None:
    ready = Barrier(2)

    def attempt(_: int) -> str:
        try:
            seen = Initiative.objects.select_related("strategy").get(pk=kept_world.norway.pk)
            ready.wait()
            go(kept_world, seen)
        except Conflict:
            return "conflict"
        finally:
            connection.close()
        return "moved"

    assert sorted(both.map(attempt, range(2))) == ["conflict", "moved"]
    kept_world.norway.refresh_from_db()
    assert (kept_world.norway.stage_key, kept_world.norway.moves) == ("walk", 3)
    assert StageChange.objects.filter(initiative=kept_world.norway).count() == 3


@pytest.mark.parametrize("_time", range(5))
def test_of_two_decisions_at_once_one_counts(kept_world: World, both: ThreadPoolExecutor, _time: int) -> None:
    ready = Barrier(2)
    crawl, moves = kept_world.crawl, kept_world.norway.moves

    def attempt(choice: str) -> str:
        try:
            ready.wait()
            decisions.decide(
                crawl, choice, reason="Now.", by=kept_world.sofia, at=AT, effective_on=TODAY, moves=moves
            )  # fmt: skip
        except Conflict:
            return "conflict"
        finally:
            connection.close()
        return choice

    came = list(both.map(attempt, ["go", "stop"]))
    assert came.count("conflict") == 1
    assert Decision.objects.get().choice == next(word for word in came if word != "conflict")


def of_a_task(node: ast.AST) -> bool:
    """Tasks have a state too: the column of the board."""
    return isinstance(node, ast.Name) and node.id == "task"


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a name that only a move may write is assigned, or handed to a method that writes rows."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            for part in ast.walk(target) if target is not None else ():
                if isinstance(part, ast.Attribute) and part.attr in ONLY_MOVED and not of_a_task(part.value):
                    yield node.lineno, part.attr  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setattr" and not of_a_task(node.args[0]):
            yield node.lineno, "setattr"
        name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
        if name in ("update", "create", "get_or_create", "update_or_create", "Initiative", "_keyed"):
            assert isinstance(node, ast.Call)
            words = {word.arg for word in node.keywords}
            words |= {key.value for part in ast.walk(node) if isinstance(part, ast.Dict)
                      for key in part.keys if isinstance(key, ast.Constant)}  # fmt: skip
            yield from ((node.lineno, str(word)) for word in words & ONLY_MOVED)


def test_nothing_but_a_move_writes_the_place_of_an_initiative() -> None:
    found = {
        (path.relative_to(SOURCES).as_posix(), line, name)
        for path in SOURCES.rglob("*.py")
        if "migrations" not in path.parts
        for line, name in writes(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {name for path, _, name in found if path == "actions/stages.py"} == ONLY_MOVED
    assert {place for place in found if place[0] != "actions/stages.py"} == set()


@pytest.mark.parametrize(
    "line",
    ["x.state = 1", "x.moves += 1", "a, x.stage_key = 1, 2", "rows.update(state=1)", "Initiative(stage_since=1)",
     "rows.get_or_create(defaults={'moves': 1})", "setattr(x, name, 1)"],
)  # fmt: skip
def test_the_test_above_finds_what_it_looks_for(line: str) -> None:
    assert list(writes(ast.parse(line)))
