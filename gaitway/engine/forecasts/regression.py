"""Direct regression: the change to each step ahead on what is known at the origin, a small ridge fit for each step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..series import Floats
from .records import LEAST, Record, changes
from .seasons import before, remembered, rises

SHARES = (0.5, 0.15)  # a short and a long memory: the last value's distance from each exponentially weighted mean
LAGS = (1, 13)  # the last change, and the last quarter's of a weekly series
SEASONS = (1, 2, 8, 16)  # last season alone, and the means of the last two, eight and sixteen
WINDOWS = (260, 1040)  # fitted to the recent past and to all of it, and averaged (Pesaran, Timmermann 2007)
PULL = 3.0  # ridge: in units of the horizon over the origins, for errors of overlapping paths repeat each other
SEASONAL = 0.5  # the fit is pulled towards half of what happened in earlier seasons and none of anything else
SPARE = 14  # origins wanted beyond those that a feature uses up


@dataclass(frozen=True, eq=False, slots=True)
class Features:
    """`shared` by all steps, (features, periods); `stepwise`, (horizon, periods) for each further feature."""

    shared: Floats
    stepwise: tuple[Floats, ...]

    def between(self, first: int, last: int) -> Features:
        return Features(self.shared[:, first:last], tuple(feature[:, first:last] for feature in self.stepwise))


def regression(values: Floats, horizon: int, season: int | None) -> Record | None:
    """None below `LEAST` origins. `values` unit-free, without gaps."""
    if len(values) < horizon + LEAST:
        return None
    known = _features(values, horizon, season)
    came = changes(values, horizon)[:, len(values) - known.shared.shape[1] :]
    origins = came.shape[1]
    if origins < LEAST:
        return None
    windows = sorted({min(window, origins) for window in WINDOWS})
    fits = [_fit(known.between(origins - window, origins), came[:, origins - window :]) for window in windows]
    said = _say(known, np.mean(fits, axis=0))
    return Record(said[:, -1], came - said[:, :origins])


def _features(values: Floats, horizon: int, season: int | None) -> Features:
    """At every period from the first at which all are known to the last."""
    size, first = len(values), min(4, len(values) // 4)
    shared = [values - _smoothed(values, share) for share in SHARES]
    stepwise = []
    for lag in LAGS:
        if size > lag + horizon + SPARE:
            shared.append(values - before(values, lag))
            first = max(first, lag)
    for count in SEASONS:
        if not season or size <= season * min(count, 2) + horizon + SPARE:
            break
        phases = remembered(values, season, count)
        shared.append(values - before(phases, season))
        stepwise.append(rises(phases, phases, season, horizon))
        first = max(first, season)
    return Features(np.stack(shared)[:, first:], tuple(rise[:, first - size :] for rise in stepwise))


def _smoothed(values: Floats, share: float) -> Floats:
    weights = share * (1 - share) ** np.arange(min(len(values), int(8 / share)))
    start = values[:4].mean()
    level: Floats = np.convolve(values - start, weights)[: len(values)] + start
    return level


def _fit(known: Features, came: Floats) -> Floats:
    """Factors of the features, (horizon, features), fitted to what came, (horizon, origins)."""
    horizon, origins = came.shape
    width = len(known.shared)
    size = width + len(known.stepwise)
    gram, target = np.empty((horizon, size, size)), np.empty((horizon, size))
    gram[:, :width, :width] = known.shared @ known.shared.T
    target[:, :width] = came @ known.shared.T
    for i, feature in enumerate(known.stepwise, width):
        gram[:, :width, i] = gram[:, i, :width] = feature @ known.shared.T
        target[:, i] = np.vecdot(feature, came)
        for j, other in enumerate(known.stepwise[: i - width + 1], width):
            gram[:, i, j] = gram[:, j, i] = np.vecdot(feature, other)
    own = np.arange(size)
    pull = gram[:, own, own] * (0.01 + PULL * horizon / origins) + 1e-9
    prior = np.where(own < width, 0.0, SEASONAL / max(1, size - width))
    gram[:, own, own] += pull
    factors: Floats = np.linalg.solve(gram, (target + pull * prior)[..., None])[..., 0]
    return factors


def _say(known: Features, factors: Floats) -> Floats:
    """The forecast at every period, (horizon, periods)."""
    width = len(known.shared)
    said: Floats = factors[:, :width] @ known.shared
    for i, feature in enumerate(known.stepwise, width):
        said += feature * factors[:, i, None]
    return said
