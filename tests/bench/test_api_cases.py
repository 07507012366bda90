"""Goal S2 in small: the API by its own description, for every role; what is planted is found."""

from __future__ import annotations

import pytest

from bench import api_cases
from tests.api.conftest import furnish, token
from tests.world import World


@pytest.fixture
def tokens(world: World) -> dict[str, str]:
    house = furnish(world)
    return {name: token(getattr(house, name)) for name in ("nadia", "luca", "sofia")}


@pytest.mark.slow
def test_no_answer_that_is_not_described_and_none_that_names_what_is_hidden(tokens: dict[str, str]) -> None:
    attack = api_cases.Attack(tokens, api_cases.aim)
    run = attack.run(300, 7)
    assert run.faults == {}
    assert run.cases >= 300
    assert {name for name, _ in run.answers} == set(attack.operations)


@pytest.mark.slow
@pytest.mark.parametrize("what", api_cases.PLANTED)
def test_what_is_planted_is_found(tokens: dict[str, str], what: str) -> None:
    assert api_cases.found(tokens, what)
