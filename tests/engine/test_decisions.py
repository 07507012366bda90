"""What a sponsor may choose, which move that is, and when it goes against the evidence."""

from itertools import product

import pytest

from gaitway.engine.decisions import Choice, against, move, open_to
from gaitway.engine.stages import GAITS, Ladder, Move, Place, Rung, State, after

OUTCOMES = ("met", "unmet", "unknown", "")
GO, CONDITIONAL, HOLD, BACK, STOP = Choice.GO, Choice.CONDITIONAL_GO, Choice.HOLD, Choice.BACK, Choice.STOP
# (trigger, stop rule): the choices against them; where the stop rule isn't met, its outcome makes no difference.
AGAINST = {
    ("met", False): {BACK, STOP},
    ("unmet", False): {GO, CONDITIONAL},
    ("unknown", False): {GO},
    ("", False): {GO},
    ("met", True): {GO, CONDITIONAL, HOLD},
    ("unmet", True): {GO, CONDITIONAL, HOLD},
    ("unknown", True): {GO, CONDITIONAL, HOLD},
    ("", True): {GO, CONDITIONAL, HOLD},
}


@pytest.mark.parametrize(("trigger", "stop"), list(product(OUTCOMES, OUTCOMES)))
def test_the_table_of_what_goes_against_the_evidence(trigger, stop):
    found = {choice for choice in Choice if against(choice, trigger, stop)}
    assert found == AGAINST[trigger, stop == "met"]


@pytest.mark.parametrize(("trigger", "stop"), list(product(OUTCOMES, OUTCOMES)))
def test_some_choice_is_always_with_the_evidence(trigger, stop):
    assert not all(against(choice, trigger, stop) for choice in Choice)


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("stage", GAITS.keys)
def test_the_move_of_a_choice(choice, stage):
    expected = Move.FINISH if (choice, stage) == (GO, "run") else Move(str(choice))
    assert move(choice, stage, GAITS) is expected


def test_a_ladder_of_one_stage_is_finished_by_its_first_go():
    ladder = Ladder((Rung("trial", "Trial"),))
    assert move(GO, "trial", ladder) is Move.FINISH
    assert open_to(Place(State.ACTIVE, "trial"), ladder) == (GO, HOLD, STOP)


@pytest.mark.parametrize(
    ("place", "choices"),
    [
        (Place(State.PROPOSED), (STOP,)),
        (Place(State.ACTIVE, "crawl"), (GO, CONDITIONAL, HOLD, STOP)),
        (Place(State.ACTIVE, "walk"), (GO, CONDITIONAL, HOLD, BACK, STOP)),
        (Place(State.ACTIVE, "run"), (GO, HOLD, BACK, STOP)),
        (Place(State.PAUSED, "walk"), (STOP,)),
        (Place(State.STOPPED, "walk"), ()),
        (Place(State.FINISHED, "run"), ()),
        (Place(State.ACTIVE, "a stage of another ladder"), ()),
    ],
)
def test_the_open_choices(place, choices):
    assert open_to(place, GAITS) == choices


@pytest.mark.parametrize("stage", GAITS.keys)
def test_every_open_choice_can_be_carried_out(stage):
    place = Place(State.ACTIVE, stage)
    reached = [after(place, move(choice, stage, GAITS), GAITS) for choice in open_to(place, GAITS)]
    assert len(reached) == len(open_to(place, GAITS)) > 0
