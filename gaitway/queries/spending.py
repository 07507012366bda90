"""What an initiative may spend, and what it has spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gaitway.engine import burning
from gaitway.engine.facts import Moment
from gaitway.engine.series import Series
from gaitway.models import Initiative, Stage
from gaitway.queries.values import KpiRef


@dataclass(frozen=True, slots=True)
class Money:
    """Of the present stage: its budget, and what was `spent` in it so far, None where nobody knows. `planned` is the sum
    of all stages, None where they are in several currencies."""

    stage: str
    budget: float | None
    spent: float | None
    currency: str
    planned: float | None
    kpi: KpiRef | None


def money(initiative: Initiative, stage: Stage | None, series: Series | None, today: date) -> Money | None:
    """None where no stage has a budget and nothing counts what is spent. From prefetched stages."""
    rows = [each for each in initiative.stages.all() if each.budget is not None]
    if not rows and initiative.spending is None:
        return None
    currencies = {each.currency for each in rows}
    unit = initiative.spending.unit if initiative.spending else ""
    spent = None
    if series is not None and stage is not None and initiative.stage_since is not None:
        since = initiative.stage_since
        spent = burning.spent(series, Moment(max(since, today - timedelta(days=1)), since, stage.ends))
    return Money(
        initiative.ladder.name(stage.key) if stage else "",
        float(stage.budget) if stage and stage.budget is not None else None, spent,
        stage.currency if stage and stage.currency else next(iter(currencies), unit),
        float(sum(each.budget for each in rows if each.budget is not None)) if len(currencies) == 1 else None,
        KpiRef.of(initiative.spending) if initiative.spending else None,
    )  # fmt: skip
