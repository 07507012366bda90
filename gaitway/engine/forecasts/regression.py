"""Direct regression: the change to each step ahead on what is known at the origin, one small ridge fit a step."""

from __future__ import annotations

import numpy as np

from ..series import Floats
from .records import LEAST, Record, changes
from .seasons import coming, lagged, same_phase

LAGS = (1, 13)  # the change of the last period, and of the last quarter of weeks
SHARES = (0.5, 0.15)  # distance from a short, a middle and a long memory
MEMORIES = (1, 2, 8)  # seasons averaged
WINDOWS = (260, 1040)
PULL = 5.0
DF = 0.0
SEASONAL = 0.5


def regression(values: Floats, horizon: int, season: int | None) -> Record | None:
    size = len(values)
    known, own = [], []
    first = min(4, size // 4)
    if season and size > season * -(-horizon // season) + horizon + 14:
        for memory in MEMORIES:
            if memory > 1 and size < 2 * season + horizon + 14:
                break
            phases = same_phase(values, season, memory)
            start, rise = coming(phases, phases, season, horizon)
            first = max(first, start)
            own.append(rise)
            known.append(values - lagged(phases, season))
    for lag in LAGS:
        if size > lag + horizon + 12:
            known.append(values - lagged(values, lag))
            first = max(first, lag)
    known += [values - smoothed(values, share) for share in SHARES]
    origins = size - horizon - first
    if origins < LEAST:
        return None
    common = np.column_stack(known)[first:]
    own = [rise[first - size :] for rise in own]
    return _fit(common, own, changes(values, horizon)[first:])


def smoothed(values: Floats, share: float) -> Floats:
    """Exponentially weighted mean at each period, (periods,)."""
    start = values[:4].mean()
    weights = share * (1 - share) ** np.arange(min(len(values), int(8 / share)))
    level: Floats = np.convolve(values - start, weights)[: len(values)] + start
    return level


def _fit(common: Floats, own: list[Floats], came: Floats) -> Record:
    origins, horizon = came.shape
    width, both = common.shape[1], common.shape[1] + len(own)
    diagonal = np.arange(both)
    prior = np.zeros(both)
    prior[width:] = SEASONAL / max(1, len(own))
    coefficients = np.zeros((horizon, both))
    used = []
    for window in WINDOWS:
        rows = slice(max(0, origins - window), origins)
        N = min(window, origins)
        x, y = common[rows], came[rows]
        gram, against = np.empty((horizon, both, both)), np.empty((horizon, both))
        gram[:, :width, :width] = x.T @ x
        against[:, :width] = y.T @ x
        for i, rise in enumerate(own):
            a = rise[rows]
            gram[:, :width, width + i] = gram[:, width + i, :width] = a.T @ x
            against[:, width + i] = np.einsum("th,th->h", a, y)
            for j in range(i, len(own)):
                gram[:, width + i, width + j] = gram[:, width + j, width + i] = np.einsum("th,th->h", a, own[j][rows])
        free = gram.copy()
        pull = gram[:, diagonal, diagonal] * (0.01 + PULL * horizon / N)
        pull += 1e-9 * pull.max() + 1e-12
        gram[:, diagonal, diagonal] += pull
        solved = np.linalg.solve(gram, np.concatenate([(against + pull * prior)[..., None], free], axis=2))
        coefficients += solved[:, :, 0] / len(WINDOWS)
        used.append(np.trace(solved[:, :, 1:], axis1=1, axis2=2))
        if window >= origins:
            coefficients *= len(WINDOWS) / len(used)
            break
    point = coefficients[:, :width] @ common[-1]
    errors = came - common[:origins] @ coefficients[:, :width].T
    for i, rise in enumerate(own):
        point += coefficients[:, width + i] * rise[-1]
        errors -= coefficients[:, width + i] * rise[:origins]
    taken = DF * np.mean(used, axis=0) * np.arange(1, horizon + 1) / origins
    return Record(point, errors / np.sqrt(np.maximum(1 - taken, 0.3)))
