"""How good the paths of a forecaster were on a set."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from gaitway.engine import forecasts
from gaitway.engine.series import Floats

from .peers import Forecaster, filled
from .sets import Case, Set

DISTANCES = (-1.5, -1.0, -0.5, 0.5, 1.0, 1.5)  # of a threshold from the last value, in usual changes
LEVELS = (0.8, 0.95)
BINS = 10
TIMED, RUNS = 40, 5  # series timed, and how often each


@dataclass(frozen=True, slots=True)
class Score:
    """`skill`: 1 less the Brier score over that of the base rate of each threshold, known after the fact. `inside`: the
    share of what came inside the central interval of each level. `calibration`: how far chance and frequency are apart,
    `luck` how far they would be for a perfect forecaster with the same chances, were all cases independent. `owa`:
    sMAPE and MASE of the median against those of the naive forecast, averaged."""

    skill: float
    brier: float
    inside: tuple[float, ...]
    calibration: float
    luck: float
    owa: float
    ms: float


def score(of: Set, forecaster: Forecaster, seed: int) -> Score:
    horizon = len(of.cases[0].came)
    clouds = [forecaster(case.past, horizon, of.season, seed + i) for i, case in enumerate(of.cases)]
    told = list(zip(of.cases, clouds, strict=True))
    given = np.array([[chance for chance, _ in chances(case, paths)] for case, paths in told])
    came = np.array([[reached for _, reached in chances(case, paths)] for case, paths in told], dtype=float)
    brier = float(np.mean((given - came) ** 2))
    inside = np.mean([covered(case, paths) for case, paths in told], axis=0)
    own = np.mean([errors(case, np.median(paths, axis=0), of.naive) for case, paths in told], axis=0)
    plain = np.mean([errors(case, naive(case, of.naive), of.naive) for case in of.cases], axis=0)
    return Score(
        skill=1 - brier / base_rate(came), brier=brier, inside=tuple(map(float, inside)),
        calibration=calibration(given, came), luck=luck(given, seed), owa=float(np.mean(own / plain)),
        ms=milliseconds(of, forecaster, seed),
    )  # fmt: skip


def milliseconds(of: Set, forecaster: Forecaster, seed: int) -> float:
    """CPU time a series: the fastest of a few runs, for other load on the machine only ever slows one down."""
    spent = []
    for case in of.cases[:: max(1, len(of.cases) // TIMED)]:
        for _ in range(RUNS):
            began = time.process_time()
            forecaster(case.past, len(case.came), of.season, seed)
            spent.append(time.process_time() - began)
    return 1000 * float(np.mean(np.reshape(spent, (-1, RUNS)).min(axis=1)))


def chances(case: Case, paths: Floats) -> list[tuple[float, bool]]:
    """For each threshold, the chance given to reaching it within the horizon, and whether it was reached."""
    horizon = len(case.came)
    usual = float(np.nanmean(np.abs(case.past[horizon:] - case.past[:-horizon])))
    found = []
    for distance in DISTANCES:
        threshold = case.past[np.isfinite(case.past)][-1] + distance * usual
        reached = np.nanmax(case.came) >= threshold if distance > 0 else np.nanmin(case.came) <= threshold
        found.append((float(forecasts.chance_of(paths, threshold, distance > 0)[-1]), bool(reached)))
    return found


def covered(case: Case, paths: Floats) -> list[float]:
    known, fan = np.isfinite(case.came), forecasts.fan(paths, LEVELS)
    inside = (case.came >= fan.low) & (case.came <= fan.high)
    return [float(np.mean(level[known])) for level in inside]


def errors(case: Case, said: Floats, season: int) -> tuple[float, float]:
    """sMAPE in percent and MASE, as in M4."""
    apart, size = np.abs(case.came - said), np.abs(case.came) + np.abs(said)
    smape = 200 * np.nanmean(apart / np.where(size > 0, size, 1))
    return float(smape), float(np.nanmean(apart) / np.nanmean(np.abs(case.past[season:] - case.past[:-season])))


def naive(case: Case, season: int) -> Floats:
    """The last season again: M4's reference, Naive 2, where series aren't seasonally adjusted."""
    return np.resize(filled(case.past)[-season:], len(case.came))


def base_rate(came: Floats) -> float:
    """The Brier score of one who knows how often each threshold is reached in this set, and nothing else."""
    return float(np.mean((came - came.mean(axis=0)) ** 2))


def calibration(given: Floats, came: Floats) -> float:
    """The mean distance between chance and frequency in bins of chance, weighted by cases."""
    bins = np.minimum((given * BINS).astype(int), BINS - 1)
    return float(sum(abs(np.sum((given - came)[bins == b])) for b in range(BINS)) / given.size)


def luck(given: Floats, seed: int) -> float:
    random = np.random.default_rng(seed)
    drawn = (np.where(random.random(given.shape) < given, 1.0, 0.0) for _ in range(20))
    return float(np.mean([calibration(given, came) for came in drawn]))
