"""The tables: which pilots, under which rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from . import experiments, peers, pilots, rules
from .experiments import Extent, Record
from .outcomes import Outcome, judged
from .peers import Peer
from .pilots import Make
from .rules import Rule

NAIVE, SUSTAINED, FIXED = "naive, KPI above target", "7-day value above for 14 days", "fixed-n 95 % bound"
EXACT, FLEMING = "exact mixture e-process alone", "group-sequential, O'Brien-Fleming"
GAITWAY, BY_END = "**Gaitway**", "**Gaitway, by stage end**"

SIMPLE: Mapping[str, Rule] = {NAIVE: rules.naive, SUSTAINED: rules.sustained, FIXED: rules.fixed_n}
OURS: Mapping[str, Rule] = {GAITWAY: rules.gaitway, BY_END: rules.by_stage_end}
ALL: Mapping[str, Rule] = {**SIMPLE, EXACT: rules.exact_alone, GAITWAY: rules.gaitway,
                           FLEMING: rules.obrien_fleming, BY_END: rules.by_stage_end}  # fmt: skip

RATIOS = (0.95, 0.99, 1.00, 1.05, 1.10, 1.25)

ON_TARGET: Mapping[str, Make] = {
    **{f"proportion, {n:,} visitors a day": pilots.proportion(n) for n in (20, 100, 500, 2000)},
    "proportion, 500 a day, lower is better": pilots.proportion(500, up=False),
    "proportion, 500 a day, weekends 20 % better": pilots.weekends(500),
    "proportion, 2,000 a day, weekends 20 % better": pilots.weekends(2000),
    "proportion, traffic from 250 to 750 a day": pilots.ramp(500),
    **{
        f"proportion, {n:,} a day, day-to-day spread {spread:.0%}".replace("%", " %")
        + (", AR(1) 0.5" if phi else ""): pilots.proportion(n, spread=spread, phi=phi)
        for n, phi in ((2000, 0.0), (2000, 0.5), (500, 0.5))
        for spread in (0.1, 0.2)
    },
    **{f"count, {n} events a day, dispersion {d}": pilots.counts(n, d) for n in (3, 20) for d in (1, 3)},
    **{
        f"mean, {n} skewed values a day, {'higher' if up else 'lower'} is better": pilots.means(n, up)
        for up in (True, False)
        for n in (10, 50, 200)
    },
    **{
        f"ratio, dispersion {d}, {'higher' if up else 'lower'} is better": pilots.ratios(d, up)
        for up in (False, True)
        for d in (1, 3)
    },
    **{f"level, φ = {phi}": pilots.levels(phi) for phi in (0, 0.5, 0.8)},
    "against a control: proportion, 500 a day each": pilots.controlled(500),
    "against a control: 2,000 a day, the same days 20 % uneven": pilots.controlled(2000, 0.2, common=True),
    "against a control: 2,000 a day, each its own spread 20 %": pilots.controlled(2000, 0.2),
    "against a control: 2,000 a day, its own spread 10 %, AR(1) 0.5": pilots.controlled(2000, 0.1, 0.5),
    "against a control: mean, 50 skewed values a day each": pilots.controlled_means(50),
    "against a past of 60 days: proportion, 500 a day": pilots.after_a_past(500, 60),
}

IMPROVING, PAST, WINDOW = "0.8 × target for 30 days, then 1.25 ×", "against a past of 60 days", "over 14 days"
ASIDE: Mapping[str, tuple[Make, Mapping[str, Rule]]] = {
    IMPROVING: (pilots.improving(500, 0.8, 1.25, 30), {
        "a single start": rules.single_start, "Gaitway": rules.gaitway,
        "Gaitway, by stage end": rules.by_stage_end, "O'Brien-Fleming": rules.obrien_fleming,
    }),
    PAST: (pilots.after_a_past(500, 60), {"as exact": rules.baseline_as_exact}),
    WINDOW: (pilots.proportion(500), {"plain": rules.moving, "Gaitway": rules.over_14_days}),
    f"{WINDOW}, 1.25 × target": (pilots.proportion(500, 1.25), {"Gaitway": rules.over_14_days}),
}  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Report:
    """All figures of one run. `detection` by true / target, `on_target` and `aside` by the row's name, then by rule;
    `peers` and `difference` as in peers.py. Without the data of the experiments no `records` and no `extent`."""

    seed: int
    repeats: int
    seconds: float
    detection: Mapping[float, Mapping[str, Outcome]]
    on_target: Mapping[str, Mapping[str, Outcome]]
    aside: Mapping[str, Mapping[str, Outcome]]
    peers: list[list[Peer]]
    difference: float | None
    records: list[Record]
    extent: Extent | None


def run(seed: int, repeats: int, data: Path, say: Callable[[str], None] = lambda _: None) -> Report:
    """Everything, one row after the other; `say` is told of each. Without the file `data` there are no experiments."""
    begun = process_time()

    def row(name: str, make: Make, tried: Mapping[str, Rule]) -> Mapping[str, Outcome]:
        say(name)
        return judged(name, make, tried, seed, repeats)

    detection = {ratio: row(f"true / target {ratio}", pilots.proportion(500, ratio), ALL) for ratio in RATIOS}
    on_target = {name: row(name, make, {**SIMPLE, **OURS}) for name, make in ON_TARGET.items()}
    aside = {name: row(name, make, tried) for name, (make, tried) in ASIDE.items()}
    say("other libraries")
    beside, difference = peers.compared(seed, repeats), peers.difference(seed)
    say("real experiments")
    known = data.is_file()
    records = list(experiments.records(data)) if known else []
    extent = Extent.of(experiments.read(data)) if known else None
    seconds = process_time() - begun
    return Report(seed, repeats, seconds, detection, on_target, aside, beside, difference, records, extent)
