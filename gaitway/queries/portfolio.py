"""Where is every initiative, what is next, what needs a decision?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from gaitway.engine import portfolios
from gaitway.engine.logic import Outcome, Proposal
from gaitway.engine.stages import State
from gaitway.models import Initiative, Notice, Person, Stage, Strategy, Summary
from gaitway.queries import listing
from gaitway.queries.health import AT_RISK, NO_DATA, OFF_TRACK, ON_TRACK
from gaitway.queries.listing import ORDER, RESTING, Filters, Light, Listing
from gaitway.queries.values import KpiRef, Point, Step
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
    lead: Person | None
    sponsor: Person | None
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
        _counts(found), [_to_decide(loaded[row.pk], found.states[row.pk], asks) for row in first], len(waiting),
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


# What a row shows of what it hangs together with: a third of all, and much of a page's time goes into making objects.
_SHOWN = (
    "key", "name", "state", "stage_key", "moves", *(f"summary__{field.name}" for field in Summary._meta.concrete_fields),
    *(f"strategy__{field.name}" for field in Strategy._meta.concrete_fields), "objective__key", "objective__name", "area__name",
    *(f"summary__{who}__{name}" for who in ("lead", "sponsor") for name in ("name", "email")),
    *(f"summary__kpi__{name}" for name in
      ("key", "name", "kind", "unit", "direction", "cadence", "target", "baseline", "strategy__key")),
    "summary__stage__key", "summary__stage__ends",
)  # fmt: skip


def _loaded(keys: Collection[int]) -> dict[int, Initiative]:
    rows = Initiative.objects.filter(pk__in=keys).select_related(
        "strategy", "objective", "area", "summary__lead", "summary__sponsor", "summary__kpi__strategy", "summary__stage"
    )
    return {row.pk: row for row in rows.only(*_SHOWN)}


def _row(row: Initiative, light: Light, found: Listing, asks: Mapping[int, Notice]) -> Row:
    # Where nobody has worked it out yet, the list knows no more than where the initiative stands.
    made: Summary = getattr(row, "summary", None) or Summary(initiative=row)
    ladder, state = row.strategy.ladder, found.states[row.pk]
    active, kpi = row.state == State.ACTIVE, made.kpi
    drawn = [Point(date.fromisoformat(day), value) for day, value in made.points]
    return Row(
        f"{row.strategy.key}/{row.key}", row.name, made.lead, made.sponsor, row.area.name if row.area else "",
        row.objective.name, f"{row.strategy.key}/{row.objective.key}",
        ladder.name(row.stage_key) if row.stage_key else "", state, [_step(each, ladder.name) for each in made.steps],
        KpiRef.of(kpi) if kpi else None, drawn,
        next((point.value for point in reversed(drawn) if point.value is not None), None),
        kpi.target if kpi else None, kpi.baseline if kpi else None, made.met, made.total, made.gate_due,
        places.next_stage(row) if active else "", gate_key(row, made.stage) if active and made.stage else "", made.judged_to,
        gate_key(row, made.stage) if made.stage and made.stage_id in asks else None, row.pk in found.mine,
        made.tasks, made.tasks_done, made.outlook, made.outlook_on, listing.beside(state, light.outlook),
    )  # fmt: skip


def _step(kept: Mapping[str, Any], named: Callable[[str], str]) -> Step:
    name = named(kept["key"])
    start, end = (date.fromisoformat(kept[which]) if kept[which] else None for which in ("start", "end"))
    return Step(
        kept["key"], name, name[:1].upper(), kept["status"], start, end, kept["budget"], currency=kept["currency"]
    )


def gate_key(initiative: Initiative, stage: Stage) -> str:
    return f"{initiative.strategy.key}/{initiative.key}/{stage.key}"


def _to_decide(row: Initiative, state: str, asks: Mapping[int, Notice]) -> ToDecide:
    made = row.summary
    assert made.stage is not None and made.stage_id is not None  # noqa: S101, PT018  # only a present stage asks
    return ToDecide(
        gate_key(row, made.stage), row.key, row.name, state, row.strategy.ladder.name(made.stage.key),
        places.next_stage(row), made.verdict or Outcome.UNKNOWN, made.met or 0, made.total or 0, made.stage.ends,
        timezone.localdate(asks[made.stage_id].event.at), made.proposal,
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
