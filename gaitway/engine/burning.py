"""How fast a stage spends its budget: over a long and a short window, so that an overspend shows early, clears early."""

from __future__ import annotations

from . import periods
from .facts import Moment
from .periods import Cadence
from .series import Series

LONG, SHORT = 28, 7  # days
FAST = 1.2  # times the plan, over both windows (the multi-window burn rates of Google's SRE workbook, 2018, ch. 5)


def spent(history: Series, moment: Moment) -> float | None:
    """What a count of money sums up to since the stage began; None where nothing is known of it."""
    run = _run(history, moment)
    return float(run.values[run.present, 0].sum()) if run.present.any() else None


def burn(history: Series, moment: Moment, budget: float | None) -> tuple[float, float] | None:
    """Spending over the long and the short window, as multiples of an even spending of the budget over the stage's
    dates. None without a budget, dates, or enough periods for the long window."""
    run, cadence = _run(history, moment), history.spec.cadence
    long, short = (max(1, round(days / cadence.days)) for days in (LONG, SHORT))
    if not budget or moment.planned_days is None or len(run.values) < long or not run.present[-short:].all():
        return None
    plan = budget / (moment.planned_days / cadence.days)
    rates = [float(part[~(part != part)].mean()) / plan for part in (run.values[-long:, 0], run.values[-short:, 0])]
    return rates[0], rates[1]


def too_fast(rates: tuple[float, float]) -> bool:
    """An overspend in the making: both windows burn well above the plan."""
    return min(rates) > FAST


def _run(history: Series, moment: Moment) -> Series:
    cadence: Cadence = history.spec.cadence
    last = min(periods.last_complete(moment.as_of, cadence), history.last if history.last is not None else 0)
    return history.between(periods.first_whole(moment.started, cadence), last)
