"""Where is every initiative, what is next, what needs a decision?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from gaitway.engine import portfolios
from gaitway.engine.logic import Outcome, Proposal
from gaitway.engine.stages import State
from gaitway.models import Initiative, Notice, Person, Stage
from gaitway.queries import listing
from gaitway.queries.health import AT_RISK, NO_DATA, OFF_TRACK, ON_TRACK
from gaitway.queries.listing import ORDER, RESTING, Filters, Light, Listing
from gaitway.queries.values import KpiRef, Point, Step, Who
from gaitway.queries.words import places

__all__ = ["ORDER", "Filters", "Portfolio", "Row", "ToDecide", "gate_key", "portfolio", "rows_of"]
PAGE = 100
MOST = 5  # that stand on top
# Beside the name: those of the house, and those that may be added.
COLUMNS = ("state", "stage", "spark", "now", "met", "gate", "checked")
MORE = ("outlook", "owner", "sponsor", "area", "objective", "tasks")


@dataclass(frozen=True, slots=True)
class Counts:
    total: int
    on_track: int
    at_risk: int
    off_track: int
    no_data: int
    resting: int
    disagree: int = 0


@dataclass(frozen=True, slots=True)
class ToDecide:
    gate: str
    initiative_key: str
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


@dataclass(frozen=True, slots=True)
class Row:
    """`beside`: what the owner says where the evidence says otherwise, in words. `gate`: the key of the next one."""

    key: str
    name: str
    lead: Who | None
    sponsor: Who | None
    area: str
    objective: str
    objective_key: str
    stage_name: str
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


@dataclass(frozen=True, slots=True)
class Group:
    """`tally`: of the whole group, also where only a part of it is on this page."""

    key: str
    name: str
    rows: list[Row]
    total: int = 0
    tally: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Portfolio:
    counts: Counts
    to_decide: list[ToDecide]
    to_decide_total: int
    filters: Filters
    groups: list[Group]
    shown: int
    found: int
    page: int
    pages: int
    can_add: bool = False
    wrong: float | None = None  # at most this share of what is proposed to go on is expected to be wrong


def columns(text: str) -> list[str]:
    """The names in an address or a person's choice, as far as there are such columns; else those of the house."""
    chosen = [name for name in text.split(",") if name in (*COLUMNS, *MORE)]
    return list(dict.fromkeys(chosen)) or list(COLUMNS)


def kept_columns(chosen: Collection[str]) -> str:
    """A choice as a person keeps it: always in the same order, and nothing where it is that of the house."""
    found = [name for name in (*COLUMNS, *MORE) if name in chosen]
    return "" if found == list(COLUMNS) else ",".join(found)


def portfolio(viewer: Person, filters: Filters, today: date, number: int = 1) -> Portfolio:
    """Page `number` of what the viewer sees and the filters leave, worst first. Five queries, however many there are."""
    asks = _asks(viewer)
    found = listing.listing(viewer, filters, today, frozenset(asks))
    pages = max(1, -(-len(found.kept) // PAGE))
    number = min(max(1, number), pages)
    shown = found.kept[(number - 1) * PAGE : number * PAGE]
    waiting = sorted((row for row in found.all if row.stage in asks), key=lambda row: _urgency(row, asks))
    first = waiting[:MOST]
    loaded = _loaded({row.pk for row in (*shown, *first)})
    groups = _grouped(shown, [_row(loaded[row.pk], row, found, asks) for row in shown], found)
    return Portfolio(
        _counts(found), [_to_decide(loaded[row.pk], row, found, asks) for row in first], len(waiting),
        found.filters, groups, len(shown), len(found.kept), number, pages, wrong=_wrong(found.all),
    )  # fmt: skip


def rows_of(viewer: Person, filters: Filters, today: date, keys: Collection[str] = ()) -> list[Row]:
    """The whole list as the filters leave it, or these of it: for files."""
    asks = _asks(viewer)
    found = listing.listing(viewer, filters, today, frozenset(asks))
    kept = [row for row in found.kept if not keys or f"{found.strategies[row.strategy].key}/{row.key}" in keys]
    made: list[Row] = []
    for start in range(0, len(kept), PAGE):
        some = kept[start : start + PAGE]
        loaded = _loaded({row.pk for row in some})
        made += [_row(loaded[row.pk], row, found, asks) for row in some]
    return made


def wall(
    viewer: Person, filters: Filters, today: date, most: int, *, restricted: bool
) -> tuple[Counts, list[Row], int]:
    """For a screen: how all that is shown stands, the first rows of the list, and how many it has."""
    found = listing.listing(viewer, filters, today, frozenset(), restricted=restricted)
    loaded = _loaded({row.pk for row in found.kept[:most]})
    rows = [_row(loaded[row.pk], row, found, {}) for row in found.kept[:most]]
    return _counts(found, found.kept), rows, len(found.kept)


def _asks(viewer: Person) -> dict[int, Notice]:
    """By stage, what asks the viewer to decide."""
    open_asks = Notice.objects.visible_to(viewer).filter(level=Notice.Level.NEEDS_ME, done_at=None, stage__isnull=False)
    return {notice.stage_id or 0: notice for notice in open_asks.select_related("event").order_by("event__at")}


def _urgency(row: Light, asks: Mapping[int, Notice]) -> tuple[bool, date, date]:
    assert row.stage is not None  # noqa: S101  # the caller has looked
    hurry = row.proposal not in (Proposal.STOP, Proposal.BACK)
    return hurry, row.gate_due or date.max, timezone.localdate(asks[row.stage].event.at)


def _counts(found: Listing, rows: Sequence[Light] | None = None) -> Counts:
    rows = found.all if rows is None else rows
    tally = Counter(found.states[row.pk] for row in rows)
    return Counts(
        len(rows), tally[ON_TRACK], tally[AT_RISK], tally[OFF_TRACK], tally[NO_DATA],
        sum(tally[name] for name in RESTING),
        sum(listing.disagrees(found.states[row.pk], row.outlook) for row in rows),
    )  # fmt: skip


def _wrong(rows: Sequence[Light]) -> float | None:
    """How many of the gates that are proposed to go on may be wrong, as a share, from the evidence of all."""
    known = [(row.proposal, row.evidence) for row in rows if row.evidence is not None]
    return portfolios.false_go_rate([e for proposal, e in known if proposal == Proposal.GO], len(known))


class Shown(NamedTuple):
    """What a row shows beside what every list looks at. Values: to make objects took a third of a page's time."""

    steps: list[Any] | None
    points: list[Any] | None
    met: int | None
    total: int | None
    verdict: str | None
    tasks: int | None
    tasks_done: int | None
    outlook_on: date | None
    stage: str | None
    stage_ends: date | None
    lead_email: str
    sponsor_email: str
    kpi_of: str | None
    kpi: str
    kpi_name: str
    kind: str
    unit: str
    direction: str
    cadence: str
    target: float | None
    baseline: float | None


_SHOWN = tuple(
    f"summary__{name}" for name in (
        "steps", "points", "met", "total", "verdict", "tasks", "tasks_done", "outlook_on", "stage__key", "stage__ends",
        "lead__email", "sponsor__email", "kpi__strategy__key", "kpi__key", "kpi__name", "kpi__kind", "kpi__unit",
        "kpi__direction", "kpi__cadence", "kpi__target", "kpi__baseline",
    )
)  # fmt: skip


def _loaded(keys: Collection[int]) -> dict[int, Shown]:
    """Where nobody has worked an initiative out yet, the list knows no more than where it stands."""
    return {pk: Shown(*row) for pk, *row in Initiative.objects.filter(pk__in=keys).values_list("pk", *_SHOWN)}


def _row(shown: Shown, light: Light, found: Listing, asks: Mapping[int, Notice]) -> Row:
    strategy, state = found.strategies[light.strategy], found.states[light.pk]
    ladder, key, active = strategy.ladder, f"{strategy.key}/{light.key}", light.own_state == State.ACTIVE
    drawn = [Point(date.fromisoformat(day), value) for day, value in shown.points or ()]
    gate = f"{key}/{shown.stage}" if shown.stage else ""
    kpi = KpiRef(
        f"{shown.kpi_of}/{shown.kpi}", shown.kpi_name, shown.kind, shown.unit, shown.direction, shown.cadence
    ) if shown.kpi_of else None  # fmt: skip
    return Row(
        key, light.name, Who.of(light.lead, light.lead_name, shown.lead_email),
        Who.of(light.sponsor, light.sponsor_name, shown.sponsor_email), light.area_name or "",
        light.objective_name, f"{strategy.key}/{light.objective_key}", ladder.name(light.stage_key) if light.stage_key else "",
        state, [_step(each, ladder.name) for each in shown.steps or ()], kpi, drawn,
        next((point.value for point in reversed(drawn) if point.value is not None), None),
        shown.target, shown.baseline, shown.met, shown.total, light.gate_due,
        places.next_stage(ladder, light.stage_key) if active else "", gate if active else "", light.judged_to,
        gate if light.stage in asks else None, light.pk in found.mine,
        shown.tasks or 0, shown.tasks_done or 0, light.outlook or "", shown.outlook_on, listing.beside(state, light.outlook),
    )  # fmt: skip


def _step(kept: Mapping[str, Any], named: Callable[[str], str]) -> Step:
    name = named(kept["key"])
    start, end = (date.fromisoformat(kept[which]) if kept[which] else None for which in ("start", "end"))
    return Step(
        kept["key"], name, name[:1].upper(), kept["status"], start, end, kept["budget"], currency=kept["currency"]
    )


def gate_key(initiative: Initiative, stage: Stage) -> str:
    return f"{initiative.strategy.key}/{initiative.key}/{stage.key}"


def _to_decide(shown: Shown, light: Light, found: Listing, asks: Mapping[int, Notice]) -> ToDecide:
    strategy = found.strategies[light.strategy]
    ladder = strategy.ladder
    assert light.stage is not None and shown.stage is not None  # noqa: S101, PT018  # only a present stage asks
    return ToDecide(
        f"{strategy.key}/{light.key}/{shown.stage}", light.key, light.name, found.states[light.pk],
        ladder.name(shown.stage), places.next_stage(ladder, light.stage_key), shown.verdict or Outcome.UNKNOWN, shown.met or 0,
        shown.total or 0, shown.stage_ends, timezone.localdate(asks[light.stage].event.at), light.proposal or "",
    )  # fmt: skip


def _grouped(shown: Sequence[Light], rows: Sequence[Row], found: Listing) -> list[Group]:
    groups: dict[str, list[Row]] = {}
    for light, row in zip(shown, rows, strict=True):
        groups.setdefault(found.group_of(light), []).append(row)
    return [
        Group(name, name, kept, found.tallies[name].total() if name in found.tallies else len(kept),
              {state: n for state in ORDER if (n := found.tallies[name][state])} if name in found.tallies else {})
        for name, kept in groups.items()
    ]  # fmt: skip
