"""Real series, and the origins at which their futures are held out.

M4 weekly (Makridakis, Spiliotis, Assimakopoulos 2020) and NN5, daily cash withdrawals. The engine was tuned on origins
1 to 4 of M4 and 1 to 3 of NN5, counted in horizons back from the end of what the competitions published for fitting."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gaitway.engine.series import Floats

M4, NN5 = Path("m4"), Path("nn5") / "nn5_daily.jsonl.gz"
LEAST = 40  # periods left before an origin
QUICK = 24  # of so many series, one


@dataclass(frozen=True, eq=False, slots=True)
class Case:
    """A series up to its origin, (periods,), and what came, (horizon,); NaN where absent."""

    past: Floats
    came: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Set:
    """`naive`: the season of the naive forecast and of the scaled error; 1 for weeks, as in the competition."""

    name: str
    season: int
    naive: int
    cases: tuple[Case, ...]


def load(folder: Path, *, quick: bool = False) -> tuple[Set, ...]:
    """Raises FileNotFoundError where the folder doesn't hold the data."""
    weeks, days = list(_m4(folder, "train")), list(_nn5(folder))
    published = tuple(Case(past, came) for past, came in zip(weeks, _m4(folder, "test"), strict=True))
    if quick:
        return (
            Set("M4 weekly, a sample of the published test", 52, 1, published[::QUICK]),
            Set("NN5 daily, a sample of the published test", 7, 7, tuple(days[::QUICK])),
        )
    year = _origins([case.past for case in days], 56, range(1, 7))
    return (
        Set("M4 weekly, published test", 52, 1, published),
        Set("M4 weekly, origins 5-8", 52, 1, _origins(weeks, 13, range(5, 9))),
        Set("NN5 daily, published test", 7, 7, tuple(days)),
        Set("NN5 daily, origins 4-7", 7, 7, _origins([case.past for case in days], 56, range(4, 8))),
        Set("NN5 daily, a whole year (origins 1-3 seen)", 7, 7, (*days, *year)),
    )


def _m4(folder: Path, part: str) -> Iterable[Floats]:
    with gzip.open(folder / M4 / f"Weekly-{part}.csv.gz", "rt") as file:
        for row in list(csv.reader(file))[1:]:
            yield np.array([float(value) for value in row[1:] if value])


def _nn5(folder: Path) -> Iterable[Case]:
    with gzip.open(folder / NN5, "rt") as file:
        for row in map(json.loads, file):
            yield Case(np.array(row["x"], dtype=float), np.array(row["xx"], dtype=float))


def _origins(series: list[Floats], horizon: int, back: range) -> tuple[Case, ...]:
    ends = ((values, len(values) - k * horizon) for k in back for values in series)
    return tuple(Case(values[:end], values[end : end + horizon]) for values, end in ends if end >= LEAST)
