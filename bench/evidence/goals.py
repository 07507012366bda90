"""What was promised, and whether this run kept it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .experiments import DEFAULT
from .rules import ALPHA
from .tables import BY_END, FLEMING, GAITWAY, Report

FOUND: Mapping[str, Mapping[float, float]] = {
    GAITWAY: {1.05: 0.246, 1.10: 0.837, 1.25: 1.0},
    BY_END: {1.05: 0.525, 1.10: 0.943, 1.25: 1.0},
}
BEHIND = 0.03  # by at most so much `by stage end` may find less than the classic test
WRONG = 0.05  # of the decisions on real experiments


@dataclass(frozen=True, slots=True)
class Goal:
    """`gap`: by how much it was missed, 0 where it was met; `error`: the standard error of the figure."""

    text: str
    figure: str
    gap: float
    error: float = 0.0

    @property
    def verdict(self) -> str:
        if self.gap <= 0:
            return "met"
        size = f"{self.gap * 100:.2f} points"
        return (
            f"met within the simulation's error ({size} short)" if self.gap <= 2 * self.error else f"missed by {size}"
        )


def goals(report: Report) -> Iterator[Goal]:
    for rule, wanted in FOUND.items():
        yield _at_most_alpha(rule, report)
        for ratio, share in wanted.items():
            outcome = report.detection[ratio][rule]
            yield Goal(
                f"{rule} finds at least {share * 100:.1f} % at {ratio:.2f} × target",
                str(outcome), share - outcome.share, outcome.error,
            )  # fmt: skip
    for ratio in FOUND[BY_END]:
        ours, classic = report.detection[ratio][BY_END], report.detection[ratio][FLEMING]
        yield Goal(
            f"{BY_END} finds at most 3 points less than O'Brien-Fleming at {ratio:.2f} × target",
            f"{ours} and {classic}", classic.share - BEHIND - ours.share, ours.error,
        )  # fmt: skip
    if report.records:
        record = next(record for record in report.records if record.rule == DEFAULT)
        share = record.contradicted / max(record.decided, 1)
        yield Goal(
            "**Gaitway** on real experiments: at most 5 % of its decisions contradict the final result",
            f"{record.contradicted} of {record.decided}",
            share - WRONG,
        )


def _at_most_alpha(rule: str, report: Report) -> Goal:
    rows = {"1.00 × target": report.detection[1.00][rule], **{k: v[rule] for k, v in report.on_target.items()}}
    name, worst = max(rows.items(), key=lambda row: row[1].share)
    above = sum(outcome.above for outcome in rows.values())
    over = sum(outcome.share > ALPHA for outcome in rows.values())
    return Goal(
        f"{rule} promotes falsely in at most 5 % of each of {len(rows)} rows",
        f"worst {worst} ({name}); {over} above 5 %, {above} of them by more than two standard errors",
        worst.share - ALPHA, worst.error,
    )  # fmt: skip
