from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field, StringConstraints

from gaitway.actions import NotAllowed, strategies
from gaitway.lib import addresses, strategyfile
from gaitway.models import KeyResult as ResultRow
from gaitway.models import Objective as ObjectiveRow
from gaitway.models import Source
from gaitway.models import Strategy as StrategyRow
from gaitway.queries import strategies as asked

from .bodies import YAML, raw
from .problems import Problem
from .scopes import ACT
from .values import Out, Person, viewer

router = Router()
LARGEST = 2**20  # bytes of a strategy file
FILE = {"requestBody": {"required": True, "content": {YAML: {"schema": {"type": "object"}}}}}


class Strategy(Out):
    strategy_id: str = Field(validation_alias="key")
    name: str
    vision: str
    starts: date | None
    ends: date | None
    stages: list[dict[str, str]]


class KeyResult(Out):
    kpi_id: str
    target: float
    due: date | None


class Objective(Out):
    objective_id: str
    name: str
    outcome: str
    owner: Person | None
    key_results: list[KeyResult]


class Change(Out):
    """`fields` gives before and after, as texts; `amends` those of a stage that has begun."""

    action: str
    thing: list[str]
    fields: dict[str, list[str | None]]
    amends: list[str]


class Plan(Out):
    applied: bool
    changes: list[Change]
    removals: list[Change]
    unchanged: int


@router.get("/strategies", response=list[Strategy])
def listed(request: HttpRequest) -> list[StrategyRow]:
    return list(StrategyRow.objects.visible_to(viewer(request)))


@router.get("/strategies/{strategy_id}", response=Strategy)
def one(request: HttpRequest, strategy_id: str) -> StrategyRow:
    return _find(request, strategy_id)


@router.get("/strategies/{strategy_id}/objectives", response=list[Objective])
def objectives(request: HttpRequest, strategy_id: str) -> list[dict[str, Any]]:
    strategy = _find(request, strategy_id)
    rows = ObjectiveRow.objects.visible_to(viewer(request)).filter(strategy=strategy, retired_at=None)
    results: dict[int, list[dict[str, Any]]] = {}
    for each in ResultRow.objects.filter(objective__in=rows).select_related("kpi"):
        kpi_id = f"{strategy.key}/{each.kpi.key}"
        results.setdefault(each.objective_id, []).append({"kpi_id": kpi_id, "target": each.target, "due": each.due})
    return [
        {
            "objective_id": f"{strategy.key}/{row.key}", "name": row.name, "outcome": row.outcome, "owner": row.owner,
            "key_results": results.get(row.pk, []),
        }
        for row in rows.select_related("owner")
    ]  # fmt: skip


@router.get("/strategies/{strategy_id}/file", response={200: str}, openapi_extra={
    "responses": {200: {"description": "The strategy file", "content": {YAML: {"schema": {"type": "object"}}}}}})  # fmt: skip
def export(request: HttpRequest, strategy_id: str) -> HttpResponse:
    """The strategy as its file. Administrators and strategists alone: it holds what is restricted."""
    strategy = _find(request, strategy_id)
    if not viewer(request).sees_all:
        raise NotAllowed("Only an administrator or a strategist can export a strategy.")
    return HttpResponse(strategyfile.write(asked.as_file(strategy)), content_type=f"{YAML}; charset=utf-8")


@router.post("/strategies", response=Plan, auth=ACT, openapi_extra=FILE)
def apply(
    request: HttpRequest,
    dry_run: bool = False,
    prune: bool = False,
    reason: Annotated[str, Query(), StringConstraints(max_length=5000)] = "",
) -> dict[str, Any]:
    """Applies a strategy file; with `dry_run` only says what would change. `prune` also takes out what the file no longer
    holds; `reason` is needed where the plan of a stage that has begun changes."""
    person = viewer(request)
    if not person.sees_all:
        raise NotAllowed("Only an administrator or a strategist can apply a strategy.")
    body = raw(request, YAML, "application/x-yaml")
    if len(body) > LARGEST:
        raise Problem(413, "A strategy file has at most 1 MB.", "body")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Problem(400, f"Not a text in UTF-8 (byte {error.start}).", "body") from None
    document = strategyfile.read(text, name="body", folder=Path("/"))
    _require_no_files(document)
    if dry_run:
        return _told(strategies.plan(document), applied=False)
    today = timezone.localdate()
    done = strategies.apply(document, by=person, at=timezone.now(), today=today, prune=prune, reason=reason)
    return _told(done, applied=True)


def _find(request: HttpRequest, key: str) -> StrategyRow:
    found: StrategyRow = StrategyRow.objects.visible_to(viewer(request)).get(key=key)
    return found


def _require_no_files(document: strategyfile.Document) -> None:
    """Who writes from afar names no file of this machine, but those that were declared on it."""
    here = Source.objects.filter(strategy__key=document.file.strategy.key, retired_at=None)
    known = dict(here.values_list("key", "location"))
    named = {key: source if isinstance(source, str) else source.at for key, source in document.file.sources.items()}
    faults = [
        document.fault(("sources", key), "a file can't be declared through the API: apply this on the machine itself")
        for key, location in named.items()
        if not addresses.is_address(location) and known.get(key) != addresses.absolute(location, Path("/"))
    ]
    if faults:
        raise strategyfile.StrategyFileError(document.name, faults)


def _told(plan: strategies.Plan, *, applied: bool) -> dict[str, Any]:
    def change(each: strategies.Change) -> dict[str, Any]:
        fields = {name: [_text(value) for value in pair] for name, pair in each.fields.items()}
        return {"action": each.action, "thing": list(each.thing), "fields": fields, "amends": list(each.amends)}

    return {
        "applied": applied, "changes": [change(each) for each in plan.changes],
        "removals": [change(each) for each in plan.removals], "unchanged": plan.unchanged,
    }  # fmt: skip


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, default=str, ensure_ascii=False)
