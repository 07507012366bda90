"""Verdicts as of a day, computed from the recorded history; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from gaitway.engine.gates import Judgement, Verdict
from gaitway.engine.stages import State
from gaitway.models import Initiative, Person, Stage, StageChange
from gaitway.queries.gates import History, signature
from gaitway.queries.stages import Standing, standing


@dataclass(frozen=True, slots=True)
class Judged:
    initiative: Initiative
    stage: Stage
    standing: Standing
    verdict: Verdict


def judged(viewer: Person, as_of: date, *, known_at: datetime | None = None, keys: Sequence[str] = ()) -> list[Judged]:
    """Every initiative that was active at the end of `as_of`, in the order of the strategy. `known_at`: only with
    what had been recorded by then."""
    found = []
    for initiative in _initiatives(viewer, keys):
        stood = standing(list(initiative.changes.all()), as_of)
        stage = _stage(initiative, stood)
        if stood and stage and stood.place.state is State.ACTIVE:
            found.append((initiative, stage, stood))
    history = History.of([stage for _, stage, _ in found], known_at=known_at)
    return [
        Judged(i, s, stood, history.verdict(s, as_of, started=stood.since, begun=stood.begun)) for i, s, stood in found
    ]


def replayed(viewer: Person, key: str, first: date, last: date) -> Iterator[tuple[date, Judged]]:
    """The verdict of one initiative for each day from `first` to `last` on which it changed, from the periods that
    were complete by then. Raises Initiative.DoesNotExist."""
    initiative = find(viewer, key)
    history = History.of(list(initiative.stages.all()))
    for day, stage, stood in _turns(initiative, history, first, last):
        verdict = history.verdict(stage, day, started=stood.since, begun=stood.begun)
        yield day, Judged(initiative, stage, stood, verdict)


def replayed_together(viewer: Person, first: date, last: date, keys: Sequence[str] = ()) -> list[tuple[date, Judged]]:
    """The same of many initiatives, in the order of the days; the findings are without their intervals."""
    initiatives = list(_initiatives(viewer, keys))
    history = History.of([stage for initiative in initiatives for stage in initiative.stages.all()])
    found = []
    for initiative in initiatives:
        for day, stage, stood in _turns(initiative, history, first, last):
            verdict = history.verdict(stage, day, started=stood.since, begun=stood.begun, brief=True)
            found.append((day, Judged(initiative, stage, stood, verdict)))
    return sorted(found, key=lambda turn: turn[0])


def _turns(initiative: Initiative, history: History, first: date, last: date) -> Iterator[tuple[date, Stage, Standing]]:
    changes = list(initiative.changes.all())
    days = {day for stage in initiative.stages.all() for day in history.looks(stage, first, last)}
    days |= {change.effective_on for change in changes if first <= change.effective_on <= last}
    before = None
    for day in sorted(days):
        stood = standing(changes, day)
        stage = _stage(initiative, stood)
        if not (stood and stage and stood.place.state is State.ACTIVE):
            before = None
            continue
        brief = history.verdict(stage, day, started=stood.since, begun=stood.begun, brief=True)
        if (seen := (stage.pk, signature(brief))) != before:
            yield day, stage, stood
        before = seen


def find(viewer: Person, key: str) -> Initiative:
    """By its key, or by `strategy/key` where several strategies use it. Raises DoesNotExist,
    MultipleObjectsReturned."""
    strategy, _, name = key.rpartition("/")
    rows = _initiatives(viewer, [name])
    found: Initiative = rows.get(strategy__key=strategy) if strategy else rows.get()
    return found


def as_json(judged: Judged) -> dict[str, Any]:
    """As `gaitway evaluate --json` prints it. Absent is null."""
    return {
        "key": judged.initiative.key,
        "stage": judged.stage.key,
        "trigger": _judgement(judged.stage.trigger, judged.verdict.trigger),
        "stop": _judgement(judged.stage.stop, judged.verdict.stop),
        "guardrail": _judgement(judged.stage.guardrail, judged.verdict.guard),
        "proposal": judged.verdict.proposal,
    }


def _judgement(text: str, judgement: Judgement | None) -> dict[str, Any] | None:
    if judgement is None:
        return None
    names = ("criterion", "outcome", "why", "estimate", "low", "high", "wanted", "periods", "sample")
    findings = [{name: getattr(finding, name) for name in names} for finding in judgement.findings]
    return {"text": text, "outcome": judgement.outcome, "findings": findings}


def _initiatives(viewer: Person, keys: Sequence[str]) -> Any:
    rows = Initiative.objects.visible_to(viewer).current().select_related("strategy", "objective")
    rows = rows.order_by("strategy__key", "objective__position", "position", "key")
    if keys:
        rows = rows.filter(key__in=keys)
    return rows.prefetch_related(Prefetch("changes", StageChange.objects.order_by("number")), "stages")


def _stage(initiative: Initiative, stood: Standing | None) -> Stage | None:
    wanted = stood.place.stage if stood else None
    return next((stage for stage in initiative.stages.all() if stage.key == wanted), None)
