"""Where very many KPIs stand: what looking at each in every period says of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.evidence import Plan, crossings, standings
from gaitway.engine.evidence.many import CHUNK
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import ALPHA, PLAN, WORTH, batches, few, made, with_gaps

pytestmark = pytest.mark.slow  # many KPIs beside one


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
@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("periods", [70, 100, 120])  # 70 ends a week, so the later tests have their say at the end
def test_series_that_are_hard_to_tell(kind, up, periods):
    """Near the target, some of them turning, a third with gaps, some with days that lean on one another."""
    random = np.random.default_rng(periods)
    true = np.repeat(random.uniform(0.85, 1.15, (150, 2)), [periods // 2, periods - periods // 2], axis=1)
    values = made(kind, random, true.shape, spread=0.05, phi=random.choice([0, 0.6]), worth=WORTH[kind] * true)
    values[:50] = with_gaps(values[:50], random, 0.15)
    for cadence in (Cadence.DAY, Cadence.WEEK):
        many = kind, cadence, values, np.full(150, WORTH[kind])
        found = standings(*many, up=up, alpha=ALPHA, plan=PLAN).tolist()
        assert found == by_looking(*many, up=up, alpha=ALPHA, plan=PLAN)


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


def test_tests_that_have_just_begun_count_too():
    """Each of the later tests is worth its weight before it judges anything: here that is what was lacking."""
    revenue = [533.61288906, 944.64273327, 703.1491722, 939.04302893, 652.93932406, 855.24940325, 809.67554594]
    values = np.stack([revenue, [20, 28, 21, 23, 21, 25, 19]], axis=-1)[None]
    options = {"up": True, "alpha": 0.2, "plan": Plan(7)}
    one = Kind.RATIO, Cadence.MONTH, values, np.array([40.0])
    assert standings(*one, **options).tolist() == by_looking(*one, **options) == [-1]


@pytest.mark.parametrize("kind", Kind)
def test_the_order_in_memory_does_not_matter(kind):
    values = made(kind, np.random.default_rng(16), (40, 50), worth=WORTH[kind] * 1.1)
    beside = np.moveaxis(np.moveaxis(values, 0, -1).copy(), -1, 0)
    assert beside.strides[0] == values.itemsize
    targets, options = np.full(40, WORTH[kind]), {"up": True, "alpha": ALPHA, "plan": PLAN}
    before = values.copy()
    found = [standings(kind, Cadence.DAY, each, targets, **options).tolist() for each in (values, beside)]
    assert found[0] == found[1]
    assert np.array_equal(values, before)


@few
@given(batches(), st.booleans(), st.sampled_from([0.5, 3.0, 12.0]))
def test_bounds_that_decide_decide_as_the_evidence_does(batch, up, threshold):
    weighed = batch.weighed(ALPHA, PLAN)
    log_e = weighed.log_e(up=up)
    assert np.array_equal(weighed.reaches(threshold, up=up), log_e >= threshold)
    assert np.all(weighed.least(up=up) <= log_e + 1e-9)
    assert np.all(log_e <= weighed.bound(up=up) + 1e-9)


@pytest.mark.parametrize("alpha", [0.0, 0.6])
def test_an_alpha_that_is_none(alpha):
    with pytest.raises(ValueError, match=r"above 0 and at most 0\.5"):
        standings(Kind.LEVEL, Cadence.DAY, np.ones((1, 20, 1)), np.ones(1), up=True, alpha=alpha, plan=PLAN)
