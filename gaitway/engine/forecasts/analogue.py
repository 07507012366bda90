from __future__ import annotations

from ..series import Floats
from .records import LEAST, Record, changes
from .seasons import coming, same_phase, trailing

YEARS, FADE, WIDTH = 5, 0.7, 3


def analogue(values: Floats, horizon: int, season: int | None) -> Record | None:
    if not season or len(values) <= season * -(-horizon // season):
        return None
    phases = same_phase(values, season, YEARS, FADE)
    first, rise = coming(phases, trailing(phases, WIDTH), season, horizon)
    said = rise + (trailing(values, WIDTH) - values)[first:, None]
    origins = len(values) - horizon - first
    if origins < LEAST:
        return None
    return Record(said[-1], changes(values, horizon)[first:] - said[:origins])
