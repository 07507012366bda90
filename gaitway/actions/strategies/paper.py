"""Whether the triggers of a plan can be proved in the dates that it gives them, while all of it is still on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from gaitway.engine.facts import Moment
from gaitway.engine.kpis import KpiSpec
from gaitway.engine.pilots import Assumed, CantSay
from gaitway.engine.proofs import POWER
from gaitway.engine.series import Series
from gaitway.engine.stages import State
from gaitway.engine.triggers import kpis, show
from gaitway.lib.strategyfile import Document
from gaitway.models import Initiative, Kpi, Role
from gaitway.queries import observations, proofs
from gaitway.queries.gates import parsed

from .check import ladder
from .flat import Fields, Thing, flatten
from .kpis import part_key, specs
from .plan import Plan

PILOTS = 100  # enough for a warning


@dataclass(frozen=True, slots=True)
class Promise:
    """A criterion of a stage: pilots of its dates that are as good as `expected` show it with the chance `shown`."""

    initiative: str
    stage: str
    criterion: str
    kpi: KpiSpec
    expected: float
    days: int
    shown: float

    @property
    def provable(self) -> bool:
        return self.shown >= POWER


def touched(document: Document, planned: Plan) -> dict[Thing, Fields]:
    """The stages whose trigger or dates the plan makes or changes, and that aren't over."""
    wanted = flatten(document.file, document.folder)
    over = _over(document)
    stages = [
        change.thing
        for change in planned.changes
        if change.thing[0] == "stage" and change.fields.keys() & {"trigger", "dates"}
    ]
    return {thing: wanted[thing] for thing in stages if thing[1:] not in over and wanted[thing]["trigger"]}


def promises(document: Document, stages: Mapping[Thing, Fields], *, today: date) -> Iterator[Promise]:
    """One criterion after the other, as far as the history of its KPIs can tell; the others are passed over."""
    triggers = {thing: trigger for thing, fields in stages.items() if (trigger := parsed(fields["trigger"]))}
    areas = {i.key: i.area for objective in document.file.objectives for i in objective.initiatives}
    known = _history(document, {key for trigger in triggers.values() for key in kpis(trigger)})
    here = {row.key: row for row in Initiative.objects.filter(strategy__key=document.file.strategy.key)}
    for thing, trigger in triggers.items():
        _noun, initiative, stage = thing
        series = _in_area(document, known, areas.get(initiative))
        when = _moment(here.get(initiative), stage, stages[thing]["dates"], today)
        for leaf, share, denied in proofs.sure(trigger):
            if (
                when is None
                or not all(key in series for key in kpis(leaf))
                or not proofs.habit(series[leaf.kpi], today)
            ):
                continue
            try:
                made = proofs.pilots(leaf, share, denied, series, when, Assumed(), PILOTS)
            except CantSay:
                continue
            days, shown = when.planned_days or 0, made.shown(made.expected)
            yield Promise(initiative, stage, show(leaf), made.spec, made.expected, days, shown)


def unanswered(document: Document, planned: Plan) -> Iterator[tuple[str, str]]:
    """The initiatives that the plan makes or changes and that nobody is accountable for, by key and name: neither a
    sponsor of their own nor one of their area."""
    touched = {change.thing[1] for change in planned.changes if change.thing[0] == "initiative"}
    file = document.file
    led = {name for name, area in file.areas.items() if area.sponsor}
    kept = Role.objects.filter(role=Role.Kind.SPONSOR, area__isnull=False).exclude(area__name__in=file.areas)
    led |= set(kept.values_list("area__name", flat=True))
    for objective in file.objectives:
        for shape in objective.initiatives:
            if shape.key in touched and not shape.sponsor and shape.area not in led:
                yield shape.key, shape.name


def _over(document: Document) -> set[tuple[str, ...]]:
    """(initiative, stage) of those that were left, and of initiatives that have ended."""
    rungs = ladder(document.file).keys
    found: set[tuple[str, ...]] = set()
    here = {row.key: row for row in Initiative.objects.filter(strategy__key=document.file.strategy.key)}
    for objective in document.file.objectives:
        for shape in objective.initiatives:
            row = here.get(shape.key)
            state, stage = (row.state, row.stage_key) if row else (shape.state, shape.stage)
            ended = state in (State.STOPPED, State.FINISHED)
            left = len(rungs) if ended else rungs.index(stage) if stage else 0
            found |= {(shape.key, rung) for rung in rungs[:left]}
    return found


def _in_area(document: Document, known: dict[str, Series], area: str | None) -> dict[str, Series]:
    """By the names that a trigger in this area uses."""
    here = {key: part_key(key, area) for key, kpi in document.file.kpis.items() if area and kpi.split_by}
    return {**known, **{key: known[part] for key, part in here.items() if part in known}}


def _history(document: Document, keys: set[str]) -> dict[str, Series]:
    """What is known of the KPIs and of their areas, as the file describes them from now on."""
    described = specs(document.file)
    named = Q(key__in=keys) | Q(whole__key__in=keys)
    rows = [row for row in Kpi.objects.filter(named, strategy__key=document.file.strategy.key, retired_at=None)
            if row.key in described]  # fmt: skip
    same = [row for row in rows if (row.kind, row.cadence) == (described[row.key].kind, described[row.key].cadence)]
    known = observations.series(same)
    return {row.key: replace(known[row.pk], spec=described[row.key], memo={}) for row in same}


def _moment(row: Initiative | None, stage: str, dates: tuple[date, date] | None, today: date) -> Moment | None:
    if dates is None:
        return None
    here = row is not None and row.stage_key == stage
    return Moment(today, (row.stage_since if row and here else None) or dates[0], dates[1])
