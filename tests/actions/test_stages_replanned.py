"""The end of a stage moves: with the stages after it, as one change that is taken back as a whole."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import time_machine

from gaitway.actions import Conflict, NotAllowed, Refused, stages
from gaitway.actions.stages import Replanned
from gaitway.engine.plans import Rest
from gaitway.models import Amendment, Event, Stage
from gaitway.queries.words.happenings import said
from tests.world import AT, World


def dates(world: World) -> dict[str, tuple[date | None, date | None]]:
    rows = Stage.objects.filter(initiative=world.norway)
    return {stage.key: (stage.starts, stage.ends) for stage in rows}


def move_on(world: World, rest: Rest = Rest.SHIFT, **named: Any) -> Replanned:
    asked = {"ends": date(2026, 4, 12), "reason": "The fair is later.", "by": world.sofia, "at": AT, **named}
    return stages.replan(world.crawl, rest=rest, **asked)


@time_machine.travel(AT)
def test_a_gate_takes_the_stages_after_it_along_and_back(world: World) -> None:
    before = dates(world)
    made = move_on(world)
    assert dates(world)["crawl"] == (date(2026, 1, 5), date(2026, 4, 12))
    assert dates(world)["walk"] == (date(2026, 4, 13), date(2026, 10, 11))
    kept = Replanned.of_json(json.loads(json.dumps(made.as_json())))
    assert kept == made
    stages.plan_back(world.norway, kept, reason="The move was taken back.", by=world.sofia, at=AT)
    assert dates(world) == before
    reasons = Amendment.objects.filter(field="dates").values_list("before", "after", "reason")
    assert list(reasons) == [
        ("2026-03-29", "2026-04-12", "The fair is later."), ("2026-04-12", "2026-03-29", "The move was taken back.")
    ]  # fmt: skip
    told = [said(event).text for event in Event.objects.filter(kind="amendment").order_by("pk")]
    assert told == [
        "moved the end of Crawl, and what comes after it, from 29 Mar to 12 Apr:",
        "moved the end of Crawl, and what comes after it, from 12 Apr to 29 Mar:",
    ]


def test_a_move_that_was_changed_since_is_not_taken_back(world: World) -> None:
    made = move_on(world)
    move_on(world, ends=date(2026, 4, 19))
    after = dates(world)
    with pytest.raises(Conflict):
        stages.plan_back(world.norway, made, reason="Back.", by=world.sofia, at=AT)
    assert dates(world) == after


def test_who_had_seen_another_end_does_not_move_it(world: World) -> None:
    with pytest.raises(Conflict):
        move_on(world, was=date(2026, 3, 1))
    with pytest.raises(Refused, match="norway/walk would start on 2026-10-05, after it ends on 2026-09-27: shift it"):
        move_on(world, Rest.SHORTEN, ends=date(2026, 10, 4))
    with pytest.raises(Refused, match="needs a reason"):
        move_on(world, reason=" ")
    assert dates(world)["crawl"] == (date(2026, 1, 5), date(2026, 3, 29))
    assert not Amendment.objects.exists()


def test_a_stage_that_has_not_begun_moves_freely(world: World) -> None:
    walk = Stage.objects.get(initiative=world.norway, key="walk")
    stages.replan(walk, ends=date(2026, 10, 4), reason="", by=world.sofia, at=AT)
    assert not Amendment.objects.exists()
    assert said(Event.objects.get(kind="amendment")).text.startswith("moved the end of Walk from")
    with pytest.raises(NotAllowed):
        stages.replan(walk, ends=date(2026, 10, 4), reason="", by=world.luca, at=AT)
