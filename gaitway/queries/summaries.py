"""What lists show of initiatives, worked out from scratch: for who writes it down, and for who checks what was written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, Prefetch, Q

from gaitway.engine import portfolios
from gaitway.engine.logic import Outcome
from gaitway.engine.stages import State
from gaitway.models import Initiative, Kpi, Stage, StageChange, Summary, Task
from gaitway.models.among import among
from gaitway.queries import checkins, observations, parts
from gaitway.queries.health import standing
from gaitway.queries.values import Point, Step, points

PERIODS = 26  # of the lead KPI that are drawn
AT_ONCE = 200  # initiatives, so that neither memory nor a transaction grows with the house
Fields = dict[str, Any]


def worked_out(keys: Collection[int]) -> dict[int, Fields]:
    """By initiative, all fields of its summary but when it was made. Ten queries, however many there are."""
    stages = Stage.objects.select_related("latest").prefetch_related(
        Prefetch("kpis", Kpi.objects.select_related("strategy", "whole"))
    )
    changes = Prefetch("changes", StageChange.objects.order_by("number"))
    asked = Initiative.objects.filter(pk__in=among(keys)).select_related("strategy")
    rows = parts.with_roles(asked.prefetch_related(Prefetch("stages", stages), changes))
    leads = {row.pk: parts.lead_kpi(row) for row in rows}
    drawn = _drawn([kpi for kpi in leads.values() if kpi])
    counted = {
        pk: (total, done)
        for pk, total, done in Task.objects.filter(initiative__in=among(keys), retired_at=None)
        .values_list("initiative")
        .annotate(total=Count("pk"), done=Count("pk", filter=Q(done_on__isnull=False)))
        .order_by()
    }
    said = checkins.latest(keys)
    return {row.pk: _fields(row, leads[row.pk], drawn, counted.get(row.pk, (0, 0)), said) for row in rows}


def _fields(
    row: Initiative, kpi: Kpi | None, drawn: dict[int, list[Point]], tasks: tuple[int, int], said: dict[int, Any]
) -> Fields:
    stage, active = parts.present(row), row.state == State.ACTIVE
    latest = stage.latest if stage else None
    found = latest.findings["trigger"] if latest else None
    stood, lead, sponsor = standing(row, stage), parts.lead(row), parts.sponsor(row)
    keys, newest = row.strategy.ladder.keys, said.get(row.pk)
    return {
        "stage_id": stage.pk if stage else None,
        "standing": stood.state,
        "off_from": stood.off_from,
        "place": keys.index(row.stage_key) if row.stage_key in keys else -1,
        "lead_id": lead.pk if lead else None,
        "sponsor_id": sponsor.pk if sponsor else None,
        "kpi_id": kpi.pk if kpi else None,
        "points": [[point.day.isoformat(), point.value] for point in drawn.get(kpi.pk, [])] if kpi else [],
        "steps": [_kept(step) for step in parts.steps(row, row.stages.all(), list(row.changes.all()))],
        "met": sum(f["outcome"] == Outcome.MET for f in found) if found else None,
        "total": len(found) if found else None,
        "verdict": latest.outcome if latest else "",
        "proposal": latest.proposal if latest else "",
        "evidence": portfolios.evidence_of(found) if found else None,
        "gate_due": stage.ends if stage and active else None,
        "judged_to": stage.judged_to if stage and active else None,
        "tasks": tasks[0],
        "tasks_done": tasks[1],
        "outlook": newest.outlook if newest else "",
        "outlook_on": newest.on if newest else None,
    }


def _drawn(kpis: Sequence[Kpi]) -> dict[int, list[Point]]:
    """The last PERIODS of each that are known."""
    series = observations.recent(kpis, PERIODS)
    return {pk: points(each, PERIODS) for pk, each in series.items()}


def _kept(step: Step) -> Fields:
    dates = {name: day.isoformat() if day else None for name, day in (("start", step.start), ("end", step.end))}
    return {"key": step.key, "status": step.status, **dates, "budget": step.budget, "currency": step.currency}


def missing_or_due() -> list[int]:
    """The initiatives that have no summary, or whose summary is to be made anew."""
    rows = Initiative.objects.filter(Q(summary=None) | Q(summary__due=True))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    whole = sorted(set(keys))
    return (whole[start : start + AT_ONCE] for start in range(0, len(whole), AT_ONCE))


def wrong(keys: Collection[int]) -> list[str]:
    """Where what was written down differs from what is true now: `strategy/initiative: field, field`. What waits to be
    made anew is no fault."""
    found = []
    for some in chunks(keys):
        true = worked_out(some)
        kept = Summary.objects.filter(initiative__in=some, due=False).select_related("initiative__strategy")
        for row in kept.order_by("initiative"):
            fields = [name for name, value in true[row.initiative_id].items() if getattr(row, name) != value]
            if fields:
                found.append(f"{row.initiative.strategy.key}/{row.initiative.key}: {', '.join(fields)}")
    return found
