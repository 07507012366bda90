"""Other libraries on the same pilots, where they are installed: confseq and gbstats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any

import numpy as np

from gaitway.engine.evidence import exact
from gaitway.engine.series import Bools, Floats

from . import rules
from .outcomes import Outcome, batches
from .pilots import DAYS, RATE, Make, Pilots, controlled, proportion
from .rules import ALPHA, Rule

MOST = 1000  # pilots a row: one call each look takes its time
SAMPLE = 15_000  # where confseq shall be sharpest: 30 days of 500 visitors

TARGET: Mapping[str, Make] = {
    "on the target": proportion(500),
    "10 % above": proportion(500, 1.1),
    "on the target, 2,000 a day, spread 20 %": proportion(2000, spread=0.2),
}
CONTROL: Mapping[str, Make] = {
    "no difference": controlled(500),
    "25 % above": controlled(500, ratio=1.25),
    "no difference, 2,000 a day, each its own spread 20 %": controlled(2000, 0.2),
}


@dataclass(frozen=True, eq=False, slots=True)
class Peer:
    """One rule on the rows `outcomes`; `seconds` a judgement, None where the library isn't installed."""

    name: str
    outcomes: Mapping[str, Outcome]
    seconds: float | None = None


def compared(seed: int, repeats: int) -> list[list[Peer]]:
    """Gaitway beside each library: against a target, and against a control."""
    pilots = min(repeats, MOST)
    return [
        [
            _peer("Gaitway", rules.gaitway, TARGET, seed, pilots),
            _one_by_one(seed),
            _peer("confseq 0.0.11, beta_binomial_log_mixture", confseq_mixture, TARGET, seed, pilots, "confseq"),
            _interval_alone(seed),
        ],
        [
            _peer("Gaitway, against a control", rules.gaitway, CONTROL, seed, pilots),
            _peer("gbstats 0.8.0, SequentialTwoSidedTTest", gbstats, CONTROL, seed, pilots, "gbstats"),
        ],
    ]


def confseq_mixture(pilots: Pilots) -> Bools:
    """The one-sided beta-binomial mixture."""
    return confseq_log_e(pilots, SAMPLE) >= -math.log(ALPHA)


def confseq_log_e(pilots: Pilots, sharpest: float) -> Floats:
    """log e at each look, shape (pilots, days); `sharpest` is a sample."""
    hits, trials = (np.cumsum(part, axis=1) for part in np.moveaxis(pilots.values, -1, 0))
    unit = RATE * (1 - RATE)

    def same(value: float | bool) -> np.ndarray[tuple[int, ...], Any]:
        return np.full(hits.size, value)

    found = _module("confseq.boundaries").beta_binomial_log_mixture(
        (hits - RATE * trials).ravel(), (unit * trials).ravel(), same(unit * sharpest), same(RATE), same(1 - RATE),
        same(ALPHA), same(True),
    )  # fmt: skip
    return np.reshape(found, hits.shape)


def difference(seed: int) -> float | None:
    """The largest difference between log e of confseq and of Gaitway's exact form, tuned alike; None without confseq.

    confseq's beta prior weighs v_opt / (l + log(1 + l)) - 1 visitors, l = -2 log(2 alpha)."""
    if not find_spec("confseq"):
        return None
    pilots = next(batches("10 % above", TARGET["10 % above"], seed, 100))
    hits, trials = (np.cumsum(part, axis=1) for part in np.moveaxis(pilots.values, -1, 0))
    log = -2 * np.log(2 * ALPHA)
    k = np.array(SAMPLE / (log + np.log1p(log)) - 1)
    ours = exact.proportion(hits, trials, np.array(RATE), k, up=True)
    return float(np.abs(ours - confseq_log_e(pilots, SAMPLE)).max())


def gbstats(pilots: Pilots) -> Bools:
    """GrowthBook's asymptotic sequential test. It is two-sided: at 10 % each side has 5 %. Tuned as it comes."""
    assert pilots.control is not None
    tests, statistics = _module("gbstats.frequentist.tests"), _module("gbstats.models.statistics")
    config = tests.SequentialConfig(alpha=2 * ALPHA, difference_type="absolute")
    arms = [np.cumsum(each, axis=1) for each in (pilots.control, pilots.values)]
    found = np.zeros(arms[0].shape[:2], dtype=bool)
    for at in np.ndindex(found.shape):
        control, treatment = (statistics.ProportionStatistic(n=int(arm[at][1]), sum=arm[at][0]) for arm in arms)
        found[at] = tests.SequentialTwoSidedTTest(control, treatment, config).compute_result().ci[0] > 0
    return found


def _peer(name: str, rule: Rule, rows: Mapping[str, Make], seed: int, repeats: int, module: str | None = None) -> Peer:
    if module and not find_spec(module):
        return Peer(name, {})
    outcomes, seconds, judgements = {}, 0.0, 0
    for title, make in rows.items():
        tried = list(batches(title, make, seed, repeats))
        begun = process_time()
        hits = [rule(pilots) for pilots in tried]
        seconds += process_time() - begun
        judgements += sum(map(np.size, hits))
        outcomes[title] = Outcome.of(np.concatenate(hits))
    return Peer(name, outcomes, seconds / judgements)


def _one_by_one(seed: int) -> Peer:
    """Gaitway with one series a call, for its time only."""
    pilots = next(batches("10 % above", TARGET["10 % above"], seed, 20))
    begun = process_time()
    for values in pilots.values:
        rules.gaitway(Pilots(pilots.kind, values[None], pilots.target))
    return Peer("Gaitway, one KPI a call (90 looks)", {}, (process_time() - begun) / (20 * DAYS))


def _interval_alone(seed: int) -> Peer:
    """The two-sided interval of confseq, for its time only."""
    name = "confseq 0.0.11, bernoulli_confidence_interval"
    if not find_spec("confseq"):
        return Peer(name, {})
    interval = _module("confseq.boundaries").bernoulli_confidence_interval
    pilots = next(batches("on the target", TARGET["on the target"], seed, 10))
    sums = np.cumsum(pilots.values, axis=1).reshape(-1, 2)
    begun = process_time()
    for hits, trials in sums:
        interval(hits, int(trials), ALPHA, SAMPLE * RATE * (1 - RATE))
    return Peer(name, {}, (process_time() - begun) / len(sums))


@cache
def _module(name: str) -> Any:
    return import_module(name)
