"""Simulated pilots: who comes, what they do, and how unlike one day is to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gaitway.engine.kpis import Kind
from gaitway.engine.series import Floats

DAYS = 90
RATE = 0.03  # the target of a proportion
Pick = np.random.Generator


@dataclass(frozen=True, eq=False, slots=True)
class Pilots:
    """Many pilots with one KPI. `values`, and `control` or `past` where it is compared with one, have shape (pilots,
    days, numbers of the kind); `target` is one number or has shape (pilots,)."""

    kind: Kind
    values: Floats
    target: Floats | float
    up: bool = True
    control: Floats | None = None
    past: Floats | None = None


Make = Callable[[Pick, int], Pilots]


def autoregression(pick: Pick, count: int, phi: float, days: int = DAYS) -> Floats:
    """A stationary AR(1) of unit variance, shape (count, days)."""
    steps = pick.normal(size=(count, days))
    found = np.empty_like(steps)
    found[:, 0] = steps[:, 0]
    for day in range(1, days):
        found[:, day] = phi * found[:, day - 1] + np.sqrt(1 - phi**2) * steps[:, day]
    return found


def visits(pick: Pick, count: int, daily: Floats | float, rate: Floats | float = RATE, days: int = DAYS) -> Floats:
    """Poisson visitors of whom each orders with probability `rate`; both may differ by day."""
    trials = pick.poisson(daily, (count, days))
    hits = pick.binomial(trials, np.broadcast_to(np.clip(rate, 0, 1), trials.shape))
    return np.stack([hits, trials], axis=-1).astype(float)


def uneven(pick: Pick, count: int, spread: float, phi: float = 0.0) -> Floats:
    """A rate whose days differ by the coefficient of variation `spread`, and resemble the day before by `phi`."""
    return RATE * np.maximum(1 + spread * autoregression(pick, count, phi), 0.05)


def proportion(daily: float, ratio: float = 1.0, spread: float = 0.0, phi: float = 0.0, up: bool = True) -> Make:
    """`ratio` is the true value over the target."""

    def make(pick: Pick, count: int) -> Pilots:
        rate = uneven(pick, count, spread, phi) if spread else RATE
        return Pilots(Kind.PROPORTION, visits(pick, count, daily, rate * ratio), RATE, up)

    return make


def weekends(daily: float, gain: float = 0.2) -> Make:
    """Two days a week are better by `gain`, at a mean on the target; a pilot starts on any day of the week."""

    def make(pick: Pick, count: int) -> Pilots:
        day = (np.arange(DAYS) + pick.integers(0, 7, (count, 1))) % 7
        rate = RATE * np.where(day >= 5, 1 + gain, 1) / (1 + gain * 2 / 7)
        return Pilots(Kind.PROPORTION, visits(pick, count, daily, rate), RATE)

    return make


def ramp(daily: float, ratio: float = 1.0) -> Make:
    """Traffic that triples over the stage."""

    def make(pick: Pick, count: int) -> Pilots:
        return Pilots(Kind.PROPORTION, visits(pick, count, np.linspace(0.5, 1.5, DAYS) * daily, RATE * ratio), RATE)

    return make


def improving(daily: float, before: float, after: float, on: int) -> Make:
    """True over target `before` for `on` days, `after` from then on."""

    def make(pick: Pick, count: int) -> Pilots:
        rate = RATE * np.where(np.arange(DAYS) < on, before, after)
        return Pilots(Kind.PROPORTION, visits(pick, count, daily, rate), RATE)

    return make


def counts(daily: float, dispersion: float) -> Make:
    """Events a day, Poisson or negative binomial (variance `dispersion` times the mean)."""

    def make(pick: Pick, count: int) -> Pilots:
        events = negative_binomial(pick, (count, DAYS), daily, dispersion)
        return Pilots(Kind.COUNT, np.stack([events, np.ones_like(events)], axis=-1), daily)

    return make


def negative_binomial(pick: Pick, shape: tuple[int, int], mean: float, dispersion: float) -> Floats:
    """A gamma mixture of Poissons, shape `shape`."""
    rate = pick.gamma(mean / (dispersion - 1), dispersion - 1, shape) if dispersion > 1 else mean
    return pick.poisson(rate, shape).astype(float)


def skewed(pick: Pick, count: int, daily: int) -> Floats:
    """n, mean and variance of `daily` lognormal values (mean 10, coefficient of variation 1) on each day."""
    sigma = np.sqrt(np.log(2))
    moments = np.empty((count, DAYS, 3))
    for one in moments:  # one pilot at a time: the raw values of all need gigabytes
        raw = 10 * np.exp(pick.normal(-(sigma**2) / 2, sigma, (DAYS, daily)))
        one[:] = np.stack([np.full(DAYS, daily), raw.mean(axis=1), raw.var(axis=1, ddof=1)], axis=-1)
    return moments


def means(daily: int, up: bool = True) -> Make:
    def make(pick: Pick, count: int) -> Pilots:
        return Pilots(Kind.MEAN, skewed(pick, count, daily), 10.0, up)

    return make


def ratios(dispersion: float, up: bool) -> Make:
    """Cost a customer: 800 a day on average (coefficient of variation 0.2), 20 customers."""

    def make(pick: Pick, count: int) -> Pilots:
        customers = negative_binomial(pick, (count, DAYS), 20, dispersion)
        cost = 800 * np.exp(pick.normal(-0.02, 0.2, customers.shape))
        return Pilots(Kind.RATIO, np.stack([cost, customers], axis=-1), 40.0, up)

    return make


def levels(phi: float) -> Make:
    def make(pick: Pick, count: int) -> Pilots:
        return Pilots(Kind.LEVEL, (100 + 10 * autoregression(pick, count, phi))[..., None], 100.0)

    return make


def controlled(daily: float, spread: float = 0.0, phi: float = 0.0, common: bool = False, ratio: float = 1.0) -> Make:
    """Two arms of `daily` visitors; uneven days are those of each arm, or `common` to both."""

    def make(pick: Pick, count: int) -> Pilots:
        ours = uneven(pick, count, spread, phi) if spread else RATE
        theirs = ours if common or not spread else uneven(pick, count, spread, phi)
        return Pilots(
            Kind.PROPORTION, visits(pick, count, daily, ours * ratio), 0.0, control=visits(pick, count, daily, theirs)
        )

    return make


def controlled_means(daily: int) -> Make:
    def make(pick: Pick, count: int) -> Pilots:
        return Pilots(Kind.MEAN, skewed(pick, count, daily), 0.0, control=skewed(pick, count, daily))

    return make


def after_a_past(daily: float, days: int) -> Make:
    """The target is what the same KPI was measured to be in the `days` before."""

    def make(pick: Pick, count: int) -> Pilots:
        past = visits(pick, count, daily, days=days)
        hits, trials = np.moveaxis(past.sum(axis=1), -1, 0)
        return Pilots(Kind.PROPORTION, visits(pick, count, daily), hits / trials, past=past)

    return make
