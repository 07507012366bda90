"""Real experiments under repeated looks: 39 of the ASOS Digital Experiments Dataset (Liu et al. 2021, CC BY 4.0)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb
import numpy as np
from scipy.special import ndtri, stdtrit

from gaitway.engine import evidence
from gaitway.engine.evidence import Plan
from gaitway.engine.kpis import Kind, enough
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Bools, Floats

DEFAULT = "Gaitway, 95 % each way (the default)"
COLUMNS = "count_t, mean_t, variance_t, count_c, mean_c, variance_c"


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """One metric of a treatment and its control. `cumulative` (2, looks, 3): n, mean and variance of all so far, at
    each look; `periods` (2, days, 3): the same of each day alone, NaN where there is none."""

    cumulative: Floats
    periods: Floats

    @property
    def days(self) -> int:
        return int(np.count_nonzero(~np.isnan(self.periods[0, :, 0])))

    @property
    def final(self) -> int:
        """1 or -1 where the two-sided 95 % Welch interval of everything excludes no difference, else 0."""
        score, freedom = welch(self.cumulative[:, -1])
        return int(np.sign(score)) if abs(score) >= -stdtrit(freedom, 0.025) else 0


@dataclass(frozen=True, slots=True)
class Record:
    """How many comparisons a rule decided, and how often the final result says otherwise: nothing, or the
    opposite. `kept`: of the comparisons with a final result, how many were decided so."""

    rule: str
    decided: int
    contradicted: int
    kept: int


def read(path: Path, every_look: bool = False) -> list[Comparison]:
    """In days: of several checkpoints on one day the last counts, unless `every_look` makes each a period."""
    rows = duckdb.connect().execute(
        f"select experiment_id, variant_id, metric_id, time_since_start, {COLUMNS} from read_parquet(?) "
        "where variance_t is not null and variance_c is not null order by all",
        [str(path)],
    )
    found = []
    for _, group in groupby(rows.fetchall(), key=lambda row: row[:3]):
        numbers = np.array([row[3:] for row in group], dtype=float)
        # 2.5 days are the third day; the times carry a rounding error.
        day = np.arange(len(numbers)) if every_look else np.ceil(numbers[:, 0] - 1e-6).astype(int) - 1
        last = np.append(day[1:] != day[:-1], True)
        cumulative = np.moveaxis(numbers[last, 1:].reshape(-1, 2, 3), 1, 0)
        found.append(Comparison(cumulative, periods(cumulative, day[last])))
    return found


def periods(cumulative: Floats, day: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Floats:
    """From sums so far (2, looks, 3) to each day's own n, mean and variance (2, days, 3).

    The metrics grow with the customers of earlier days, so some differences can't be a sample: no new customers, or a
    negative variance. These are left to the next day, which keeps every sum as it was."""
    n, mean, variance = np.moveaxis(cumulative, -1, 0)
    sums = np.stack([n, n * mean, (n - 1) * variance + n * mean**2], axis=-1)
    found = np.full((2, int(day[-1]) + 1, 3), np.nan)
    before = np.zeros((2, 3))
    for look, at in enumerate(day):
        size, total, squares = np.moveaxis(sums[:, look] - before, -1, 0)
        if (size < 2).any() or (within := squares - total**2 / size).min() < 0:
            continue
        found[:, at] = np.stack([size, total / size, within / (size - 1)], axis=-1)
        before = sums[:, look]
    return found


def welch(arms: Floats) -> tuple[float, float]:
    """The score of the difference and its degrees of freedom (Welch 1947); `arms` (2, 3): n, mean, variance."""
    (n1, mean1, var1), (n2, mean2, var2) = arms
    if min(n1, n2) < 2 or var1 + var2 <= 0:
        return 0.0, 1.0
    one, two = var1 / n1, var2 / n2
    freedom = (one + two) ** 2 / (one**2 / (n1 - 1) + two**2 / (n2 - 1))
    return float((mean1 - mean2) / np.sqrt(one + two)), float(freedom)


Decide = Callable[[list[Comparison]], list[int]]  # 1 better, -1 worse, 0 nothing, at the first look that says so


def naive(level: float) -> Decide:
    """p < `level`, two-sided, at any look."""

    def decide(one: Comparison) -> int:
        scores = np.array([welch(arms)[0] for arms in np.moveaxis(one.cumulative, 1, 0)])
        found = np.abs(scores) >= -ndtri(level / 2)
        return int(np.sign(scores[found.argmax()])) if found.any() else 0

    return lambda comparisons: [decide(one) for one in comparisons]


def gaitway(alpha: float, cadence: Cadence = Cadence.DAY) -> Decide:
    """Better or worse, each by the one-sided judgement at `alpha`."""

    def decide(comparisons: list[Comparison]) -> list[int]:
        # All in one call: the shorter ones end in days without a sample, on which nobody looks.
        sizes = np.array([one.periods.shape[1] for one in comparisons])
        values = np.full((2, len(sizes), sizes.max(), 3), np.nan)
        for each, (one, size) in enumerate(zip(comparisons, sizes, strict=True)):
            values[:, each, :size] = one.periods
        better, worse = (_crossings(values, up, alpha, cadence) for up in (True, False))
        found = (better | worse) & (np.arange(sizes.max()) < sizes[:, None])
        first = found.argmax(axis=1)
        upwards = better[np.arange(len(first)), first]
        verdicts: list[int] = np.where(found.any(axis=1), np.where(upwards, 1, -1), 0).tolist()
        return verdicts

    return decide


def _crossings(values: Floats, up: bool, alpha: float, cadence: Cadence) -> Bools:
    treatment, control = values
    return evidence.control.crossings(Kind.MEAN, cadence, treatment, control, 1.0, up=up, alpha=alpha, plan=Plan(100))


def record(rule: str, decide: Decide, comparisons: list[Comparison]) -> Record:
    decided = list(zip(decide(comparisons), (one.final for one in comparisons), strict=True))
    return Record(
        rule,
        sum(verdict != 0 for verdict, _ in decided),
        sum(verdict != 0 and verdict != final for verdict, final in decided),
        sum(final != 0 and verdict == final for verdict, final in decided),
    )


def records(path: Path) -> Iterator[Record]:
    daily = read(path)
    yield record("p < 5 % at any look, two-sided", naive(0.05), daily)
    yield record("p < 5 % at any look, one-sided each way", naive(0.10), daily)
    yield record(DEFAULT, gaitway(0.05), daily)
    yield record("Gaitway, 97.5 % each way", gaitway(0.025), daily)
    yield record("Gaitway, from 7 days instead of 14", gaitway(0.05, Cadence.WEEK), daily)
    yield record("Gaitway, every checkpoint a period", gaitway(0.05), read(path, every_look=True))


@dataclass(frozen=True, slots=True)
class Extent:
    """How much the experiments hold."""

    comparisons: int
    long: int  # with enough days for the default
    final: int  # with a final result
    shortest: int
    longest: int

    @classmethod
    def of(cls, comparisons: list[Comparison]) -> Extent:
        days = [one.days for one in comparisons]
        least = enough(Kind.MEAN, Cadence.DAY)
        return cls(
            len(days), sum(n >= least for n in days), sum(one.final != 0 for one in comparisons), min(days), max(days)
        )
