"""One line an initiative: where it stands, and what the evidence says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from gaitway.engine.logic import Outcome
from gaitway.models import Initiative, Person, StageChange
from gaitway.queries import checkins, evaluations
from gaitway.queries.stages import standing


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    name: str
    state: str
    stage: str
    since: str
    trigger: str
    due: str
    proposal: str
    outlook: str


def rows(viewer: Person, as_of: date) -> list[Row]:
    by_key = {judged.initiative.pk: judged for judged in evaluations.judged(viewer, as_of)}
    found = []
    initiatives = Initiative.objects.visible_to(viewer).current().select_related("strategy", "objective")
    changes = Prefetch("changes", StageChange.objects.order_by("number"))
    ordered = initiatives.prefetch_related(changes).order_by("strategy__key", "objective__position", "position", "key")
    said = checkins.latest(ordered, until=as_of)
    for initiative in ordered:
        stood = standing(list(initiative.changes.all()), as_of)
        judged = by_key.get(initiative.pk)
        rule = judged.verdict.trigger if judged else None
        met = sum(f.outcome is Outcome.MET for f in rule.findings) if rule else 0
        found.append(
            Row(
                initiative.key,
                initiative.name,
                stood.place.state if stood else "",
                (stood.place.stage or "") if stood else "",
                stood.since.isoformat() if stood and stood.place.stage else "",
                f"{rule.outcome}, {met} of {len(rule.findings)}" if rule else "",
                judged.stage.ends.isoformat() if judged and judged.stage.ends else "",
                (judged.verdict.proposal or "") if judged else "",
                said[initiative.pk].outlook if initiative.pk in said else "",
            )
        )
    return found


def as_json(row: Row) -> dict[str, Any]:
    return {name: value or None for name, value in asdict(row).items()}
