"""The mixture: paths drawn from the past errors of the forecasters, and from the step simulators where there are few."""

from __future__ import annotations

import numpy as np

from ..series import Floats
from .analogue import analogue
from .records import Record, mean
from .regression import regression
from .seasons import profile
from .steps import reversion, smoothing, walk

# The regression knows level, trend and season, and is pulled towards doing little; the analogue is bolder about the
# season. A small vote of it helps, more costs on series whose season wanders.
FORECASTERS = ((3.0, regression), (1.0, analogue))

# Smoothing lies between the other two and has half: a walk keeps no level, a reverting series has a firm one. Which
# of them is right, a short past can't tell, so the weights don't ask it.
SIMULATORS = ((1.0, walk), (2.0, smoothing), (1.0, reversion))

HALF = 1.4  # horizons of origins at which half of the paths come from past errors, half from the simulators
RECENT = 60  # periods that the step simulators look at
MEMORY, AGITATION = 0.05, 0.7  # share of an exponential mean of changes; power of the ratio now to then
CALMEST, WILDEST = 0.25, 4.0
LATEST = 312  # origins whose errors are drawn: six years of weeks; those of other times fit worse


def simulate(values: Floats, horizon: int, count: int, rng: np.random.Generator, season: int | None) -> Floats:
    """Changes from the last value, (count, horizon), in no order. `values` unit-free, without gaps."""
    records = [(weight, forecast(values, horizon, season)) for weight, forecast in FORECASTERS]
    told = [(weight, record) for weight, record in records if record is not None]
    clouds, drawn = [], 0
    if told:
        record = mean(told)
        origins = record.errors.shape[1]
        drawn = round(count / (1 + (HALF * horizon / origins) ** 2))
        clouds.append(_past(values, record, drawn, rng))
    if drawn < count:
        clouds.append(_stepped(values, horizon, count - drawn, rng, season))
    shuffled: Floats = rng.permutation(np.concatenate(clouds))
    return shuffled


def _past(values: Floats, record: Record, count: int, rng: np.random.Generator) -> Floats:
    """Whole paths of past errors, evenly from the latest and each beside its mirror image, stretched to how restless
    the series is now (filtered historical simulation; Barone-Adesi, Giannopoulos, Vosper 1999)."""
    latest = record.errors[:, -LATEST:]
    horizon, origins = latest.shape
    moves = np.abs(np.diff(values, prepend=values[0]))
    usual = moves.mean()
    weights = MEMORY * (1 - MEMORY) ** np.arange(min(len(moves), int(8 / MEMORY)))
    restless = np.maximum(np.convolve(moves - usual, weights)[: len(moves)] + usual, 0.05 * usual)
    stretch = np.clip((restless[-1] / restless[-horizon - origins : -horizon]) ** AGITATION, CALMEST, WILDEST)
    half = -(-count // 2)
    chosen = (np.arange(half) * origins + rng.integers(origins)) // max(1, half)
    errors = (latest * stretch)[:, chosen].T
    paths: Floats = record.point + np.concatenate([errors, -errors])[:count]
    return paths


def _stepped(values: Floats, horizon: int, count: int, rng: np.random.Generator, season: int | None) -> Floats:
    """The step simulators on the series without its season, each with its share of the paths."""
    past, ahead = profile(values, season, horizon) if season else (np.zeros(len(values)), np.zeros(horizon))
    plain = (values - past)[-RECENT:]
    total = sum(weight for weight, _ in SIMULATORS)
    shares = np.cumsum([0.0, *(weight for weight, _ in SIMULATORS)]) / total
    counts = np.diff(np.round(shares * count).astype(int))
    clouds = [simulator(plain, horizon, int(n), rng) for (_, simulator), n in zip(SIMULATORS, counts, strict=True)]
    paths: Floats = np.concatenate(clouds) + ahead - past[-1]
    return paths
