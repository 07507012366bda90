"""What the list of initiatives answers, and what its filters are called."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from pydantic import Field

from gaitway.actions import Refused
from gaitway.models import Area
from gaitway.models import Person as PersonRow
from gaitway.queries import portfolio as asked

from .values import KpiRef, Out, Person, Point, Step

ORDERS = ("", *(sign + name for name in ("name", "stage", "gate", "checked") for sign in ("", "-")))


class Counts(Out):
    total: int
    on_track: int
    at_risk: int
    off_track: int
    no_data: int
    resting: int
    disagree: int


class ToDecide(Out):
    stage_id: str = Field(validation_alias="gate")
    initiative_name: str
    state: str
    from_stage: str
    to_stage: str
    verdict: str
    met: int
    total: int
    due: date | None
    since: date
    proposal: str


class InitiativeRow(Out):
    """`beside`: what the owner says where the evidence says otherwise, in words."""

    initiative_id: str = Field(validation_alias="key")
    name: str
    lead: Person | None
    sponsor: Person | None
    area: str
    objective: str
    stage: str = Field(validation_alias="stage_name")
    state: str
    steps: list[Step]
    kpi: KpiRef | None
    points: list[Point]
    now: float | None
    target: float | None
    baseline: float | None
    met: int | None
    total: int | None
    gate_due: date | None
    gate_to: str
    gate: str
    checked: date | None
    decide: str | None
    mine: bool
    tasks: int
    tasks_done: int
    outlook: str
    outlook_on: date | None
    beside: str


class Portfolio(Out):
    counts: Counts
    to_decide: list[ToDecide]
    to_decide_total: int
    rows: list[InitiativeRow]
    found: int
    page: int
    pages: int
    wrong: float | None


def page(person: PersonRow, said: dict[str, str], *, lead: str, area: str, number: int) -> dict[str, object]:
    """Raises Refused."""
    if said["sort"] not in ORDERS or said["state"] not in ("", *asked.ORDER):
        raise Refused(f"sort is one of {', '.join(ORDERS[1:])}; state one of {', '.join(asked.ORDER)}.")
    filters = asked.Filters.of({**said, "owner": _lead(person, lead), "area": _area(area)})
    found = asked.portfolio(person, filters, timezone.localdate(), min(number, 10**9))
    rows = [row for group in found.groups for row in group.rows]
    names = ("counts", "to_decide", "to_decide_total", "found", "page", "pages", "wrong")
    return {"rows": rows, **{name: getattr(found, name) for name in names}}


def _lead(person: PersonRow, said: str) -> str:
    """As the filters of the page take it: what nobody is called finds nothing."""
    if said in ("", "me", "none"):
        return said
    found = PersonRow.objects.visible_to(person).filter(email=said.lower()).first()
    return str(found.pk) if found else "0"


def _area(said: str) -> str:
    if said in ("", "none"):
        return said
    found = Area.objects.filter(name=said).first()
    return str(found.pk) if found else "0"
