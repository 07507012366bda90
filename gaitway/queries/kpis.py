"""Can I trust this number, and is it where it should be?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from gaitway.engine import periods
from gaitway.engine.evidence.single import each_period
from gaitway.engine.kpis import Kind
from gaitway.engine.series import Series, parts, ratio_of
from gaitway.engine.stages import ENTERS
from gaitway.models import Initiative, Kpi, LimitReset, Observation, Person, Stage, StageChange
from gaitway.queries import behaviour, coming, freshness, health, observations, trust
from gaitway.queries.assurance import assurances
from gaitway.queries.behaviour import BehaviourPanel, Sign
from gaitway.queries.coming import Fan
from gaitway.queries.freshness import Due
from gaitway.queries.parts import read_in
from gaitway.queries.trust import PullLine, Version
from gaitway.queries.values import Drawn, KpiRef, Mark, Point, Target, points


@dataclass(frozen=True, slots=True)
class KpiRow:
    ref: KpiRef
    definition: str
    owner: Person | None
    source: str
    now: float | None
    target: float | None
    baseline: float | None
    points: list[Point]
    last: date | None
    fresh: str
    variation: Sign
    assurance: str
    used_by: int


@dataclass(frozen=True, slots=True)
class KpiLibrary:
    rows: list[KpiRow]
    total: int
    stale: int
    no_target: int
    q: str
    show: str


@dataclass(frozen=True, slots=True)
class Revision:
    period: date
    before: float | None
    after: float | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Use:
    target: Target
    stage: str
    state: str
    role: str


@dataclass(frozen=True, slots=True)
class KpiPage:
    ref: KpiRef
    definition: str
    owner: Person | None
    now: float | None
    target: float | None
    baseline: float | None
    tolerance: float | None
    points: Sequence[Point]
    marks: list[Mark]
    fresh: str
    last: date | None
    pulled_at: datetime | None
    fault: str
    assurance: str
    source: str
    sql: str
    revisions: list[Revision]
    used_by: list[Use]
    behaviour: BehaviourPanel
    fan: Fan
    due: Due
    pulls: list[PullLine]
    log: list[Version]
    whole: Target | None
    parts: list[Target]


def library(viewer: Person, asked: Mapping[str, str], today: date) -> KpiLibrary:
    q, show = asked.get("q", "").strip()[:100], asked.get("show", "")
    show = show if show in ("stale", "misses", "no_target") else ""
    kpis = list(
        Kpi.objects.visible_to(viewer)
        .filter(retired_at=None)
        .select_related("strategy", "source", "owner")
        .annotate(uses=Count("stages__initiative", distinct=True))
        .order_by("strategy__key", "position", "key")
    )
    series, resets = observations.series(kpis, since=behaviour.since(today)), behaviour.resets(kpis)
    rows = _rows(kpis, series, resets, today)
    stale = [row for row in rows if row.fresh != "fresh"]
    bare = [row for row in rows if row.target is None]
    wanted = {"": rows, "stale": stale, "no_target": bare, "misses": [r for r in rows if r.assurance == "misses"]}[show]
    text = {id(row): f"{row.ref.name} {row.owner.name if row.owner else ''} {row.source}".lower() for row in wanted}
    return KpiLibrary([r for r in wanted if q.lower() in text[id(r)]], len(rows), len(stale), len(bare), q, show)


def page(viewer: Person, key: str, today: date) -> KpiPage:
    """By `strategy/kpi`. Raises Kpi.DoesNotExist."""
    kpi = find(viewer, key)
    series, resets = observations.series([kpi])[kpi.pk], behaviour.resets([kpi]).get(kpi.pk, [])
    uses = _uses(kpi, viewer, today)
    changes = [change for initiative, _s in uses[:1] for change in initiative.changes.all()]
    log = trust.versions(kpi)
    drawing = drawn(kpi, series, [*(marks(changes, uses[0][0]) if uses else []), *trust.marks(log)])
    (row,) = _rows([kpi], {kpi.pk: series}, {kpi.pk: resets}, today)
    return KpiPage(
        row.ref, kpi.definition, kpi.owner, row.now, kpi.target, kpi.baseline, kpi.tolerance,
        drawing.points, list(drawing.marks), row.fresh, row.last, kpi.pulled_at, kpi.pull_fault, row.assurance,
        row.source, kpi.asked or kpi.sql, _revisions(kpi), [use for _i, use in uses],
        behaviour.panel(kpi, series, resets, viewer, today, fresh=row.fresh == "fresh"),
        coming.fan(kpi, series, today, fresh=row.fresh == "fresh"),
        freshness.due(kpi, row.last, today), trust.pulls(kpi), log, _target(kpi.whole) if kpi.whole else None,
        _parts(kpi, viewer) if kpi.split_by else [],
    )  # fmt: skip


def find(viewer: Person, key: str) -> Kpi:
    """By `strategy/kpi`. Raises Kpi.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    asked = (
        Kpi.objects.visible_to(viewer)
        .filter(retired_at=None)
        .select_related("strategy", "source", "owner", "whole__strategy")
    )
    found: Kpi = asked.get(strategy__key=strategy, key=name)
    return found


def _target(kpi: Kpi) -> Target:
    return Target("kpi", f"{kpi.strategy.key}/{kpi.key}", kpi.name)


def _parts(kpi: Kpi, viewer: Person) -> list[Target]:
    parts = Kpi.objects.visible_to(viewer).filter(whole=kpi, retired_at=None).select_related("strategy")
    return [_target(part) for part in parts]


def drawn(kpi: Kpi, series: Series, marks: Sequence[Mark]) -> Drawn:
    """The last periods of a KPI, with the 95 % interval of each period where it is sampled."""
    size = len(series.values)
    shown = series.between(series.first + max(0, size - behaviour.LONGEST), series.first + size - 1) if size else series
    low, high = (side.tolist() for side in each_period(shown))
    samples = parts(shown.spec.kind, shown.values)[1].tolist()
    sampled = kpi.kind in (Kind.PROPORTION, Kind.MEAN)
    plain = [
        Point(p.day, p.value, _known(low[i]), _known(high[i]), _known(samples[i]) if sampled else None)
        for i, p in enumerate(points(shown))
    ]
    visible = [mark for mark in marks if plain and plain[0].day <= mark.day]
    return Drawn(
        KpiRef.of(kpi), plain, kpi.target, kpi.baseline, visible, kpi.source.key if kpi.source else "",
        last(series), kpi.owner,
    )  # fmt: skip


def marks(changes: Sequence[StageChange], initiative: Initiative) -> list[Mark]:
    ladder = initiative.ladder
    return [Mark(change.effective_on, ladder.name(change.to_stage)) for change in changes if change.move in ENTERS]


def _rows(
    kpis: Sequence[Kpi], series: Mapping[int, Series], resets: Mapping[int, Sequence[LimitReset]], today: date
) -> list[KpiRow]:
    fresh = [freshness.state(last(series[kpi.pk]), series[kpi.pk].spec.cadence, today) for kpi in kpis]
    sure = assurances([(series[kpi.pk], state != "stale") for kpi, state in zip(kpis, fresh, strict=True)])
    return [
        _row(kpi, series[kpi.pk], resets.get(kpi.pk, []), today, *each)
        for kpi, *each in zip(kpis, fresh, sure, strict=True)
    ]


def _row(kpi: Kpi, series: Series, resets: Sequence[LimitReset], today: date, fresh: str, assurance: str) -> KpiRow:
    shown = points(series, 26)
    now = next((point.value for point in reversed(shown) if point.value is not None), None)
    changed = behaviour.variation(behaviour.judged(series, resets, today), fresh=fresh == "fresh")
    return KpiRow(
        KpiRef.of(kpi), kpi.definition, kpi.owner, kpi.source.key if kpi.source else "", now, kpi.target, kpi.baseline,
        shown, last(series), fresh, changed, assurance, getattr(kpi, "uses", 0),
    )  # fmt: skip


def last(series: Series) -> date | None:
    return periods.end(series.last, series.spec.cadence) if series.last is not None else None


def _known(value: float) -> float | None:
    return value if value == value else None  # NaN is not known


def _revisions(kpi: Kpi) -> list[Revision]:
    """The newest 50 numbers that changed after they were first recorded."""
    changed = (
        Observation.objects.filter(kpi=kpi, revision__gt=1).select_related("by").order_by("-recorded_at", "-period")
    )
    rows = list(changed[:50])
    before = {
        (o.period, o.revision): o for o in Observation.objects.filter(kpi=kpi, period__in={row.period for row in rows})
    }
    found = []
    for row in rows:
        was = before.get((row.period, row.revision - 1))
        found.append(Revision(row.period, _value(kpi, was), _value(kpi, row), row.recorded_at, row.by.name))
    return found


def _value(kpi: Kpi, row: Observation | None) -> float | None:
    import numpy as np

    from gaitway.engine.kpis import NUMBERS

    if row is None:
        return None
    numbers = [getattr(row, name) for name in NUMBERS[Kind(kpi.kind)]]
    if numbers[0] is None:
        return None
    value = float(ratio_of(*parts(Kind(kpi.kind), np.array([numbers], dtype=float)))[0])
    return value if value == value else None


def _uses(kpi: Kpi, viewer: Person, today: date) -> list[tuple[Initiative, Use]]:
    stages = (
        Stage.objects.visible_to(viewer)
        .filter(Q(kpis=kpi) | Q(kpis__whole=kpi), initiative__retired_at=None)
        .select_related("initiative__strategy", "latest")
        .prefetch_related(
            Prefetch("kpis", Kpi.objects.select_related("whole")),
            Prefetch("initiative__changes", StageChange.objects.order_by("number")),
            Prefetch("initiative__stages", Stage.objects.select_related("latest")),
        )
        .order_by("initiative__position", "pk")
        .distinct()
    )
    found = []
    for stage in stages:
        initiative = stage.initiative
        here = next((each for each in initiative.stages.all() if each.key == initiative.stage_key), None)
        name = initiative.ladder.name(stage.key)
        role = {
            "trigger": _("Trigger of %(stage)s"), "guardrail": _("Guardrail of %(stage)s"),
        }.get(read_in(stage, kpi), _("Stop rule of %(stage)s"))  # fmt: skip
        target = Target("initiative", f"{initiative.strategy.key}/{initiative.key}", initiative.name)
        found.append((initiative, Use(target, name, health.health(initiative, here, today), role % {"stage": name})))
    return found
