"""What the judge is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch

from gaitway.engine import burning, guards, triggers
from gaitway.engine import gates as judge
from gaitway.engine.facts import Facts, Moment
from gaitway.engine.gates import Rules, Verdict
from gaitway.engine.series import Series
from gaitway.models import Approval, ChecklistItem, Condition, Decision, Kpi, Stage, Task
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
        wanted = Stage.objects.filter(pk__in=[stage.pk for stage in stages])
        wanted = wanted.select_related("initiative__strategy", "initiative__spending__strategy").prefetch_related(
            Prefetch("kpis", Kpi.objects.select_related("whole")),
            Prefetch(
                "initiative__stages",
                Stage.objects.prefetch_related(Prefetch("kpis", Kpi.objects.select_related("whole"))),
            ),
            Prefetch("tasks", Task.objects.filter(retired_at=None)),
            Prefetch("checklist", ChecklistItem.objects.all()),
            Prefetch("approvals", Approval.objects.all()),
            Prefetch("initiative__decisions", Decision.objects.order_by("pk").prefetch_related("asked")),
        )
        loaded = list(wanted)
        kpis = {kpi.pk: kpi for stage in loaded for kpi in _read(stage).values()}
        kpis |= {kpi.pk: kpi for stage in loaded if (kpi := stage.initiative.spending)}
        return cls(loaded, observations.series(list(kpis.values()), known_at=known_at))

    def series(self, stage: Stage) -> dict[str, Series]:
        return {name: self._series[kpi.pk] for name, kpi in _read(self._stages[stage.pk]).items()}

    def facts(self, stage: Stage, moment: Moment) -> Facts:
        """As they stood at the end of the day."""
        loaded, day = self._stages[stage.pk], moment.as_of
        budget, spending = float(loaded.budget) if loaded.budget is not None else None, loaded.initiative.spending
        money = self._series[spending.pk] if spending else None
        return Facts(
            tasks={task.name: _by(task.done_on, day) for task in loaded.tasks.all()},
            checklist={item.text: _by(item.done_on, day) for item in loaded.checklist.all()},
            approved=frozenset(approval.role for approval in loaded.approvals.all() if approval.on <= day),
            spent=burning.spent(money, moment) if money else None,
            burn=burning.burn(money, moment, budget) if money else None,
            budget=budget, currency=loaded.currency,
            lapsed=tuple(each.text for each in _conditions(loaded, day) if each.lapsed(day)),
        )  # fmt: skip

    def verdict(
        self, stage: Stage, day: date, *, started: date, begun: date | None = None, brief: bool = False
    ) -> Verdict:
        """`started`: when the stage began, `begun`: when the initiative did."""
        loaded = self._stages[stage.pk]
        moment = Moment(day, started, loaded.ends, brief, begun or started)
        return judge.verdict(rules(loaded), self.series(stage), self.facts(stage, moment), moment)

    def looks(self, stage: Stage, first: date, last: date) -> list[date]:
        """The days on which the verdict can differ from the day before."""
        loaded = self._stages[stage.pk]
        changed = {row.done_on for rows in (loaded.tasks.all(), loaded.checklist.all()) for row in rows if row.done_on}
        changed |= {approval.on for approval in loaded.approvals.all()}
        for condition in _conditions(loaded, last):
            changed |= {condition.due + timedelta(days=1)} if condition.due else set()
            changed |= {condition.done_on} if condition.done_on else set()
        for rule in (parsed(loaded.trigger), parsed(loaded.stop)):
            for leaf in triggers.criteria(rule) if rule else ():
                if isinstance(leaf, triggers.After):
                    changed.add(date.fromordinal(leaf.day.toordinal() + 1))
        cadences = [series.spec.cadence for series in self.series(stage).values()]
        if spending := loaded.initiative.spending:
            cadences.append(self._series[spending.pk].spec.cadence)
        return judge.looks(cadences, first, last, changed)


def signature(verdict: Verdict) -> tuple[object, ...]:
    """What makes two verdicts the same to people: the proposal and every outcome with its reason, not the numbers."""
    judged = (verdict.trigger, verdict.stop, verdict.guard)
    said = ((rule.outcome, *((f.outcome, f.why) for f in rule.findings)) if rule else None for rule in judged)
    return (verdict.proposal, verdict.lapsed, *said)


def spec(stage: Stage, started: date) -> dict[str, Any]:
    """What a verdict was judged by, as it is kept beside it."""
    return {
        "trigger": stage.trigger,
        "stop": stage.stop,
        "guardrail": guardrail(stage),
        "started": started.isoformat(),
        "ends": stage.ends.isoformat() if stage.ends else None,
        "kpis": {
            name: {"kind": kpi.kind, "unit": kpi.unit, "direction": kpi.direction, "cadence": kpi.cadence,
                      "baseline": kpi.baseline, "target": kpi.target}
            for name, kpi in sorted(_read(stage).items())
        },
        "amendments": stage.amendments.count(),
    }  # fmt: skip


def below(stage: Stage) -> Stage | None:
    """The plan of the stage before it on the ladder, where there is such a stage."""
    ladder = stage.initiative.ladder
    key = ladder.shifted(stage.key, -1) if stage.key in ladder.keys else None
    return next((each for each in stage.initiative.stages.all() if each.key == key), None)


def rules(stage: Stage) -> Rules:
    """The rules of a stage. Where it declares no guardrail, what it was earned by must not get worse."""
    ladder = stage.initiative.ladder
    back = stage.key in ladder.keys and ladder.shifted(stage.key, -1) is not None
    return Rules(parsed(stage.trigger), parsed(stage.stop), _guards(stage), back)


def guardrail(stage: Stage) -> str:
    """Its guardrails as they would be written."""
    return " and ".join(triggers.show(guard) for guard in _guards(stage))


def _guards(stage: Stage) -> tuple[guards.Guard, ...]:
    if stage.guardrail:
        return guards.declared(parsed(stage.guardrail))
    before = below(stage)
    return guards.earned(parsed(before.trigger)) if before else ()


def _read(stage: Stage) -> dict[str, Kpi]:
    """The KPIs that its rules read, those of what it was earned by among them, by the names that stand there."""
    before = below(stage)
    return {**(before.read() if before else {}), **stage.read()}


def _conditions(stage: Stage, day: date) -> list[Condition]:
    """Those under which it was entered, while nothing was decided since. From prefetched decisions."""
    made = [each for each in stage.initiative.decisions.all() if each.effective_on <= day]
    return list(made[-1].asked.all()) if made and made[-1].stage_id != stage.pk else []


def _by(done_on: date | None, day: date) -> bool:
    return done_on is not None and done_on <= day
