"""Gaitway and its peers: history, horizon, season and seed in, paths (COUNT, horizon) out."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable

import numpy as np

from gaitway.engine import forecasts
from gaitway.engine.series import Floats

Forecaster = Callable[[Floats, int, int, int], Floats]

COUNT = 500  # paths a series
LONGEST_SEASON = 24  # of AutoETS: weekly series go without one, as in the competition


def gaitway(past: Floats, horizon: int, season: int, seed: int) -> Floats:
    return forecasts.paths(past, horizon, COUNT, seed, season=season, low=0.0)


def random_walk(past: Floats, horizon: int, _season: int, seed: int) -> Floats:
    """With drift: changes drawn from all of the past."""
    known = past[np.isfinite(past)]
    drawn = np.random.default_rng(seed).choice(np.diff(known), (COUNT, horizon))
    walked: Floats = known[-1] + np.cumsum(drawn, axis=1)
    return walked


def auto_ets(past: Floats, horizon: int, season: int, seed: int) -> Floats:
    """Exponential smoothing chosen by AICc (Hyndman, Khandakar 2008), its paths simulated by statsforecast itself."""
    models = importlib.import_module("statsforecast.models")
    whole = filled(past)[-forecasts.LONGEST :]
    model = models.AutoETS(season_length=season if season <= LONGEST_SEASON else 1).fit(whole)
    return np.asarray(model.simulate(horizon, COUNT, seed=seed), dtype=float)


def filled(past: Floats) -> Floats:
    at = np.flatnonzero(np.isfinite(past))
    return np.interp(np.arange(len(past)), at, past[at])


def present(*, quick: bool = False) -> dict[str, Forecaster]:
    """AutoETS where it can be imported, and never in the quick form, for it compiles for half a minute."""
    found: dict[str, Forecaster] = {"**Gaitway**": gaitway, "random walk with drift": random_walk}
    if not quick and importlib.util.find_spec("statsforecast"):
        found["AutoETS"] = auto_ets
    return found
