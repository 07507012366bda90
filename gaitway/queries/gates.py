"""What the judge is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch

from gaitway.engine import gates as judge
from gaitway.engine import triggers
from gaitway.engine.facts import Facts, Moment
from gaitway.engine.gates import Verdict
from gaitway.engine.series import Series
from gaitway.models import Approval, ChecklistItem, Kpi, Stage, Task
from gaitway.queries import observations


@lru_cache(maxsize=4096)
def parsed(text: str) -> triggers.Trigger | None:
    return triggers.parse(text) if text.strip() else None


class History:
    """All that is known about some stages, read in a handful of queries; asked for any day without another one."""

    def __init__(self, stages: Sequence[Stage], series: dict[int, Series]) -> None:
        self._stages = {stage.pk: stage for stage in stages}
        self._series = series

    @classmethod
    def of(cls, stages: Sequence[Stage], *, known_at: datetime | None = None) -> History:
        """`known_at`: only observations that were recorded by then."""
        wanted = Stage.objects.filter(pk__in=[stage.pk for stage in stages]).prefetch_related(
            Prefetch("kpis", Kpi.objects.all()),
            Prefetch("tasks", Task.objects.filter(retired_at=None)),
            Prefetch("checklist", ChecklistItem.objects.all()),
            Prefetch("approvals", Approval.objects.all()),
        )
        loaded = list(wanted)
        kpis = {kpi.pk: kpi for stage in loaded for kpi in stage.kpis.all()}
        return cls(loaded, observations.series(list(kpis.values()), known_at=known_at))

    def series(self, stage: Stage) -> dict[str, Series]:
        return {kpi.key: self._series[kpi.pk] for kpi in self._stages[stage.pk].kpis.all()}

    def facts(self, stage: Stage, day: date) -> Facts:
        """As they stood at the end of `day`."""
        loaded = self._stages[stage.pk]
        return Facts(
            tasks={task.name: _by(task.done_on, day) for task in loaded.tasks.all()},
            checklist={item.text: _by(item.done_on, day) for item in loaded.checklist.all()},
            approved=frozenset(approval.role for approval in loaded.approvals.all() if approval.on <= day),
            budget=float(loaded.budget) if loaded.budget is not None else None,
            currency=loaded.currency,
        )

    def verdict(self, stage: Stage, day: date, *, started: date, brief: bool = False) -> Verdict:
        loaded = self._stages[stage.pk]
        moment = Moment(day, started, loaded.ends, brief)
        rules = parsed(loaded.trigger), parsed(loaded.stop)
        return judge.verdict(*rules, self.series(stage), self.facts(stage, day), moment)

    def looks(self, stage: Stage, first: date, last: date) -> list[date]:
        """The days on which the verdict can differ from the day before."""
        loaded = self._stages[stage.pk]
        changed = {row.done_on for rows in (loaded.tasks.all(), loaded.checklist.all()) for row in rows if row.done_on}
        changed |= {approval.on for approval in loaded.approvals.all()}
        for rule in (parsed(loaded.trigger), parsed(loaded.stop)):
            for leaf in triggers.criteria(rule) if rule else ():
                if isinstance(leaf, triggers.After):
                    changed.add(date.fromordinal(leaf.day.toordinal() + 1))
        cadences = [series.spec.cadence for series in self.series(stage).values()]
        return judge.looks(cadences, first, last, changed)


def signature(verdict: Verdict) -> tuple[object, ...]:
    """What makes two verdicts the same to people: the proposal and every outcome with its reason, not the numbers."""
    rules = (verdict.trigger, verdict.stop)
    said = ((rule.outcome, *((f.outcome, f.why) for f in rule.findings)) if rule else None for rule in rules)
    return (verdict.proposal, *said)


def spec(stage: Stage, started: date) -> dict[str, Any]:
    """What a verdict was judged by, as it is kept beside it."""
    return {
        "trigger": stage.trigger,
        "stop": stage.stop,
        "started": started.isoformat(),
        "ends": stage.ends.isoformat() if stage.ends else None,
        "kpis": {
            kpi.key: {"kind": kpi.kind, "unit": kpi.unit, "direction": kpi.direction, "cadence": kpi.cadence,
                      "baseline": kpi.baseline, "target": kpi.target}
            for kpi in stage.kpis.all()
        },
        "amendments": stage.amendments.count(),
    }  # fmt: skip


def _by(done_on: date | None, day: date) -> bool:
    return done_on is not None and done_on <= day
