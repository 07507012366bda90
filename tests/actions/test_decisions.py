from __future__ import annotations

from datetime import timedelta

import pytest

from gaitway.actions import Conflict, NotAllowed, Refused, decisions
from gaitway.models import Decision, Event, StageChange
from tests.world import AT, TODAY, World


def decide(world: World, choice: str = "go", **changes: object) -> Decision:
    values = {"reason": "It works.", "by": world.sofia, "at": AT, "effective_on": TODAY, **changes}
    return decisions.decide(world.crawl, choice, **values)  # type: ignore[arg-type]


def test_a_go_moves_the_initiative_and_keeps_why(world: World) -> None:
    made = decide(world)
    world.norway.refresh_from_db()
    assert (world.norway.state, world.norway.stage_key, world.norway.stage_since) == ("active", "walk", TODAY)
    change = StageChange.objects.get(decision=made)
    assert (change.from_stage, change.to_stage, change.by, change.reason) == ("crawl", "walk", world.sofia, "It works.")
    assert Event.objects.filter(kind="decision", initiative=world.norway).count() == 1


def test_a_go_without_evidence_is_possible_and_marked(world: World) -> None:
    assert decide(world).against_evidence
    assert list(Decision.objects.filter(against_evidence=True).values_list("choice", flat=True)) == ["go"]


def test_a_hold_is_not_against_unknown_evidence(world: World) -> None:
    assert not decide(world, "hold").against_evidence


@pytest.mark.parametrize("who", ["luca", "theo", "nadia"])
def test_only_the_sponsor_decides(world: World, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the sponsor of Norway"):
        decide(world, by=getattr(world, who))
    world.norway.refresh_from_db()
    assert world.norway.stage_key == "crawl"
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("choice", "changes", "message"),
    [
        ("go", {"reason": "  "}, "needs its reason"),
        ("conditional go", {}, "names its conditions"),
        ("go", {"conditions": "Hire"}, "names its conditions"),
        ("back", {}, "crawl is the first stage"),
        ("jump", {}, "A decision is one of"),
        ("go", {"effective_on": TODAY - timedelta(days=365)}, "before the present stage began"),
    ],
)
def test_what_is_refused_changes_nothing(world: World, choice: str, changes: dict[str, object], message: str) -> None:
    with pytest.raises(Refused, match=message):
        decide(world, choice, **changes)
    world.norway.refresh_from_db()
    assert (world.norway.stage_key, world.norway.moves) == ("crawl", 2)
    assert not Decision.objects.exists()


def test_who_saw_an_older_page_is_told(world: World) -> None:
    with pytest.raises(Conflict, match="Look again"):
        decide(world, moves=1)


def test_a_stage_that_was_left_has_no_gate_any_more(world: World) -> None:
    crawl = world.crawl
    decide(world)
    with pytest.raises(Refused, match="isn't active in crawl: it is in walk"):
        decisions.decide(crawl, "go", reason="Again", by=world.sofia, at=AT, effective_on=TODAY)


def test_to_go_on_from_the_last_stage_is_to_finish(world: World) -> None:
    for _ in range(3):
        world.norway.refresh_from_db()
        stage = world.norway.stages.get(key=world.norway.stage_key)
        decisions.decide(stage, "go", reason="On", by=world.sofia, at=AT, effective_on=TODAY)
    world.norway.refresh_from_db()
    assert (world.norway.state, world.norway.stage_key) == ("finished", "run")
