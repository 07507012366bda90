"""Forecasters that are tried at every origin of the past: what each says now, and how far off it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..series import Floats

LEAST = 8  # origins, below which the errors of a forecaster say too little


@dataclass(frozen=True, eq=False, slots=True)
class Record:
    """`point`: the change from the last value to each step, (horizon,). `errors`: what came less what was said, a row
    for each origin up to the newest that has all steps behind it, (origins, horizon)."""

    point: Floats
    errors: Floats


def changes(values: Floats, horizon: int) -> Floats:
    """What came: the change from each origin to each step after it, (periods - horizon, horizon)."""
    return sliding_window_view(values, horizon)[1:] - values[: len(values) - horizon, None]


def mean(records: Sequence[tuple[float, Record]]) -> Record:
    """The weighted mean of forecasters as one forecaster, with its own errors at the origins that all share: they are
    smaller than those of its parts, which a mixture of the parts' own clouds wouldn't know."""
    total = sum(weight for weight, _ in records)
    origins = min(len(record.errors) for _, record in records)
    point = sum((weight * record.point for weight, record in records), np.zeros(()))
    errors = sum((weight * record.errors[-origins:] for weight, record in records), np.zeros(()))
    return Record(point / total, errors / total)
