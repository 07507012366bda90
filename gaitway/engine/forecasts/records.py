"""Forecasters that are tried at every origin of the past: what each says now, and how far off it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..series import Floats

LEAST = 8  # origins; the errors of fewer say too little


@dataclass(frozen=True, eq=False, slots=True)
class Record:
    """`point`: the change from the last value to each step ahead, (horizon,). `errors`: what came less what was said,
    a column for each origin up to the newest that has all its steps behind it, (horizon, origins)."""

    point: Floats
    errors: Floats


def changes(values: Floats, horizon: int) -> Floats:
    """What came: the change from each origin to each step ahead of it, (horizon, periods - horizon)."""
    came: Floats = np.subtract(sliding_window_view(values, horizon)[1:].T, values[:-horizon], order="C")
    return came


def mean(records: Sequence[tuple[float, Record]]) -> Record:
    """Forecasters as one, their weighted mean, with its own errors at the origins that all of them share.

    The mean errs less than its parts; a mixture of the parts' clouds would be too wide. Petropoulos and Svetunkov
    (2020) on how far a mean of simple forecasters goes."""
    total = sum(weight for weight, _ in records)
    origins = min(record.errors.shape[1] for _, record in records)
    point, errors = np.zeros(()), np.zeros(())
    for weight, record in records:
        point = point + weight / total * record.point
        errors = errors + weight / total * record.errors[:, -origins:]
    return Record(point, errors)
