"""Whether the triggers of a plan can be proved in the dates that it gives them, while all of it is still on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from gaitway.engine.facts import Moment
from gaitway.engine.kpis import KpiSpec
from gaitway.engine.pilots import Assumed, CantSay
from gaitway.engine.proofs import POWER
from gaitway.engine.series import Series
from gaitway.engine.stages import State
from gaitway.engine.triggers import kpis, show
from gaitway.lib.strategyfile import Document
from gaitway.models import Initiative, Kpi
from gaitway.queries import observations, proofs
from gaitway.queries.gates import parsed

from .check import ladder, specs
from .flat import Fields, Thing, flatten
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
    series = _history(document, {key for trigger in triggers.values() for key in kpis(trigger)})
    here = {row.key: row for row in Initiative.objects.filter(strategy__key=document.file.strategy.key)}
    for thing, trigger in triggers.items():
        _noun, initiative, stage = thing
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


def _history(document: Document, keys: set[str]) -> dict[str, Series]:
    """What is known of the KPIs, as the file describes them from now on."""
    described = specs(document.file)
    rows = Kpi.objects.filter(strategy__key=document.file.strategy.key, key__in=keys, retired_at=None)
    same = [row for row in rows if (row.kind, row.cadence) == (described[row.key].kind, described[row.key].cadence)]
    known = observations.series(same)
    return {row.key: replace(known[row.pk], spec=described[row.key], memo={}) for row in same}


def _moment(row: Initiative | None, stage: str, dates: tuple[date, date] | None, today: date) -> Moment | None:
    if dates is None:
        return None
    here = row is not None and row.stage_key == stage
    return Moment(today, (row.stage_since if row and here else None) or dates[0], dates[1])
