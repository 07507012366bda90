"""Simulators of one step after another, for a history too short to try a forecaster on: they need few periods.

Each takes the values (unit-free, without gaps), the horizon, the number of paths and a generator, and gives paths of
changes from the last value, (count, horizon). Errors are drawn from the simulator's own past, each path beside its
mirror image, so that the middle of the cloud doesn't hang on the draw."""

from __future__ import annotations

import numpy as np

from ..series import Floats

SHARES = np.array([0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0])
TRUST = 20  # periods at which a drift seen counts a quarter; it never counts more than half


def walk(values: Floats, horizon: int, count: int, rng: np.random.Generator) -> Floats:
    """Random walk with up to half of the past drift."""
    steps = np.diff(values)
    errors = (steps - steps.mean()) * np.sqrt(len(steps) / (len(steps) - 1))
    strayed: Floats = np.cumsum(_mirrored(errors, horizon, count, rng), axis=1)
    return _drift(values) * np.arange(1, horizon + 1) + strayed


def smoothing(values: Floats, horizon: int, count: int, rng: np.random.Generator) -> Floats:
    """Simple exponential smoothing with up to half of the past drift (Theta without its season; Assimakopoulos,
    Nikolopoulos 2000). The share is drawn for each path by how well it did, for a short past can't name the best."""
    levels = np.full(len(SHARES), values[0])
    errors = np.empty((len(values) - 1, len(SHARES)))
    for at, value in enumerate(values[1:]):
        errors[at] = value - levels
        levels = levels + SHARES * errors[at]
    spread = np.mean(errors**2, axis=0) + 1e-12
    likelihood = (spread / spread.min()) ** (-len(errors) / 2)
    half = -(-count // 2)
    chosen = rng.choice(len(SHARES), half, p=likelihood / likelihood.sum())
    drawn = errors[rng.integers(0, len(errors), (half, horizon)), chosen[:, None]]
    drawn *= np.sqrt(len(values) / (len(values) - 1.5))
    drawn, chosen = np.concatenate([drawn, -drawn])[:count], np.concatenate([chosen, chosen])[:count]
    kept = SHARES[chosen, None] * (np.cumsum(drawn, axis=1) - drawn)
    ahead: Floats = (levels[chosen] - values[-1])[:, None] + _drift(values) * np.arange(1, horizon + 1) + kept + drawn
    return ahead


def reversion(values: Floats, horizon: int, count: int, rng: np.random.Generator) -> Floats:
    """First-order autoregression around the mean, its factor corrected for a short past (Kendall 1954)."""
    mean = values.mean()
    apart = values - mean
    factor = (apart[1:] @ apart[:-1]) / (apart[:-1] @ apart[:-1] + 1e-12)
    factor = min(1.0, max(0.0, factor + (1 + 3 * factor) / len(values)))
    errors = apart[1:] - factor * apart[:-1]
    errors = (errors - errors.mean()) * np.sqrt(len(values) / (len(values) - 2))
    drawn = _mirrored(errors, horizon, count, rng)
    level = np.full(count, apart[-1])
    for step in range(horizon):
        level = drawn[:, step] = factor * level + drawn[:, step]
    drawn -= apart[-1]
    return drawn


def _drift(values: Floats) -> float:
    return float(values[-1] - values[0]) / (len(values) - 1) * 0.5 * len(values) / (len(values) + TRUST)


def _mirrored(errors: Floats, horizon: int, count: int, rng: np.random.Generator) -> Floats:
    drawn = errors[rng.integers(0, len(errors), (-(-count // 2), horizon))]
    return np.concatenate([drawn, -drawn])[:count]
