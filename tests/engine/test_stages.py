"""The table of moves, each cell of it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.stages import (
    ENTERS,
    GAITS,
    MOVES,
    IllegalMove,
    Ladder,
    Move,
    Place,
    Rung,
    State,
    after,
    diagram,
    legal,
)

PAGE = Path(__file__).parents[2] / "docs" / "stages.md"
ACTIVE, PAUSED = State.ACTIVE, State.PAUSED
LEAVES = {
    None: {Move.PROPOSE: Place(State.PROPOSED)},
    Place(State.PROPOSED): {Move.START: Place(ACTIVE, "crawl"), Move.STOP: Place(State.STOPPED)},
    Place(ACTIVE, "crawl"): {
        Move.GO: Place(ACTIVE, "walk"),
        Move.CONDITIONAL_GO: Place(ACTIVE, "walk"),
        Move.HOLD: Place(ACTIVE, "crawl"),
        Move.PAUSE: Place(PAUSED, "crawl"),
        Move.STOP: Place(State.STOPPED, "crawl"),
    },
    Place(ACTIVE, "walk"): {
        Move.GO: Place(ACTIVE, "run"),
        Move.CONDITIONAL_GO: Place(ACTIVE, "run"),
        Move.HOLD: Place(ACTIVE, "walk"),
        Move.BACK: Place(ACTIVE, "crawl"),
        Move.PAUSE: Place(PAUSED, "walk"),
        Move.STOP: Place(State.STOPPED, "walk"),
    },
    Place(ACTIVE, "run"): {
        Move.HOLD: Place(ACTIVE, "run"),
        Move.BACK: Place(ACTIVE, "walk"),
        Move.PAUSE: Place(PAUSED, "run"),
        Move.STOP: Place(State.STOPPED, "run"),
        Move.FINISH: Place(State.FINISHED, "run"),
    },
    Place(PAUSED, "walk"): {Move.RESUME: Place(ACTIVE, "walk"), Move.STOP: Place(State.STOPPED, "walk")},
    Place(State.STOPPED, "walk"): {},
    Place(State.FINISHED, "run"): {},
}
CELLS = [(place, move) for place in LEAVES for move in Move]


@pytest.mark.parametrize(("place", "move"), CELLS)
def test_every_move_from_every_place(place, move):
    if move in LEAVES[place]:
        assert after(place, move) == LEAVES[place][move]
    else:
        with pytest.raises(IllegalMove, match=f"can't {move}"):
            after(place, move)


@pytest.mark.parametrize("place", LEAVES)
def test_legal_lists_what_is_accepted_in_the_order_of_the_table(place):
    table = list(dict.fromkeys(rule.move for rule in MOVES))
    assert legal(place) == tuple(move for move in table if move in LEAVES[place])


@pytest.mark.parametrize(
    ("place", "move", "message"),
    [
        (None, Move.GO, "can't go an initiative that is not proposed yet"),
        (Place(State.STOPPED, "run"), Move.START, "can't start an initiative that is stopped"),
        (Place(ACTIVE, "run"), Move.GO, "can't go: run is the last stage"),
        (Place(ACTIVE, "crawl"), Move.BACK, "can't back: crawl is the first stage"),
        (Place(ACTIVE, "crawl"), Move.FINISH, "can't finish in crawl: run is the last stage"),
    ],
)
def test_a_refusal_says_why(place, move, message):
    with pytest.raises(IllegalMove) as caught:
        after(place, move)
    assert str(caught.value) == message


def test_a_stage_begins_with_the_moves_that_enter_it():
    entering = {
        move
        for place, moves in LEAVES.items()
        for move, there in moves.items()
        if there.state is ACTIVE and move is not Move.RESUME and (place is None or place.stage != there.stage)
    }
    assert entering == ENTERS


keys = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=6, unique=True)


@given(keys)
def test_any_ladder_is_climbed_step_by_step_and_finished_at_its_top(names):
    ladder = Ladder(tuple(Rung(name, name.title()) for name in names))
    place = after(Place(State.PROPOSED), Move.START, ladder)
    climbed = [place.stage]
    while Move.GO in legal(place, ladder):
        place = after(place, Move.GO, ladder)
        climbed.append(place.stage)
    assert climbed == names
    assert after(place, Move.FINISH, ladder) == Place(State.FINISHED, names[-1])
    while Move.BACK in legal(place, ladder):
        place = after(place, Move.BACK, ladder)
    assert place.stage == names[0]


def test_the_words_of_a_ladder():
    ladder = Ladder((Rung("try", "Try it"), Rung("grow", "Grow it")))
    assert ladder.keys == ("try", "grow")
    assert ladder.name("grow") == "Grow it"
    assert (ladder.position("grow"), ladder.shifted("try", 1), ladder.shifted("try", -1)) == (1, "grow", None)
    assert ladder.shifted("grow", 1) is None


def test_a_stage_of_another_ladder_is_an_error_and_not_an_illegal_move():
    with pytest.raises(ValueError, match="no stage 'sprint' on the ladder crawl, walk, run") as caught:
        legal(Place(ACTIVE, "sprint"))
    assert not isinstance(caught.value, IllegalMove)


@pytest.mark.parametrize(
    ("names", "message"), [((), "at least one stage"), (("crawl", "walk", "crawl"), "each stage once")]
)
def test_a_ladder_that_cannot_be(names, message):
    with pytest.raises(ValueError, match=message):
        Ladder(tuple(Rung(name, name) for name in names))


def test_the_page_shows_the_table():
    (block,) = re.findall(r"^```mermaid\n(.*?)\n```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert block == diagram()


def test_the_page_names_every_state_and_move_and_stage():
    page = PAGE.read_text("utf-8")
    assert [word for word in (*State, *Move, *GAITS.keys) if f"**{word}**" not in page] == []
