"""The change detector: it finds a fall, and cries wolf rarely."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.evidence import turning
from gaitway.engine.kpis import Kind, enough
from gaitway.engine.periods import Cadence
from tests.engine.evidence.batches import WORTH, batches, few, made


@few
@given(batches(), st.booleans(), st.data())
def test_what_is_seen_at_a_look_does_not_depend_on_what_comes_later(batch, up, data):
    looks = data.draw(st.integers(1, batch.values.shape[1]))
    then = turning(batch.kind, batch.cadence, batch.values[:, :looks], batch.targets, up=up)
    np.testing.assert_allclose(then, turning(*batch, up=up)[:, :looks], atol=1e-6)


@few
@given(batches(), st.booleans())
def test_one_call_on_many_series_is_one_call_on_each(batch, up):
    each = [
        turning(batch.kind, batch.cadence, values[None], target, up=up)
        for values, target in zip(batch.values, batch.targets, strict=True)
    ]
    np.testing.assert_allclose(turning(*batch, up=up), np.concatenate(each), atol=1e-9)


@few
@given(batches([Kind.RATIO, Kind.LEVEL, Kind.MEAN]), st.booleans(), st.sampled_from([0.01, 7.0, 1e4]))
def test_the_unit_makes_no_difference_and_below_is_above_of_the_negative(batch, up, unit):
    scale = {Kind.RATIO: (unit, 1), Kind.LEVEL: (unit,), Kind.MEAN: (1, unit, unit**2)}[batch.kind]
    found = turning(*batch, up=up)
    scaled = turning(batch.kind, batch.cadence, batch.values * np.array(scale), batch.targets * unit, up=up)
    np.testing.assert_allclose(scaled, found, atol=1e-6)
    signs = {Kind.RATIO: (-1, 1), Kind.LEVEL: (-1,), Kind.MEAN: (1, -1, 1)}[batch.kind]
    mirrored = turning(batch.kind, batch.cadence, batch.values * np.array(signs), -batch.targets, up=not up)
    np.testing.assert_allclose(mirrored, found, atol=1e-6)


@few
@given(batches(), st.booleans())
def test_an_alarm_is_from_nought_to_one_once_there_are_enough_periods(batch, up):
    found = turning(*batch, up=up)
    seen = np.cumsum(~np.isnan(batch.values[..., 0]), axis=1)
    assert np.array_equal(np.isnan(found), seen <= enough(batch.kind, batch.cadence))
    assert np.all((np.nan_to_num(found) >= 0) & (np.nan_to_num(found) <= 1))


@pytest.mark.parametrize("kind", Kind)
class TestAKpiThatIsATenthBetterThanItsTarget:
    def pilots(self, kind, share):
        worth = WORTH[kind] * np.broadcast_to(share, (200, len(share)))
        values = made(kind, np.random.default_rng(16), worth.shape, worth=worth, traffic=500)
        return turning(kind, Cadence.DAY, values, WORTH[kind], up=True, start=30)

    def test_rarely_alarms(self, kind):
        found = self.pilots(kind, np.full(90, 1.1))
        assert np.isnan(found[:, :30]).all()
        assert (found[:, 30:] >= 1).any(axis=1).mean() <= 0.01

    def test_its_fall_to_a_fifth_below_is_found_and_clears_in_time(self, kind):
        """The detector takes the fall itself for spread from then on, so clearing takes longer than finding."""
        found = self.pilots(kind, np.repeat([1.1, 0.8, 1.1], [50, 40, 200])) >= 1
        assert found[:, 50:90].any(axis=1).mean() >= 0.8
        assert found[:, -1].mean() <= 0.05
