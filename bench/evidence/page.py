"""The section of docs/benchmarks.md, written from the figures."""

from __future__ import annotations

import numpy as np

from bench.page import machine, table

from .goals import goals
from .outcomes import Outcome
from .tables import ALL, IMPROVING, OURS, PAST, SIMPLE, WINDOW, Report

MARK = " ▲"


def section(report: Report) -> str:
    """Markdown, without the markers."""
    return "\n\n".join(
        part
        for part in (
            "## Evidence: how often a judgement is right",
            _introduction(report),
            "![Promotions by day](images/evidence.svg)",
            "### The goals",
            table(("Goal", "Reached", ""), ([g.text, g.figure, g.verdict] for g in goals(report))),
            "### A true value below, on and above the target",
            "A proportion, target 3 %, 500 visitors a day. Promoted within 90 days, in %; in brackets the median day of "
            "those promoted.",
            _detection(report),
            "### A true value exactly on the target",
            f"All should be at most 5 %.{MARK} marks a row of ours that is above it by more than two standard errors.",
            _on_target(report),
            "### Late improvement, a measured past, a window",
            _aside(report),
            "### Other libraries",
            _libraries(report),
            "### Real experiments",
            _experiments(report),
        )
    )


def _introduction(report: Report) -> str:
    at_five, at_half = (200 * np.sqrt(p * (1 - p) / report.repeats) for p in (0.05, 0.5))
    return (
        "People look every day, and promote on the first day on which the rule says so. Here simulated pilots are looked "
        "at on each of 90 days, at 95 % confidence (alpha 5 %).\n\n"
        f"`python -m bench.evidence --seed {report.seed} --repeats {report.repeats} --write` · seed {report.seed} · "
        f"{report.repeats:,} pilots a row, so a figure near 5 % is known to ± {at_five:.1f} points and one near 50 % to "
        f"± {at_half:.1f} (two standard errors) · {report.seconds / 60:.1f} minutes of one core · {machine()}"
    )


def _detection(report: Report) -> str:
    return table(
        ("true / target", *(f"{ratio:.2f}" for ratio in report.detection)),
        ([rule, *(_found(row[rule]) for row in report.detection.values())] for rule in ALL),
    )


def _on_target(report: Report) -> str:
    columns = (*SIMPLE, *OURS)
    return table(
        ("true value on the target", *columns),
        ([name, *(_marked(row[rule], rule) for rule in columns)] for name, row in report.on_target.items()),
    )


def _aside(report: Report) -> str:
    improving, window, past = report.aside[IMPROVING], report.aside[WINDOW], report.aside[PAST]["as exact"]
    better = report.aside[f"{WINDOW}, 1.25 × target"]["Gaitway"]
    return "\n".join(
        (
            f"- A pilot that improves ({IMPROVING}, 500 visitors a day), promoted in % (median day): "
            + "; ".join(f"{rule} {_found(outcome)}" for rule, outcome in improving.items())
            + ". Gaitway spreads its bet over later starts, so the first weeks don't hold a pilot down. Where there is one "
            "start only, a jump in the middle looks like uneven days and is believed less.",
            f"- A baseline was measured too. To take 60 days of it as exact would promote falsely in {past}; "
            "the row above is with the bound that Gaitway uses.",
            f"- `over 14 days` on the target: a plain 95 % bound over the moving window promotes falsely in "
            f"{window['plain']}, Gaitway in {window['Gaitway']}. At 1.25 × target Gaitway "
            f"finds {_found(better)}.",
        )
    )


def _libraries(report: Report) -> str:
    tables = []
    for group in report.peers:
        titles = list(group[0].outcomes)
        body = (
            [
                peer.name,
                *(_found(peer.outcomes[title]) if peer.outcomes else "" for title in titles),
                "not installed" if peer.seconds is None else f"{peer.seconds * 1e6:.1f}",
            ]
            for peer in group
        )
        tables.append(table(("", *titles, "µs a judgement"), body))
    pilots = report.peers[0][0].outcomes["on the target"].pilots
    alike = ""
    if report.difference is not None:
        alike = f"Tuned alike, log e of confseq and of Gaitway's exact form differ by at most {report.difference:.0e}. "
    return "\n\n".join(
        (
            f"The same {pilots:,} pilots for each, so a figure near 5 % is known to ± "
            f"{200 * np.sqrt(0.05 * 0.95 / pilots):.1f} points. A judgement is one KPI at one look; times are "
            "processor time. Gaitway and the first form of confseq judge all pilots and looks in one call, the others are "
            "called for each. confseq is tuned for 30 days, gbstats as it comes (5,000 visitors); it is two-sided, so "
            "asked at 90 %.",
            *tables,
            f"{alike}Both libraries take customers for independent; the last rate of each table shows what uneven days do to "
            "that. Installed for this run only, outside of the project, with `pip install --no-deps --target`; confseq is "
            "compiled from source and needs the Boost headers and a newer pybind11 than it names.",
        )
    )


def _experiments(report: Report) -> str:
    if report.extent is None:
        return "Not in this run: the data was not there."
    extent = report.extent
    return "\n\n".join(
        (
            "39 experiments of the ASOS Digital Experiments Dataset (Liu et al. 2021, CC BY 4.0): "
            f"{extent.comparisons} comparisons of a treatment with its control, four metrics each, {extent.shortest} to "
            f"{extent.longest} days. Decided on the first look that says better or worse; contradicted where the two-sided "
            f"95 % interval at the end doesn't exclude zero, or on the other side. {extent.final} comparisons have such a "
            f"result; {extent.long} are long enough for the default, which judges nothing before 14 days.",
            table(
                ("Rule", "Decided", "Contradicted at the end", "in % of the decisions", f"Of {extent.final} results found"),
                (
                    [r.rule, str(r.decided), str(r.contradicted), f"{100 * r.contradicted / max(r.decided, 1):.1f}",
                     str(r.kept)]
                    for r in report.records
                ),
            ),
            "The data are sums so far at checkpoints half a day or a day apart. The last checkpoint of a day counts; its "
            "difference from the day before is that day's sample. A day whose difference is no sample (no new customers, "
            "or a negative variance, since customers of earlier days go on buying) is added to the next, and checkpoints "
            "without a variance are left out. Metrics of one experiment go together, so 200 comparisons are fewer "
            "than 200 independent ones.",
        )
    )  # fmt: skip


def _found(outcome: Outcome) -> str:
    day = f" (day {outcome.day})" if outcome.share >= 0.005 else ""
    return f"{outcome.share * 100:.1f}{day}"


def _marked(outcome: Outcome, rule: str) -> str:
    return f"{outcome.share * 100:.1f}{MARK if rule in OURS and outcome.above else ''}"
