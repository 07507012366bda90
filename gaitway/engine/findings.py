"""What came of one criterion, with the numbers it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from .logic import Outcome, Why


@dataclass(frozen=True, slots=True)
class Finding:
    """`estimate`, `low`, `high` and `wanted` are in the KPI's natural number (a proportion of 3 % is 0.03);
    `wanted` is a pair for `between`. `periods` counts the complete periods judged that had data, `sample` what they
    hold: trials, n, exposure, or the periods themselves. `wait` is the least number of periods still missing."""

    criterion: str
    outcome: Outcome
    why: Why | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    wanted: float | tuple[float, float] | None = None
    periods: int = 0
    sample: float | None = None
    kpi: str = ""
    confidence: float | None = None
    wait: int | None = None


def unknown(criterion: str, why: Why, **numbers: object) -> Finding:
    return Finding(criterion, Outcome.UNKNOWN, why, **numbers)  # type: ignore[arg-type]  # fields of Finding
