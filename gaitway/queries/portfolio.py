"""Where is every initiative, what is next, what needs a decision?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from gaitway.engine import portfolios
from gaitway.engine.logic import Outcome, Proposal
from gaitway.engine.periods import Cadence
from gaitway.engine.stages import State
from gaitway.models import Evaluation, Initiative, Kpi, Notice, Person, Stage, StageChange
from gaitway.queries import observations, parts
from gaitway.queries.health import AT_RISK, NO_DATA, OFF_TRACK, ON_TRACK, STATES, health
from gaitway.queries.values import Choice, KpiRef, Point, Step, points
from gaitway.queries.words import places

PAGE = 100
PERIODS = 26
RESTING = (State.PROPOSED, State.PAUSED, State.FINISHED, State.STOPPED)
ORDER = {name: place for place, name in enumerate((*STATES, *RESTING))}


@dataclass(frozen=True, slots=True)
class Counts:
    total: int
    on_track: int
    at_risk: int
    off_track: int
    no_data: int
    resting: int


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
class Filters:
    """What the address says, and what it could say. Nothing in it reaches the database as a name."""

    q: str = ""
    show: str = "all"
    stage: str = ""
    state: str = ""
    group: str = ""
    sort: str = ""
    stages: tuple[Choice, ...] = ()
    states: tuple[Choice, ...] = ()

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        def one_of(name: str, allowed: tuple[str, ...]) -> str:
            value = asked.get(name, "")
            return value if value in allowed else allowed[0]

        directions = tuple(sign + name for name in ("name", "stage", "gate", "checked") for sign in ("", "-"))
        return cls(
            q=asked.get("q", "").strip()[:100],
            show=one_of("show", ("all", "mine", "decide")),
            stage=asked.get("stage", "")[:60],
            state=one_of("state", ("", *ORDER)),
            group=one_of("group", ("", "objective", "area", "sponsor", "stage")),
            sort=one_of("sort", ("", *directions)),
        )

    @property
    def active(self) -> bool:
        return bool(self.q or self.show != "all" or self.stage or self.state)


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    name: str
    lead: Person | None
    sponsor: Person | None
    area: str
    objective: str
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
    checked: date | None
    decide: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    name: str
    rows: list[Row]


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


def portfolio(viewer: Person, filters: Filters, today: date, number: int = 1) -> Portfolio:
    """Page `number` of what the viewer sees and the filters leave, worst first."""
    initiatives = _load(viewer)
    asks = {notice.stage_id: notice for notice in _asks(viewer)}
    states = {i.pk: health(i, parts.present(i), today) for i in initiatives}
    decide = [i for i in initiatives if (stage := parts.present(i)) and stage.pk in asks]
    kept = [i for i in initiatives if _matches(i, states[i.pk], filters, viewer, decide)]
    pages = max(1, -(-len(kept) // PAGE))
    number = min(max(1, number), pages)
    rows = _sorted(kept, states, filters)[(number - 1) * PAGE : number * PAGE]
    made = _rows(rows, states, viewer, today, {i.pk for i in decide})
    tally = [states[i.pk] for i in initiatives]
    counts = Counts(
        len(tally),
        on_track=tally.count(ON_TRACK),
        at_risk=tally.count(AT_RISK),
        off_track=tally.count(OFF_TRACK),
        no_data=tally.count(NO_DATA),
        resting=sum(name in RESTING for name in tally),
    )
    waiting = [_to_decide(i, states[i.pk], asks) for i in decide]
    waiting.sort(key=lambda each: (each.proposal not in ("stop", "back"), each.due or date.max, each.since))
    options = _options(filters, initiatives, tally)
    return Portfolio(
        counts, waiting[:5], len(waiting), options, _grouped(made, filters), len(made), len(kept), number, pages,
        wrong=wrong([stage.latest for i in initiatives if (stage := parts.present(i)) and stage.latest]),
    )  # fmt: skip


def wrong(latest: Sequence[Evaluation]) -> float | None:
    """How many of the gates that are proposed to go on may be wrong, as a share, from the evidence of all."""
    judged = [(each.proposal, portfolios.evidence_of(each.findings["trigger"])) for each in latest]
    known = [(proposal, e) for proposal, e in judged if e is not None]
    return portfolios.false_go_rate([e for proposal, e in known if proposal == Proposal.GO], len(known))


def _load(viewer: Person) -> list[Initiative]:
    stages = Stage.objects.select_related("latest").prefetch_related(
        Prefetch("kpis", Kpi.objects.select_related("strategy", "whole"))
    )
    return parts.with_roles(
        Initiative.objects.visible_to(viewer)
        .current()
        .select_related("strategy", "objective", "area")
        .prefetch_related(
            Prefetch("stages", stages),
            Prefetch("changes", StageChange.objects.order_by("number")),
        )
    )


def _asks(viewer: Person) -> list[Notice]:
    open_asks = Notice.objects.visible_to(viewer).filter(level=Notice.Level.NEEDS_ME, done_at=None, stage__isnull=False)
    return list(open_asks.select_related("event").order_by("event__at"))


def _matches(initiative: Initiative, state: str, filters: Filters, viewer: Person, decide: list[Initiative]) -> bool:
    roles = parts.roles(initiative)
    if filters.show == "mine" and not any(role.person_id == viewer.pk for role in roles):
        return False
    if filters.show == "decide" and initiative not in decide:
        return False
    if filters.stage and initiative.stage_key != filters.stage:
        return False
    if filters.state and state != filters.state:
        return False
    words = [initiative.name, initiative.key, initiative.area.name if initiative.area else ""]
    words += [role.person.name for role in roles]
    return filters.q.lower() in " ".join(words).lower()


def _sorted(initiatives: list[Initiative], states: dict[int, str], filters: Filters) -> list[Initiative]:
    name, down = filters.sort.removeprefix("-"), filters.sort.startswith("-")

    def due(initiative: Initiative) -> date:
        stage = parts.present(initiative)
        return stage.ends if stage and stage.ends else date.max

    def checked(initiative: Initiative) -> date:
        stage = parts.present(initiative)
        return stage.judged_to if stage and stage.judged_to else date.min

    keys = {
        "": lambda i: (ORDER.get(states[i.pk], 99), due(i), i.name),
        "name": lambda i: (i.name.lower(),),
        "stage": lambda i: (i.strategy.ladder.keys.index(i.stage_key) if i.stage_key else -1, i.name),
        "gate": lambda i: (due(i), i.name),
        "checked": lambda i: (checked(i), i.name),
    }
    return sorted(initiatives, key=keys[name], reverse=down)


def _rows(
    initiatives: list[Initiative], states: dict[int, str], viewer: Person, today: date, decide: set[int]
) -> list[Row]:
    leads = {i.pk: parts.lead_kpi(i) for i in initiatives}
    kpis = list({kpi.pk: kpi for kpi in leads.values() if kpi}.values())
    since = {cadence: today - timedelta(days=int(PERIODS * cadence.days) + 31) for cadence in Cadence}
    series = observations.series(kpis, since=since)
    found = []
    for initiative in initiatives:
        stage, kpi = parts.present(initiative), leads[initiative.pk]
        drawn = points(series[kpi.pk], PERIODS) if kpi else []
        judged = stage.latest.findings["trigger"] if stage and stage.latest else None
        active = initiative.state == State.ACTIVE
        found.append(
            Row(
                f"{initiative.strategy.key}/{initiative.key}",
                initiative.name,
                parts.lead(initiative),
                parts.sponsor(initiative),
                initiative.area.name if initiative.area else "",
                initiative.objective.name,
                initiative.strategy.ladder.name(initiative.stage_key) if initiative.stage_key else "",
                states[initiative.pk],
                parts.steps(initiative, initiative.stages.all(), list(initiative.changes.all())),
                KpiRef.of(kpi) if kpi else None,
                drawn,
                next((point.value for point in reversed(drawn) if point.value is not None), None),
                kpi.target if kpi else None,
                kpi.baseline if kpi else None,
                sum(f["outcome"] == Outcome.MET for f in judged) if judged else None,
                len(judged) if judged else None,
                stage.ends if stage and active else None,
                places.next_stage(initiative) if active else "",
                stage.judged_to if stage and active else None,
                gate_key(initiative, stage) if stage and initiative.pk in decide else None,
                any(role.person_id == viewer.pk for role in parts.roles(initiative)),
            )
        )
    return found


def gate_key(initiative: Initiative, stage: Stage) -> str:
    return f"{initiative.strategy.key}/{initiative.key}/{stage.key}"


def _to_decide(initiative: Initiative, state: str, asks: dict[int | None, Notice]) -> ToDecide:
    stage = parts.present(initiative)
    assert stage is not None  # noqa: S101  # only initiatives whose present stage asks
    judged = stage.latest.findings["trigger"] if stage.latest else []
    return ToDecide(
        gate_key(initiative, stage), initiative.key, initiative.name, state,
        initiative.strategy.ladder.name(stage.key), places.next_stage(initiative),
        stage.latest.outcome if stage.latest else Outcome.UNKNOWN,
        sum(f["outcome"] == Outcome.MET for f in judged), len(judged), stage.ends,
        timezone.localdate(asks[stage.pk].event.at), stage.latest.proposal if stage.latest else "",
    )  # fmt: skip


def _grouped(rows: list[Row], filters: Filters) -> list[Group]:
    names: dict[str, Callable[[Row], str]] = {
        "": lambda _row: "",
        "objective": lambda row: row.objective,
        "area": lambda row: row.area or _("No area"),
        "sponsor": lambda row: row.sponsor.name if row.sponsor else _("No sponsor"),
        "stage": lambda row: row.stage_name or _("Not started"),
    }
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(names[filters.group](row), []).append(row)
    return [Group(name, name, found) for name, found in groups.items()]


def _options(filters: Filters, initiatives: list[Initiative], tally: list[str]) -> Filters:
    rungs = {rung.key: rung.name for i in initiatives for rung in i.strategy.ladder.rungs}
    here = [i.stage_key for i in initiatives]
    stages = tuple(Choice(key, name, here.count(key)) for key, name in rungs.items())
    states = tuple(Choice(name, places.state(name), tally.count(name)) for name in ORDER if name in tally)
    values = {name: getattr(filters, name) for name in ("q", "show", "stage", "state", "group", "sort")}
    return Filters(**values, stages=stages, states=states)
