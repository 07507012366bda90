"""What somebody is asked when they check in: the question, the numbers that are owed, and what was said last."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gaitway.engine import periods
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.stages import State
from gaitway.models import CheckIn, Initiative, Kpi, Person, Stage
from gaitway.queries import checkins, grid, observations, parts, rights
from gaitway.queries.checkins import Said
from gaitway.queries.values import KpiRef, Point, points
from gaitway.queries.words import cells as written
from gaitway.queries.words import checkins as words
from gaitway.queries.words import places

PERIODS = 12  # of a line beside a field


@dataclass(frozen=True, slots=True)
class Number:
    """A KPI of the stage. `name` is that of its cell where its newest number is owed, "" where nothing is asked; `how` says
    how it is written, `keypad` whether digits are enough."""

    ref: KpiRef
    period: date
    name: str
    how: str
    keypad: bool
    was: float | None
    target: float | None
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Card:
    """`numbers`: those that are owed, then the lead KPI where it isn't. `late`: the day since which it is overdue."""

    key: str
    name: str
    stage: str
    question: str
    last: Said | None
    due: date | None
    late: date | None
    numbers: list[Number]


def card(viewer: Person, initiative: Initiative, today: date) -> Card:
    """Of an initiative that `checkins.find` found."""
    return cards(viewer, [initiative], checkins.latest([initiative]), today)[0]


def cards(viewer: Person, initiatives: Sequence[Initiative], last: Mapping[int, CheckIn], today: date) -> list[Card]:
    """One for each. The number of queries doesn't grow with them."""
    stages = {each.pk: parts.present(each) for each in initiatives}
    used = {each.pk: _used(each, stages[each.pk]) for each in initiatives}
    kpis = {kpi.pk: kpi for each in used.values() for kpi in each}
    since = {cadence: today - timedelta(days=int((PERIODS + 2) * cadence.days) + 31) for cadence in Cadence}
    series = observations.series(list(kpis.values()), since=since)
    mine = _enterable(viewer, kpis)
    spans = {pk: _newest(kpi, today) for pk, kpi in kpis.items()}
    known = grid.newest([kpis[pk] for pk in mine], {spans[pk] for pk in mine}) if mine else {}
    drawn = {pk: points(series[pk], PERIODS) for pk in kpis}
    made = []
    for each in initiatives:
        stage, said = stages[each.pk], last.get(each.pk)
        due = checkins.due_of(each, stage, said, today)
        numbers = [
            _number(kpi, spans[kpi.pk], known.get((kpi.pk, spans[kpi.pk])), drawn[kpi.pk], kpi.pk in mine)
            for kpi in used[each.pk]
        ]
        made.append(
            Card(
                f"{each.strategy.key}/{each.key}", each.name,
                each.strategy.ladder.name(each.stage_key) if each.stage_key else "", _question(each, stage, today),
                checkins.said(said, each) if said else None, due.on if due else None,
                due.on if due and due.overdue(today) else None,
                [*(each for each in numbers if each.name), *(each for each in numbers[:1] if not each.name and each.points)],
            )
        )  # fmt: skip
    return made


def _used(initiative: Initiative, stage: Stage | None) -> list[Kpi]:
    """What the rules of the present stage read, the lead KPI first."""
    lead = parts.lead_kpi(initiative)
    rest = [kpi for kpi in stage.kpis.all() if kpi != lead] if stage else []
    return [*([lead] if lead else []), *sorted(rest, key=lambda kpi: (kpi.position, kpi.key))]


def _enterable(viewer: Person, kpis: Mapping[int, Kpi]) -> Collection[int]:
    """Those that the viewer enters by hand."""
    by_hand = [pk for pk, kpi in kpis.items() if kpi.source_id is None and kpi.retired_at is None]
    if not by_hand:
        return ()
    return set(rights.recordable(viewer, Kpi.objects.filter(pk__in=by_hand)).values_list("pk", flat=True))


def _newest(kpi: Kpi, today: date) -> date:
    """The first day of the newest period that is over."""
    cadence = Cadence(kpi.cadence)
    return periods.start(periods.last_complete(today - timedelta(days=1), cadence), cadence)


def _number(kpi: Kpi, day: date, known: grid.Known | None, drawn: list[Point], mine: bool) -> Number:
    asked = mine and (known is None or known.numbers is None)
    return Number(
        KpiRef.of(kpi), day, grid.name_of(kpi.pk, day, known.revision if known else 0) if asked else "",
        written.how(kpi), kpi.kind in (Kind.LEVEL, Kind.COUNT),
        next((point.value for point in reversed(drawn) if point.value is not None), None), kpi.target, drawn,
    )  # fmt: skip


def _question(initiative: Initiative, stage: Stage | None, today: date) -> str:
    if initiative.state != State.ACTIVE or stage is None:
        return words.ahead(initiative.name)
    ladder = initiative.ladder
    last = ladder.shifted(stage.key, 1) is None
    return words.question("" if last else places.next_stage(initiative.ladder, initiative.stage_key), stage.ends, today)
