"""What bench.speed measures: judging very many KPIs, other libraries, and replaying a portfolio."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any

import numpy as np

from gaitway.engine import gates, guards, periods
from gaitway.engine.evidence import Plan, standings
from gaitway.engine.evidence.plans import ON_THE_START
from gaitway.engine.evidence.runs import Sums
from gaitway.engine.evidence.weighing import Weighed, early_sample
from gaitway.engine.facts import Facts, Moment
from gaitway.engine.gates import Rules
from gaitway.engine.kpis import Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Floats, Series
from gaitway.engine.triggers import parse

DAYS, ALPHA, PLAN = 365, 0.05, Plan(365)
MANY = 100_000
TARGETS = {Kind.PROPORTION: 0.03, Kind.COUNT: 20.0, Kind.MEAN: 10.0, Kind.RATIO: 40.0, Kind.LEVEL: 100.0}
YEAR = date(2026, 1, 1), date(2026, 12, 31)

Pick = np.random.Generator


def made(kind: Kind, pick: Pick, true: Floats) -> Floats:
    """A year of each KPI, whose values are truly `true` (KPIs,) of the target: (KPIs, days, numbers of the kind)."""
    numbers: tuple[np.ndarray[tuple[int, ...], Any], ...]
    size, mean = (len(true), DAYS), TARGETS[kind] * true[:, None]
    match kind:
        case Kind.PROPORTION:
            visitors = pick.poisson(500, size)
            numbers = pick.binomial(visitors, np.broadcast_to(mean, size)), visitors
        case Kind.COUNT:
            numbers = pick.poisson(np.broadcast_to(mean, size)), np.ones(size)
        case Kind.MEAN:
            numbers = np.full(size, 50.0), pick.normal(mean, 10 / np.sqrt(50), size), np.full(size, 100.0)
        case Kind.RATIO:
            numbers = 20 * mean * np.exp(pick.normal(-0.02, 0.2, size)), pick.poisson(20, size)
        case Kind.LEVEL:
            walk = pick.normal(size=size)
            for day in range(1, DAYS):
                walk[:, day] = 0.5 * walk[:, day - 1] + np.sqrt(0.75) * walk[:, day]
            numbers = (mean + 10 * walk,)
    return np.stack(numbers, axis=-1).astype(float)


def seconds(work: Callable[[], object], times: int) -> float:
    """Processor time, the best of several."""
    found = []
    for _ in range(times):
        begun = process_time()
        work()
        found.append(process_time() - begun)
    return min(found)


def judged(kind: Kind, seed: int, count: int, times: int) -> list[float]:
    """For MANY KPIs: seconds for the year, the same with the KPIs side by side in memory, and for the last look alone
    from sums so far; then which share of them is met, unmet and open."""
    pick = np.random.default_rng([seed, list(Kind).index(kind)])
    values, target = made(kind, pick, np.linspace(0.7, 1.3, count)), np.full(count, TARGETS[kind])
    beside = np.moveaxis(np.ascontiguousarray(np.moveaxis(values, 0, -1)), -1, 0)

    def year(values: Floats) -> Callable[[], object]:
        return lambda: standings(kind, Cadence.DAY, values, target, up=True, alpha=ALPHA, plan=PLAN)

    parts = (Sums.of(kind, Cadence.DAY, values[some], target[some]) for some in np.array_split(np.arange(count), 10))
    runs = [(sums.run(0, slice(DAYS - 1, DAYS)), early_sample(sums)) for sums in parts]

    def last() -> None:
        for run, first in runs:
            weighed = Weighed.of(run, first, alpha=ALPHA, plan=PLAN)
            for up in (True, False):
                weighed.reaches(-np.log(ALPHA * ON_THE_START), up=up)

    stands = standings(kind, Cadence.DAY, values, target, up=True, alpha=ALPHA, plan=PLAN)
    times_taken = (seconds(work, times) * MANY / count for work in (year(values), year(beside), last))
    return [*times_taken, *(float((stands == each).mean()) for each in (1, -1, 0))]


def peers(seed: int, count: int) -> dict[str, float | None]:
    """Seconds for one look at one proportion; None where a library isn't installed."""
    visitors = 500 * DAYS
    hits = np.random.default_rng(seed).binomial(visitors, 0.03 * np.linspace(0.7, 1.3, count))
    two_arms, interval = (
        "gbstats 0.8.0, SequentialTwoSidedTTest (two arms)",
        "confseq 0.0.11, bernoulli_confidence_interval",
    )
    found: dict[str, float | None] = {two_arms: None, interval: None}
    if find_spec("gbstats"):
        tests, statistics = import_module("gbstats.frequentist.tests"), import_module("gbstats.models.statistics")
        config, control = tests.SequentialConfig(alpha=2 * ALPHA), statistics.ProportionStatistic(n=visitors, sum=5475)

        def one_by_one() -> None:
            for each in hits.tolist():
                arm = statistics.ProportionStatistic(n=visitors, sum=each)
                tests.SequentialTwoSidedTTest(control, arm, config).compute_result()

        found[two_arms] = seconds(one_by_one, 3) / count
    if find_spec("confseq"):
        of, unit = import_module("confseq.boundaries").bernoulli_confidence_interval, 0.03 * 0.97 * 15_000

        def each_interval() -> None:
            for each in hits.tolist():
                of(each, visitors, ALPHA, unit)

        found[interval] = seconds(each_interval, 3) / count
    return found


def replayed(seed: int, count: int, times: int, *, guarded: bool) -> float:
    """Seconds for a year of daily looks at `count` gates with two criteria on KPIs each."""
    # What was worked out once is kept with the series, so that each time needs new ones.
    tries = [[_gate(seed, number, guarded) for number in range(count)] for _ in range(times)]

    def replay() -> None:
        for rules, series in tries.pop():
            for day in gates.looks([Cadence.DAY], *YEAR):
                gates.verdict(rules, series, Facts(), Moment(day, *YEAR, brief=True))

    return seconds(replay, times)


def _gate(seed: int, number: int, guarded: bool) -> tuple[Rules, dict[str, Series]]:
    pick = np.random.default_rng([seed, number])
    kinds = {key: list(Kind)[(number + i) % len(Kind)] for i, key in enumerate(("one", "two"))}

    def target(key: str, share: float = 1.0) -> str:
        wanted = TARGETS[kinds[key]] * share
        return f"{wanted * 100:g}%" if kinds[key] is Kind.PROPORTION else f"{wanted:g}"

    def told(key: str) -> Series:
        spec = KpiSpec(key, kinds[key], Cadence.DAY, unit="%" if kinds[key] is Kind.PROPORTION else "")
        true = pick.uniform(0.7, 1.3, 1)
        return Series(spec, periods.index(YEAR[0], Cadence.DAY), made(kinds[key], pick, true)[0])

    trigger = parse(" and ".join(f"{key} >= {target(key)} with 95% confidence" for key in kinds))
    watched = guards.declared(parse(f"one >= {target('one', 0.8)}")) if guarded else ()
    return Rules(trigger, guards=watched), {key: told(key) for key in kinds}
