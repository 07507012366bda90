"""The seasonal analogue: what the last seasons did from here on, faded with their age."""

from __future__ import annotations

from ..series import Floats
from .records import LEAST, Record, changes
from .seasons import remembered, rises, trailing

COUNT, FADE = 5, 0.7  # seasons; a season further back weighs 0.7 of the one after it
WIDTH = 3  # periods whose mean is the start, so that one odd period doesn't shift the whole path


def analogue(values: Floats, horizon: int, season: int | None) -> Record | None:
    """None without a season or below `LEAST` origins. `values` unit-free, without gaps."""
    if season is None or len(values) - season - horizon < LEAST:
        return None
    phases = remembered(values, season, COUNT, FADE)
    said = rises(phases, trailing(phases, WIDTH), season, horizon)
    said += (trailing(values, WIDTH) - values)[season:]
    errors = changes(values, horizon)[:, season:] - said[:, :-horizon]
    return Record(said[:, -1], errors)
