"""What came of one criterion, with the numbers it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from .logic import Outcome, Why


@dataclass(frozen=True, slots=True)
class Finding:
    """`estimate`, `low`, `high` and `wanted` are in the KPI's natural number (a proportion of 3 % is 0.03);
    `wanted` is a pair for `between`. `periods` counts the complete periods judged that had data, `sample` what they
    hold: trials, n, exposure, or the periods themselves. `confidence` is that of each side of the interval (of both
    together for `between`). `wait` is the least number of periods still missing, `expected` how many more it takes if
    things go on as so far; `held` for how many looks the current value has been on the right side. `e_value`: the
    e-process at the look at which it was first enough, else at the last one; at most e^20. `luck`: how probable a run like the
    one that is asked for is by now where the KPI is truly just at its target. `alarm`: of a guardrail, 1 is one.
    `burn`: spending against plan over a long and a short window."""

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
    expected: int | None = None
    held: int | None = None
    e_value: float | None = None
    luck: float | None = None
    alarm: float | None = None
    burn: tuple[float, float] | None = None


def unknown(criterion: str, why: Why, **numbers: object) -> Finding:
    return Finding(criterion, Outcome.UNKNOWN, why, **numbers)  # type: ignore[arg-type]  # fields of Finding
