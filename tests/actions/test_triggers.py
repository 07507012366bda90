"""Writing the rules of a stage: who may, what is kept of it, and one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

import gaitway
from gaitway.actions import Conflict, NotAllowed, Refused, gates, jobs, strategies, triggers
from gaitway.lib import strategyfile
from gaitway.models import Amendment, Event, Job, Person, Stage
from gaitway.queries import strategies as files
from gaitway.queries.triggers import version
from gaitway.queries.words import happenings
from tests.world import AT, TODAY, World, build, document

STOP = "orders < 2 with 95% confidence"
SOURCES = Path(gaitway.__file__).parent


def write(
    world: World, trigger: str, stop: str = STOP, key: str = "crawl", by: Person | None = None, **more: str
) -> Stage:
    stage = Stage.objects.get(initiative=world.norway, key=key)
    return triggers.write(stage, trigger, stop, by=by or world.luca, at=AT, **more)


def test_in_a_running_stage_it_is_an_amendment(world: World) -> None:
    while job := jobs.claim("w", at=AT):
        jobs.finish(job, at=AT)
    write(world, "orders ≥ 7  WITH 95 % confidence", reason=" Six was too easy. ")
    kept = Amendment.objects.get()
    assert (kept.field, kept.before, kept.after) == (
        "trigger", "orders >= 6 with 95% confidence", "orders >= 7 with 95% confidence"
    )  # fmt: skip
    assert (kept.reason, kept.by, kept.at) == ("Six was too easy.", world.luca, AT)
    assert (world.crawl.trigger, world.crawl.stop) == (kept.after, STOP)
    event = Event.objects.filter(kind="amendment").get()
    assert event.data == {"stage": "crawl", "fields": ["trigger"], "reason": "Six was too easy."}
    keys = set(Job.objects.filter(finished_at=None).values_list("key", flat=True))
    assert {f"evaluate:{world.crawl.pk}", f"forecast:stage:{world.crawl.pk}", f"tell:{event.pk}"} <= keys


def test_the_gate_is_judged_by_what_was_written(world: World) -> None:
    gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    write(world, "checklist done", reason="No data will come.")
    assert set(world.crawl.kpis.values_list("key", flat=True)) == {"orders"}  # the stop rule still reads it
    found = gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    assert found is not None
    assert (found.spec["trigger"], found.spec["amendments"], found.outcome) == ("checklist done", 1, "unmet")


def test_an_amendment_needs_its_reason_and_nothing_changes_without(world: World) -> None:
    with pytest.raises(Refused, match="has begun: a change of its plan needs a reason"):
        write(world, "orders >= 7", reason="  ")
    assert world.crawl.trigger == "orders >= 6 with 95% confidence"
    assert not Amendment.objects.exists()


def test_before_the_stage_begins_it_is_written_freely_and_told(world: World) -> None:
    write(world, "orders >= 30 for 3 weeks", "", key="walk")
    assert Stage.objects.get(initiative=world.norway, key="walk").trigger == "orders >= 30 for 3 weeks"
    assert not Amendment.objects.exists()
    event = Event.objects.get(kind="amendment")
    assert (event.by, event.data["begun"], event.data["fields"]) == (world.luca, False, ["trigger"])
    assert happenings.said(event).text == "wrote the trigger of Walk:"
    write(world, "orders >= 7", reason="Six was too easy.")
    later = Event.objects.filter(kind="amendment").latest("pk")
    assert happenings.said(later) == ("changed the trigger of Crawl after it had begun:", "Six was too easy.")


def test_what_stands_there_already_changes_nothing(world: World) -> None:
    before = Event.objects.count()
    write(world, "orders >= 6   with 95% confidence")
    assert (Event.objects.count(), Amendment.objects.count()) == (before, 0)


def test_a_rule_can_be_taken_away(world: World) -> None:
    write(world, "", "", reason="A person decides.")
    assert (world.crawl.trigger, world.crawl.stop, world.crawl.kpis.count()) == ("", "", 0)
    assert sorted(Amendment.objects.values_list("field", "after")) == [("stop", ""), ("trigger", "")]


@pytest.mark.parametrize("who", ["sofia", "theo", "nadia"])
def test_only_the_lead_and_who_sees_everything_write(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the lead of Norway"):
        write(world, "orders >= 7", by=getattr(world, who), reason="x")
    write(world, "orders >= 7", by=world.admin, reason="x")


def test_who_saw_older_rules_does_not_write(world: World) -> None:
    seen = version(world.crawl)
    write(world, "orders >= 7", reason="First.", version=seen)
    with pytest.raises(Conflict, match="changed by somebody else meanwhile"):
        write(world, "orders >= 8", reason="Second.", version=seen)
    assert world.crawl.trigger == "orders >= 7"


@pytest.mark.parametrize(
    ("trigger", "stop", "message"),
    [
        ("oders >= 7", STOP, r"The trigger, line 1, column 1: there is no KPI 'oders'; did you mean orders\?"),
        ("orders >= 7", "orders <", "The stop rule, line 1, column 9: expected a number after '<', found the end"),
        ('task "Fly" done', "", "line 1, column 1: there is no task 'Fly'"),
        ("orders >= 3%", "", "line 1, column 11"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused_with_its_place(world: World, trigger: str, stop: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        write(world, trigger, stop, reason="x")


def test_a_kpi_that_only_others_may_see_is_as_absent(world: World) -> None:
    secret = Stage.objects.get(initiative=world.iceland, key="crawl")
    run = Stage.objects.get(initiative=world.norway, key="run")
    run.kpis.clear()
    assert set(secret.kpis.values_list("key", flat=True)) == {"conversion"}
    with pytest.raises(Refused, match="there is no KPI 'conversion'"):
        write(world, "conversion >= 3%", key="walk")


def test_the_file_then_holds_it_and_applies_cleanly(world: World) -> None:
    write(world, "orders >= 7", reason="x")
    text = strategyfile.write(files.as_file(world.strategy))
    assert "trigger: orders >= 7\n" in text
    assert strategies.plan(document(text)).changes == ()


@pytest.fixture
def kept_world(really_kept: object, tmp_path: Path) -> World:
    return build(tmp_path)


def test_of_two_who_write_at_once_one_wins(kept_world: World) -> None:
    ready, seen = Barrier(2), version(kept_world.crawl)

    def attempt(value: int) -> str:
        try:
            ready.wait()
            write(kept_world, f"orders >= {value}", reason="Now.", version=seen)
        except Conflict:
            return "conflict"
        finally:
            connection.close()
        return f"orders >= {value}"

    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(attempt, [7, 8]))
    assert came.count("conflict") == 1
    assert kept_world.crawl.trigger == next(word for word in came if word != "conflict")
    assert Amendment.objects.count() == 1


def writes(tree: ast.AST) -> Iterator[int]:
    """Where a rule of a stage is assigned, or handed to a method that writes rows."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for part in (part for target in targets if target is not None for part in ast.walk(target)):
            if isinstance(part, ast.Attribute) and part.attr in ("trigger", "stop", "guardrail"):
                yield node.lineno  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("update", "update_or_create", "create"):
            words = {word.arg for word in node.keywords}
            words |= {key.value for part in ast.walk(node) if isinstance(part, ast.Dict)
                      for key in part.keys if isinstance(key, ast.Constant)}  # fmt: skip
            if words & {"trigger", "stop", "guardrail"}:
                yield node.lineno


def test_nothing_else_writes_the_rules_of_a_stage() -> None:
    paths = [path for path in (SOURCES / "actions").rglob("*.py") if path.name != "triggers.py"]
    assert len(paths) > 20
    assert [(path.name, line) for path in paths for line in writes(ast.parse(path.read_text("utf-8")))] == []


@pytest.mark.parametrize(
    "line", ["stage.trigger = 1", "rows.update(stop=1)", "rows.update_or_create(defaults={'guardrail': 1})"]
)
def test_the_test_above_finds_what_it_looks_for(line: str) -> None:
    assert list(writes(ast.parse(line)))
