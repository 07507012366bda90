"""How long judging takes: python -m bench.speed [--quick] [--seed N] [--write]"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import process_time

import numpy as np

from bench.evidence.page import HEADING, machine
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

START, END = "<!-- speed -->", "<!-- /speed -->"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
DAYS, ALPHA, PLAN = 365, 0.05, Plan(365)
MANY = 100_000
TARGETS = {Kind.PROPORTION: 0.03, Kind.COUNT: 20.0, Kind.MEAN: 10.0, Kind.RATIO: 40.0, Kind.LEVEL: 100.0}
YEAR = date(2026, 1, 1), date(2026, 12, 31)

Pick = np.random.Generator


def made(kind: Kind, pick: Pick, true: Floats) -> Floats:
    """A year of each KPI, whose values are truly `true` (KPIs,) of the target: (KPIs, days, numbers of the kind)."""
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
        found[interval] = seconds(lambda: [of(each, visitors, ALPHA, unit) for each in hits.tolist()], 3) / count
    return found


def replayed(seed: int, count: int, times: int, *, guarded: bool) -> float:
    """Seconds for a year of daily looks at `count` gates with two criteria on KPIs each, from their first verdict."""

    def told(key: str, kind: Kind, pick: Pick) -> Series:
        spec = KpiSpec(key, kind, Cadence.DAY, unit="%" if kind is Kind.PROPORTION else "")
        return Series(spec, periods.index(YEAR[0], Cadence.DAY), made(kind, pick, pick.uniform(0.7, 1.3, 1))[0])

    def target(kind: Kind, share: float = 1.0) -> str:
        return f"{TARGETS[kind] * share * 100:g}%" if kind is Kind.PROPORTION else f"{TARGETS[kind] * share:g}"

    def gate(number: int, pick: Pick) -> tuple[Rules, dict[str, Series]]:
        one, two = (list(Kind)[(number + i) % len(Kind)] for i in (0, 1))
        trigger = " and ".join(
            f"{key} >= {target(kind)} with 95% confidence" for key, kind in (("one", one), ("two", two))
        )
        watched = guards.declared(parse(f"one >= {target(one, 0.8)}")) if guarded else ()
        return Rules(parse(trigger), guards=watched), {"one": told("one", one, pick), "two": told("two", two, pick)}

    def replay(portfolio: Iterable[tuple[Rules, dict[str, Series]]]) -> None:
        for rules, series in portfolio:
            for day in gates.looks([Cadence.DAY], *YEAR):
                gates.verdict(rules, series, Facts(), Moment(day, *YEAR, brief=True))

    # What was worked out once is kept with the series, so that each time needs new ones.
    tries = [[gate(number, np.random.default_rng([seed, number])) for number in range(count)] for _ in range(times)]
    return min(seconds(lambda portfolio=portfolio: replay(portfolio), 1) for portfolio in tries)


def section(seed: int, *, quick: bool) -> str:
    """Markdown, without the markers."""
    count, times, gates_each = (300, 1, 2) if quick else (MANY // len(Kind), 5, 100)
    found = {kind.value: judged(kind, seed, count, times) for kind in Kind}
    found[f"mixed, {MANY // len(Kind):,} of each kind"] = np.mean(list(found.values()), axis=0).tolist()
    rows = (
        (name, f"{year:.2f}", f"{beside:.2f}", f"{last * 1e3:.0f}", f"{met:.0%}", f"{unmet:.0%}", f"{rest:.0%}")
        for name, (year, beside, last, met, unmet, rest) in found.items()
    )
    ours = found[Kind.PROPORTION.value]
    looks: dict[str, float | None] = {
        "Gaitway, the last look": ours[2] / MANY,
        "Gaitway, all 365 looks": ours[0] / MANY,
    }
    looks |= peers(seed, 20 if quick else 1000)
    plain, guarded = (replayed(seed, gates_each, times, guarded=each) for each in (False, True))
    return "\n\n".join((
        "## Speed: judging many KPIs",
        f"`python -m bench.speed --seed {seed}{' --quick' if quick else ' --write'}` · seed {seed} · processor time of "
        f"one core, the best of {times} · {count:,} KPIs of each kind, scaled to {MANY:,} · {machine()}",
        f"{MANY:,} KPIs × {DAYS} days from arrays in memory: what looking at each of them on every day says of it, at 95 % "
        "confidence, with all later starts. Their true values are spread evenly from 0.7 to 1.3 of the target. The last "
        "look alone starts from sums so far, in both directions.",
        _table(("KPIs", "seconds", "side by side in memory", "last look, ms", "met", "unmet", "open"), rows),
        "One proportion, called as each library offers it: Gaitway for all KPIs in one call, the others for each.",
        _table(
            ("", "µs a KPI", f"{MANY:,} KPIs, s"),
            ((name, *(("not installed", "") if each is None else (f"{each * 1e6:.2f}", f"{each * MANY:.2f}")))
             for name, each in looks.items()),
        ),
        f"Replay: a year of daily looks at {gates_each} gates with two criteria on KPIs each, {gates_each * DAYS:,} verdicts.",
        _table(("Gates", "seconds"), (("two criteria", f"{plain:.1f}"), ("and a guardrail", f"{guarded:.1f}"))),
    ))  # fmt: skip


def write(text: str, path: Path) -> None:
    """Replaces what is between the markers; a page without them gets them at its end."""
    page = path.read_text("utf-8") if path.exists() else HEADING
    if START not in page:
        page = f"{page.rstrip()}\n\n{START}{END}\n"
    path.write_text(re.sub(f"{START}.*?{END}", lambda _: f"{START}\n{text}\n{END}", page, flags=re.DOTALL), "utf-8")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * (lines[0].count(" | ") + 1), *lines[1:]])


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--quick", action="store_true", help="a few KPIs, once: seconds, and rough")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    text = section(asked.seed, quick=asked.quick)
    if asked.write:
        write(text, PAGE)
    print(text)


if __name__ == "__main__":
    main()
