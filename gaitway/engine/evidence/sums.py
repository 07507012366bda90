"""Sums of a series from each start to each look: everything that the evidence methods need.

A "look" is a period at whose end somebody may look; a "start" is a period from which a test begins.
All sums have shape (starts, looks)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kpis import Kind
from ..periods import Cadence
from ..series import Bools, Floats, Series, Whole, parts

RESTART = {Cadence.DAY: 7, Cadence.WEEK: 1, Cadence.MONTH: 1, Cadence.QUARTER: 1}


@dataclass(frozen=True, slots=True)
class Plan:
    """What was known of the stage beforehand: how many of the KPI's periods it is planned to last."""

    periods: float

    @classmethod
    def of(cls, cadence: Cadence, days: int | None) -> Plan:
        """From the stage's length in days; 100 where it has no end, of which 30 % is the default of 30 days."""
        return cls(max(1.0, (days or 100) / cadence.days))

    @property
    def sharpest(self) -> float:
        """After how many periods a method shall be sharpest: 30 % of the plan."""
        return max(1.0, 0.3 * self.periods)


@dataclass(frozen=True, eq=False, slots=True)
class Sums:
    """`upper` and `lower` are the sums of the quotient; residuals are D = a - m b per period with
    a centred at `centre`, so that squares of large numbers don't cancel."""

    kind: Kind
    cadence: Cadence
    log_weight: Floats  # (starts, looks): -inf where a start is outside the window
    begun: Bools  # (starts, looks)
    n: Floats  # observed periods
    upper: Floats
    lower: Floats
    a: Floats  # centred
    aa: Floats
    ab: Floats
    bb: Floats
    lagged: Floats  # products of neighbours of a
    edge: Floats  # first plus last a of the run
    within: Floats  # squares within the periods, for a mean
    first_lower: float  # the first period's sample
    centre: float
    looks: Whole

    @classmethod
    def of(
        cls,
        series: Series,
        plan: Plan,
        *,
        window: int | None = None,
        last_only: bool = False,
        single: bool = False,
    ) -> Sums:
        """Over the observed periods of `series`. `single` has one start, the first, with all the weight."""
        kind, cadence = series.spec.kind, series.spec.cadence
        rows = np.flatnonzero(series.present)
        upper, lower = (part[rows] for part in parts(kind, series.values))
        total = lower.sum()
        centre = float(upper.sum() / total) if total > 0 else 0.0
        a = upper - centre * lower
        offsets = np.zeros(1, np.intp) if single else np.arange(0, len(series.values), RESTART[cadence])
        starts = np.searchsorted(rows, offsets)
        looks = np.arange(len(rows))[-1:] if last_only else np.arange(len(rows))
        begun = starts[:, None] <= looks[None, :]

        def between(values: Floats) -> Floats:
            summed = np.concatenate(([0.0], np.cumsum(values)))
            run = summed[looks + 1][None, :] - summed[starts][:, None]
            return np.where(begun, run, 0.0)

        neighbours = np.concatenate((a[:-1] * a[1:], [0.0]))
        # A run that ends at a look has no neighbour after it.
        lagged = between(neighbours) - np.where(begun, neighbours[looks][None, :], 0.0)
        edge = np.where(begun, a[np.minimum(starts, len(a) - 1)][:, None] + a[looks][None, :], 0.0)
        if kind is Kind.MEAN:
            n, mean, variance = series.values[rows].T
            within = np.maximum(n - 1, 0) * variance + n * (mean - centre) ** 2
        else:
            within = np.zeros(len(rows))
        weights = np.ones(1) if single else start_weights(len(offsets), plan, cadence)
        log_weight = np.broadcast_to(np.log(weights)[:, None], begun.shape)
        if window is not None:
            inside = offsets[:, None] > rows[looks][None, :] - window
            log_weight = np.where(inside, log_weight, -np.inf)
        return cls(
            kind, cadence, log_weight, begun, between(np.ones(len(rows))), between(upper), between(lower),
            between(a), between(a * a), between(a * lower), between(lower * lower), lagged, edge, between(within),
            float(lower[lower > 0][0]) if np.any(lower > 0) else 0.0, centre, looks,
        )  # fmt: skip


def start_weights(count: int, plan: Plan, cadence: Cadence) -> Floats:
    """The weights of the start-time mixture: half on the start, 45 % spread evenly over the restarts of the plan,
    5 % over all later ones as H / (j (j + 1)), so that the whole never exceeds 1 however long a stage lasts."""
    planned = max(1, int(np.ceil(plan.periods / RESTART[cadence])))
    j = np.arange(count, dtype=float)
    later = 0.05 * planned / np.maximum(j * (j + 1), 1)
    weights = np.where(j < planned, 0.45 / planned, later)
    weights[:1] = 0.5
    return weights


def mixed(log_e: Floats, sums: Sums) -> Floats:
    """The mixture over starts of the e-processes log_e (starts, looks): one path (looks,). Starts yet to come count
    for nothing: a look must not know how long the history gets."""
    terms = np.where(sums.begun, sums.log_weight + log_e, -np.inf)
    peak = np.max(terms, axis=0)
    safe = np.where(np.isfinite(peak), peak, 0.0)
    with np.errstate(divide="ignore", over="ignore"):
        total: Floats = safe + np.log(np.sum(np.exp(terms - safe), axis=0))
    return np.where(np.isposinf(peak), np.inf, total)
