"""The tests that begin in the course of a stage, and what their sharpness rests on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.evidence import Plan
from gaitway.engine.evidence.plans import ON_THE_START, STRIDE, first_sample, sharpness, starts
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import few

plans = st.builds(Plan.of, st.sampled_from(Cadence), st.one_of(st.none(), st.integers(1, 2000)))
windows = st.one_of(st.none(), st.integers(1, 400))


@few
@given(st.integers(1, 3000), plans, st.sampled_from(Cadence), windows)
def test_the_weights_of_the_starts_never_exceed_one(count, plan, cadence, window):
    weights = [start.weight for start in starts(count, plan, cadence, window)]
    assert min(weights) > 0
    assert sum(weights) <= 1 + 1e-12
    if window is None:
        assert weights[0] == ON_THE_START


@few
@given(st.integers(1, 500), plans, st.sampled_from(Cadence))
def test_the_first_start_is_looked_at_in_every_period_the_others_once_a_week(count, plan, cadence):
    first, *others = starts(count, plan, cadence)
    looks = [list(range(count)[start.looks]) for start in (first, *others)]
    assert (first.offset, looks[0]) == (0, list(range(count)))
    for start, seen in zip(others, looks[1:], strict=True):
        assert start.offset % STRIDE[cadence.unit] == 0
        assert all(look >= start.offset and (look + 1) % STRIDE[cadence.unit] == 0 for look in seen)


@few
@given(st.integers(1, 500), plans, st.sampled_from(Cadence), st.integers(1, 90))
def test_with_a_window_no_test_outlives_it(count, plan, cadence, window):
    for start in starts(count, plan, cadence, window):
        looks = range(count)[start.looks]
        assert looks[0] == start.offset
        assert len(looks) == min(window, count - start.offset)


@few
@given(st.integers(1, 400), st.integers(1, 400), plans, st.sampled_from(Cadence), windows)
def test_the_starts_of_a_shorter_history_are_those_of_a_longer_one(count, more, plan, cadence, window):
    short = list(starts(count, plan, cadence, window))
    long = list(starts(count + more, plan, cadence, window))
    assert [(s.offset, s.weight) for s in short] == [(s.offset, s.weight) for s in long[: len(short)]]
    for one, other in zip(short, long, strict=False):
        assert list(range(count)[one.looks]) == [look for look in range(count + more)[other.looks] if look < count]


@pytest.mark.parametrize(
    ("cadence", "days", "periods"), [(Cadence.DAY, 90, 90), (Cadence.WEEK, 91, 13), (Cadence.QUARTER, 30, 1)]
)
def test_a_plan_is_in_periods_and_never_less_than_one(cadence, days, periods):
    assert Plan.of(cadence, days) == Plan(periods)
    assert Plan.of(Cadence.DAY, None).periods == 100
    assert Plan(1).sharpest == 1


def test_the_sharpness_makes_the_normal_mixture_as_narrow_as_it_can_be():
    """The half-width z / sqrt(n) of the two-sided normal mixture, by trying all ratios of information."""
    alpha = 0.05
    r = np.linspace(0.5, 60, 200_000)
    wide = np.sqrt((r + 1) / r * 2 * np.log(np.sqrt(r + 1) / (2 * alpha)) / r)  # at n = r prior samples
    scaled = wide * np.sqrt(r)  # as a standard score at a fixed n
    assert sharpness(alpha) == pytest.approx(r[np.argmin(scaled)], rel=0.1)
    assert all(sharpness(a) >= 1 for a in (0.9, 0.5, 0.3, 1e-6))


class TestFirstSample:
    def test_is_the_mean_of_the_first_observed_periods(self):
        lower = np.array([[0, 3, 5, 0, 4, 4, 4, 4, 4, 999], [0, 0, 0, 0, 0, 0, 0, 0, 0, 8]], float)
        assert first_sample(lower)[:, 0].tolist() == [4, 8]
        assert first_sample(lower, least=2)[0, 0] == 4

    def test_of_nothing_is_nothing(self):
        assert first_sample(np.zeros((2, 4))).tolist() == [[0], [0]]
