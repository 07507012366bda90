"""How long judging takes: python -m bench.speed [--quick] [--seed N] [--write]"""

from __future__ import annotations

import argparse

import numpy as np

from bench.page import machine, table, write
from bench.timings import DAYS, MANY, judged, peers, replayed
from gaitway.engine.kpis import Kind


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
        table(("KPIs", "seconds", "side by side in memory", "last look, ms", "met", "unmet", "open"), rows),
        "One proportion, called as each library offers it: Gaitway for all KPIs in one call, the others for each.",
        table(
            ("", "µs a KPI", f"{MANY:,} KPIs, s"),
            ((name, *(("not installed", "") if each is None else (f"{each * 1e6:.2f}", f"{each * MANY:.2f}")))
             for name, each in looks.items()),
        ),
        f"Replay: a year of daily looks at {gates_each} gates with two criteria on KPIs each, {gates_each * DAYS:,} verdicts.",
        table(("Gates", "seconds"), (("two criteria", f"{plain:.1f}"), ("and a guardrail", f"{guarded:.1f}"))),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--quick", action="store_true", help="a few KPIs, once: seconds, and rough")
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    text = section(asked.seed, quick=asked.quick)
    if asked.write:
        write("speed", text)
    print(text)


if __name__ == "__main__":
    main()
