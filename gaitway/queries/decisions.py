"""The log of decisions: what was decided, by whom, why, and whether the evidence said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from gaitway.engine.decisions import Choice
from gaitway.models import Decision, Person
from gaitway.models.visible import VisibleQuerySet
from gaitway.queries import parts, rights
from gaitway.queries.values import DecisionMade

PAGE = 50
COLUMNS = (
    "decision", "strategy", "initiative", "area", "stage", "choice", "to", "effective_on", "at", "by", "behalf", "reason",
    "conditions", "due", "trigger", "against_evidence", "superseded_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for; empty is everything. `text` stands in a reason, a condition or a name, in any case."""

    choice: str = ""
    person: str = ""
    area: str = ""
    first: date | None = None
    last: date | None = None
    against: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    made: DecisionMade
    initiative: str
    initiative_key: str
    effective_on: date
    outcome: str
    can_correct: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    lines: list[Logged]
    sought: Sought
    more: str
    total: int
    against: int
    people: list[Person]
    areas: list[str]


def find(viewer: Person, pk: int) -> Decision:
    """Raises Decision.DoesNotExist."""
    return _all(viewer).get(pk=pk)


def page(viewer: Person, sought: Sought, before: str = "") -> LogPage:
    """Newest first."""
    everything, rows = _all(viewer), _rows(viewer, sought)
    counted = rows.filter(superseded_by=None)
    if before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    deciders = Person.objects.filter(pk__in=everything.order_by().values("by")).order_by("name")
    # Asked once for each gate: a log is long, and has few of them.
    gates = {made.stage_id: made.stage for made in found[:PAGE]}
    mine = {pk for pk, stage in gates.items() if rights.may_vote(viewer, stage)}
    areas = everything.order_by("initiative__area__name").values_list("initiative__area__name", flat=True)
    return LogPage(
        [_line(made, made.stage_id in mine) for made in found[:PAGE]], sought, str(found[PAGE - 1].pk) if len(found) > PAGE else "",
        counted.count(), counted.filter(against_evidence=True).count(), list(deciders),
        [name for name in dict.fromkeys(areas) if name],
    )  # fmt: skip


def export(viewer: Person, sought: Sought) -> Iterator[dict[str, Any]]:
    """Each as a row of COLUMNS, oldest first."""
    for made in _rows(viewer, sought).order_by("pk").iterator(chunk_size=500):
        yield dict(zip(COLUMNS, _cells(made), strict=True))


def _all(viewer: Person) -> VisibleQuerySet[Decision]:
    return Decision.objects.visible_to(viewer).select_related(
        "by", "behalf", "stage__initiative__strategy", "initiative__strategy", "initiative__area", "evaluation", "change",
        "superseded_by", "supersedes__change",
    )  # fmt: skip


def _rows(viewer: Person, sought: Sought) -> VisibleQuerySet[Decision]:
    rows = _all(viewer)
    if sought.choice:
        rows = rows.filter(choice=sought.choice)
    if sought.person:
        rows = rows.filter(by__email=sought.person.strip().lower())
    if sought.area:
        rows = rows.filter(initiative__area__name=sought.area)
    if sought.first:
        rows = rows.filter(effective_on__gte=sought.first)
    if sought.last:
        rows = rows.filter(effective_on__lte=sought.last)
    if sought.against:
        rows = rows.filter(against_evidence=True)
    if sought.text:
        words = ("reason", "conditions", "initiative__name")
        said = Q()
        for name in words:
            said |= Q(**{f"{name}__icontains": sought.text})
        rows = rows.filter(said)
    return rows


def _line(made: Decision, may_correct: bool) -> Logged:
    initiative = made.initiative
    shown = parts.decision(made, initiative)
    return Logged(
        shown, initiative.name, f"{initiative.strategy.key}/{initiative.key}", made.effective_on,
        made.evaluation.outcome if made.evaluation else "", may_correct and not shown.superseded,
    )  # fmt: skip


def _cells(made: Decision) -> tuple[object, ...]:
    initiative, shown = made.initiative, parts.decision(made, made.initiative)
    later: Decision | None = getattr(made, "superseded_by", None)
    return (
        made.pk, initiative.strategy.key, initiative.key, initiative.area.name if initiative.area else None,
        made.stage.key, made.choice, shown.to_stage if made.choice != Choice.STOP else None, made.effective_on.isoformat(),
        made.at.isoformat(), made.by.email, made.behalf.email if made.behalf else None, made.reason,
        made.conditions or None, made.due.isoformat() if made.due else None,
        made.evaluation.outcome if made.evaluation else None, made.against_evidence, later.pk if later else None,
    )  # fmt: skip
