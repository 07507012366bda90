"""Where very many KPIs stand: what looking at each in every period says of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.evidence import Plan, crossings, standings
from gaitway.engine.evidence.many import CHUNK
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, WORTH, batches, few, made


def by_looking(kind, cadence, values, targets, *, up, **options):
    """1 where it ever crossed, -1 where the other side is excluded now, else 0."""
    met = crossings(kind, cadence, values, targets, up=up, **options).any(axis=1)
    unmet = crossings(kind, cadence, values, targets, up=not up, **options)[:, -1]
    return np.where(met, 1, np.where(unmet, -1, 0)).tolist()


@few
@given(batches(), st.booleans(), st.sampled_from([0.5, 0.05, 0.001]), st.sampled_from([Plan(7), Plan(90), Plan(400)]))
def test_they_stand_where_their_looks_say(batch, up, alpha, plan):
    options = {"up": up, "alpha": alpha, "plan": plan}
    assert standings(*batch, **options).tolist() == by_looking(*batch, **options)


@pytest.mark.parametrize("kind", Kind)
def test_met_stays_met_and_unmet_may_still_turn(kind):
    random = np.random.default_rng(14)
    good, bad = (made(kind, random, (1, 60), worth=WORTH[kind] * share) for share in (1.5, 0.5))
    for first, then in ((good, bad), (bad, good)):
        values = np.concatenate([first, then, then], axis=1)
        options = {"up": True, "alpha": ALPHA, "plan": PLAN}
        stands = [
            standings(kind, Cadence.DAY, values[:, :looks], np.array([WORTH[kind]]), **options)[0]
            for looks in (60, 180)
        ]
        assert stands == ([1, 1] if first is good else [-1, 1])


@pytest.mark.parametrize("kind", Kind)
def test_more_series_than_are_worked_on_at_a_time(kind):
    """Worse ones, better ones, and those that are hard to tell."""
    random, size = np.random.default_rng(15), (CHUNK + 90, 30)
    better = random.choice([0.7, 0.95, 1.0, 1.05, 1.3], (size[0], 1))
    values = made(kind, random, size, worth=WORTH[kind] * better)
    many = kind, Cadence.DAY, values, np.full(size[0], WORTH[kind])
    found = standings(*many, up=True, alpha=ALPHA, plan=PLAN).tolist()
    assert found == by_looking(*many, up=True, alpha=ALPHA, plan=PLAN)
    assert {-1, 0, 1} == set(found)


def test_of_nothing_nothing_is_said():
    empty = np.empty((0, 20, 1))
    assert standings(Kind.LEVEL, Cadence.DAY, empty, np.empty(0), up=True, alpha=ALPHA, plan=PLAN).shape == (0,)
