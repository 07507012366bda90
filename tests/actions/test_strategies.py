"""A strategy file becomes the strategy: whole or not at all, once, and back again as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from gaitway.actions import NotAllowed, Refused, people, stages, strategies
from gaitway.engine.stages import Move
from gaitway.lib import strategyfile
from gaitway.lib.strategyfile import StrategyFileError
from gaitway.models import Amendment, Event, Initiative, Job, Kpi, Person, Source, Stage, Strategy, Task
from gaitway.queries import gates
from gaitway.queries import strategies as asked
from tests.world import AT, STRATEGY, TODAY, World, build, document

TRIGGER, STRICTER = "orders >= 6 with 95% confidence", "orders >= 8 with 95% confidence"
OWN_LADDER = """
gaitway: 1
strategy:
  key: own
  name: A ladder of one's own
  stages: [{key: pilot, name: Pilot}, {key: roll_out, name: Roll-out}]
objectives:
  - {key: o, name: O, initiatives: [{key: shop, name: Shop, stages: {pilot: {trigger: tasks done}}}]}
"""


def apply(text: str, world: World | None = None, **changes: object) -> strategies.Plan:
    by = world.admin if world else people.terminal(at=AT)
    values = {"by": by, "at": AT, "today": TODAY, **changes}
    return strategies.apply(document(text), **values)  # type: ignore[arg-type]


def exported() -> str:
    return strategyfile.write(asked.as_file(Strategy.objects.get()))


def everything() -> dict[str, list[tuple[object, ...]]]:
    models = (Strategy, Source, Kpi, Initiative, Stage, Task, Person, Event, Job, Amendment)
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


def test_applying_twice_changes_nothing(db: object) -> None:
    lonely = STRATEGY.replace("people: {", "people: {ines@example.com: Ines Roth, ")
    apply(lonely)
    before = everything()
    plan = apply(lonely)
    assert (plan.changes, plan.removals) == ((), ())
    assert everything()["Event"] == before["Event"]
    assert everything() == before


def test_the_export_changes_nothing_here(world: World) -> None:
    plan = apply(exported())
    assert (plan.changes, plan.removals) == ((), ())


@pytest.mark.parametrize("text", [STRATEGY, OWN_LADDER])
def test_the_export_applies_to_an_empty_database(db: object, text: str) -> None:
    apply(text)
    before = exported()
    places = list(Initiative.objects.values_list("key", "state", "stage_key", "stage_since"))
    world_without_rows()
    apply(before)
    assert exported() == before
    assert list(Initiative.objects.values_list("key", "state", "stage_key", "stage_since")) == places


def world_without_rows() -> None:
    from django.core.management import call_command
    from django.db import connection

    from gaitway.models import appendonly

    connection.check_constraints()
    with connection.cursor() as cursor:
        for table in appendonly.TABLES:
            for verb in appendonly.VERBS:
                on = f" on {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"drop trigger {table}_no_{verb}{on}")
    call_command("flush", verbosity=0, interactive=False)


FAULTS = {
    "an unknown KPI": (TRIGGER, "tasks done and ¦orderz >= 6", "there is no KPI 'orderz', did you mean 'orders'?"),
    "an unknown source": ("source: shop", "source: ¦shob", "there is no source 'shob', did you mean 'shop'?"),
    "a proportion without %": ("target: 3%", "target: ¦3", "a proportion lies between 0 and 1: write 3%"),
    "a proportion above one": ("target: 3%", "target: ¦300%", "a proportion lies between 0% and 100%"),
    "% of what isn't measured so": ("target: 10\n", "target: ¦10%\n", "this KPI's unit is orders, not %"),
    "a word of the trigger language": (
        "  conversion: {", "  ¦spent: {name: S, kind: level, every: day}\n  conversion: {",
        "'spent' is a word of the trigger language; name the KPI otherwise",
    ),
    "SQL without a source": (
        "conversion: {name: Conversion", "conversion: ¦{sql: select 1, name: Conversion",
        "a KPI has a source and its sql or measure, or neither; 'source' is missing",
    ),
    "needs nobody knows": (
        "restricted: true", "restricted: true\n        needs: ¦[norwaj]",
        "there is no initiative 'norwaj', did you mean 'norway'?",
    ),
    "a stage nobody knows": (
        "        walk: {dates", "        stages: {¦wlk: {}}\n        walk: {dates",
        "there is no stage 'wlk' on the ladder crawl, walk, run, did you mean 'walk'?",
    ),
    "a proposal in a stage": (
        "state: proposed", "state: proposed\n        stage: ¦walk", "a proposed initiative is in no stage yet",
    ),
    "finished before the end": (
        "state: proposed", "state: finished\n        stage: ¦walk", "an initiative is finished in its last stage, run",
    ),
    "an initiative twice": ("key: iceland", "key: ¦norway", "the initiative 'norway' stands here twice"),
    "a task twice": (
        "estimate: 5d}", "estimate: 5d}, {name: ¦Translate the catalogue}", "the task 'Translate the catalogue' stands here twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), FAULTS.values(), ids=FAULTS)
def test_names_that_do_not_meet_are_told_with_their_place(db: object, old: str, new: str, said: str) -> None:
    marked = STRATEGY.replace(old, new, 1)
    before, _, after = marked.partition("¦")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    with pytest.raises(StrategyFileError) as error:
        apply(before + after)
    assert str(error.value) == f"strategy.yaml:{line}:{column}: {said}"
    assert not Strategy.objects.exists()


def test_needs_do_not_go_in_a_circle(db: object) -> None:
    text = STRATEGY.replace("lead: luca", "needs: [iceland]\n        lead: luca")
    with pytest.raises(StrategyFileError, match="needs go in a circle: norway needs iceland needs norway"):
        apply(text.replace("restricted: true", "needs: [norway]"))


def test_a_change_of_a_running_stage_needs_a_reason(world: World) -> None:
    with pytest.raises(Refused, match=r"begun \(norway/crawl\): give the reason"):
        apply(STRATEGY.replace(TRIGGER, STRICTER), world, reason="  ")
    assert world.crawl.trigger == TRIGGER
    assert not Amendment.objects.exists()


def test_an_amendment_is_kept_and_told(world: World) -> None:
    plan = apply(STRATEGY.replace(TRIGGER, STRICTER), world, reason="Six was too easy.")
    assert [change.amends for change in plan.amendments] == [("trigger",)]
    kept = Amendment.objects.get()
    assert (kept.field, kept.before, kept.after, kept.reason) == ("trigger", TRIGGER, STRICTER, "Six was too easy.")
    assert world.crawl.trigger == STRICTER
    assert Event.objects.get(kind="amendment").data["reason"] == "Six was too easy."
    assert gates.spec(world.crawl, TODAY)["amendments"] == 1


def test_a_running_stage_without_a_plan_gets_one_as_an_amendment(db: object) -> None:
    apply(OWN_LADDER.replace("{pilot: {trigger: tasks done}}", "{}"))
    with pytest.raises(Refused, match="give the reason"):
        apply(OWN_LADDER)
    apply(OWN_LADDER, reason="Late, but better than none.")
    assert Amendment.objects.get().after == "tasks done"


def test_a_stage_that_has_not_begun_changes_freely(world: World) -> None:
    apply(STRATEGY.replace("orders >= 25 for 3 weeks", "orders >= 30 for 3 weeks"), world)
    assert Stage.objects.get(initiative=world.norway, key="walk").trigger == "orders >= 30 for 3 weeks"
    assert not Amendment.objects.exists()


def without_iceland() -> str:
    return STRATEGY[: STRATEGY.index("      - key: iceland")]


def test_what_the_file_no_longer_holds_is_kept_without_prune(world: World) -> None:
    plan = apply(without_iceland(), world)
    assert ("initiative", "iceland") in [change.thing for change in plan.removals]
    assert Initiative.objects.current().filter(key="iceland").exists()


def test_prune_retires_and_a_later_apply_brings_back(world: World) -> None:
    apply(without_iceland(), world, prune=True)
    assert list(Initiative.objects.current().values_list("key", flat=True)) == ["norway"]
    assert "iceland" not in exported()
    apply(STRATEGY, world)
    back = Initiative.objects.current().get(key="iceland")
    assert (back.pk, back.state, back.changes.count()) == (world.iceland.pk, "proposed", 1)
    assert back.stages.get(key="crawl").trigger == "conversion >= 3% with 95% confidence"
    assert apply(STRATEGY, world).changes == ()


def test_a_running_initiative_comes_back_as_it_was(world: World) -> None:
    begins, ends = STRATEGY.index("      - key: norway"), STRATEGY.index("      - key: iceland")
    apply(STRATEGY[:begins] + STRATEGY[ends:], world, prune=True)
    apply(STRATEGY, world)
    world.norway.refresh_from_db()
    assert (world.norway.retired_at, world.norway.stage_key, world.norway.moves) == (None, "crawl", 2)
    assert (world.crawl.trigger, Task.objects.get().retired_at) == (TRIGGER, None)


def test_a_failing_apply_leaves_nothing_half_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    before = everything()
    monkeypatch.setattr(stages, "amend", broken)
    changed = (
        STRATEGY.replace(TRIGGER, STRICTER)
        .replace("name: Norway", "name: Norge")
        .replace("key: iceland", "key: island")
    )
    with pytest.raises(OSError, match="disk full"):
        apply(changed, world, reason="Why not.")
    assert everything() == before


def test_who_does_not_see_everything_applies_nothing(world: World) -> None:
    with pytest.raises(NotAllowed, match="administrator or a strategist"):
        apply(STRATEGY.replace("Norway", "Norge"), by=world.sofia)


PLACES: dict[str, tuple[str, tuple[str, str, date | None]]] = {
    "": ("active", ("active", "crawl", date(2026, 1, 5))),
    "stage: walk": ("active", ("active", "walk", TODAY)),
    "state: paused": ("paused", ("paused", "crawl", date(2026, 1, 5))),
    "state: stopped": ("stopped", ("stopped", "", date(2026, 1, 5))),
    "state: finished": ("finished", ("finished", "run", TODAY)),
}


@pytest.mark.parametrize("line", PLACES)
def test_a_new_initiative_takes_the_place_that_the_file_gives(db: object, line: str) -> None:
    apply(STRATEGY.replace("lead: luca@example.com\n", f"lead: luca@example.com\n        {line}\n"))
    norway = Initiative.objects.get(key="norway")
    assert (norway.state, norway.stage_key, norway.stage_since) == PLACES[line][1]
    numbers = list(norway.changes.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, norway.moves + 1))


def test_a_known_initiative_keeps_its_place_whatever_the_file_says(world: World) -> None:
    apply(STRATEGY.replace("lead: luca@example.com\n", "lead: luca@example.com\n        stage: run\n"), world)
    world.norway.refresh_from_db()
    assert world.norway.stage_key == "crawl"


def test_a_ladder_of_ones_own_is_climbed(db: object) -> None:
    apply(OWN_LADDER)
    shop = Initiative.objects.get()
    assert shop.stage_key == "pilot"
    stages.move(shop, Move.GO, by=people.terminal(at=AT), at=AT, effective_on=TODAY)
    assert shop.stage_key == "roll_out"
    with pytest.raises(Refused, match="roll_out is the last stage"):
        stages.move(shop, Move.GO, by=people.terminal(at=AT), at=AT, effective_on=TODAY)


def test_a_stage_in_which_an_initiative_stands_stays_on_the_ladder(db: object) -> None:
    apply(OWN_LADDER)
    shorter = OWN_LADDER.replace("{key: pilot, name: Pilot}, ", "").replace("pilot: {trigger: tasks done}", "")
    with pytest.raises(StrategyFileError, match=r"strategy.yaml:6:11: shop stands in pilot, which is no stage here"):
        apply(shorter)


@pytest.mark.parametrize("change", [lambda day: day - timedelta(days=900), lambda day: day + timedelta(days=900)])
def test_when_it_is_applied_does_not_matter_to_the_plan(world: World, change: Callable[[date], date]) -> None:
    assert apply(exported(), world, today=change(TODAY)).changes == ()


def test_relative_sources_are_found_beside_the_file(db: object, tmp_path: Path) -> None:
    build(tmp_path)
    assert Source.objects.get().location == str((tmp_path / "orders.csv").resolve())
