"""The classic group-sequential test, as the peer for a fixed end."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from gaitway.engine.series import Floats

NODES = 401
LOWEST = -5.0  # below this a path never comes back to the boundary


def boundary(looks: int, alpha: float) -> Floats:
    """The standard score at each of `looks` equally spaced looks, shape (looks,).

    Spends alpha one-sided as O'Brien and Fleming do (Lan and DeMets 1983), by numerical integration of the density of
    paths that haven't crossed yet (Armitage, McPherson and Rowe 1969)."""
    share = np.arange(1, looks + 1) / looks
    spent = 2 * ndtr(ndtri(alpha / 2) / np.sqrt(share))
    step = np.sqrt(1 / looks)
    # All mass is at zero before the first look.
    nodes, mass = np.zeros(1), np.ones(1)
    walls = np.empty(looks)
    for look, spend in enumerate(np.diff(spent, prepend=0.0)):
        low, high = 0.0, -LOWEST
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if mass @ ndtr((nodes - middle) / step) > spend else (low, middle)
        walls[look] = high
        grid = np.linspace(LOWEST, high, NODES)
        width = np.full(NODES, grid[1] - grid[0])
        width[[0, -1]] /= 2
        density = np.exp(-(((grid[:, None] - nodes) / step) ** 2) / 2) @ mass / (step * np.sqrt(2 * np.pi))
        nodes, mass = grid, density * width
    return walls / np.sqrt(share)
