"""From the strategy over its objectives to initiatives, with two numbers that are never mixed: the work that is done, and
the outcome that is reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from gaitway.models import KeyResult, Kpi, Objective, Person, Strategy, Summary
from gaitway.queries import events, listing, observations
from gaitway.queries.listing import ORDER, Filters, Light
from gaitway.queries.values import FeedItem, KpiRef, Point, points

HISTORY = 10
PERIODS = 26  # of a key result that are drawn


@dataclass(frozen=True, slots=True)
class Reached:
    """Of key results: the share of the way from the baseline to the target, over those of which it is known. None: of
    none of them. It is never taken for work."""

    share: float | None
    known: int
    total: int


@dataclass(frozen=True, slots=True)
class Work:
    """Of tasks. It is never taken for an outcome."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Result:
    """A key result. `share`: None where the baseline, the target or a number isn't known."""

    kpi: KpiRef
    baseline: float | None
    now: float | None
    target: float
    due: date | None
    share: float | None
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Leaf:
    key: str
    name: str
    state: str
    stage: str


@dataclass(frozen=True, slots=True)
class Branch:
    key: str
    name: str
    outcome: str
    owner: Person | None
    results: Sequence[Result]
    initiatives: Sequence[Leaf]
    tally: Mapping[str, int]
    work: Work
    reached: Reached


@dataclass(frozen=True, slots=True)
class Tree:
    key: str
    name: str
    vision: str
    starts: date | None
    ends: date | None
    objectives: Sequence[Branch]
    tally: Mapping[str, int]
    work: Work
    reached: Reached


def trees(viewer: Person, today: date) -> list[Tree]:
    """Every strategy of which the viewer sees an objective. Eight queries, however large it is."""
    found = listing.listing(viewer, Filters(), today, frozenset())
    here: dict[int, list[Light]] = {}
    for row in found.kept:
        here.setdefault(row.objective, []).append(row)
    own = Objective.objects.visible_to(viewer).values("pk")
    rows = Objective.objects.filter(Q(pk__in=own) | Q(pk__in=list(here)), retired_at=None)
    objectives = list(rows.select_related("strategy", "owner").order_by("strategy__name", "position", "key"))
    work, results = _work(list(here)), _results(viewer, objectives)
    made: dict[int, tuple[Strategy, list[Branch]]] = {}
    for each in objectives:
        initiatives = here.get(each.pk, [])
        leaves = [_leaf(row, found) for row in initiatives]
        branch = Branch(
            f"{each.strategy.key}/{each.key}", each.name, each.outcome, each.owner, results.get(each.pk, []), leaves,
            _tally(leaves), _sum([work.get(row.pk, Work(0, 0)) for row in initiatives]), reached(results.get(each.pk, [])),
        )  # fmt: skip
        made.setdefault(each.strategy_id, (each.strategy, []))[1].append(branch)
    return [_tree(strategy, branches) for strategy, branches in made.values()]


def find(viewer: Person, key: str, today: date) -> tuple[Tree, Branch]:
    """One objective, `strategy/objective`, and its tree. Raises Objective.DoesNotExist."""
    for tree in trees(viewer, today):
        for branch in tree.objectives:
            if branch.key == key:
                return tree, branch
    raise Objective.DoesNotExist


def history(viewer: Person, branch: Branch) -> list[FeedItem]:
    """What happened of late in its initiatives."""
    strategy, _sep, key = branch.key.partition("/")
    rows = events.told(viewer).filter(initiative__objective__key=key, initiative__strategy__key=strategy)
    return events.items(rows.select_related("by", "strategy", "initiative__strategy").order_by("-at", "-pk")[:HISTORY])


def reached(results: Sequence[Result]) -> Reached:
    known = [each.share for each in results if each.share is not None]
    return Reached(sum(known) / len(known) if known else None, len(known), len(results))


def share(baseline: float | None, now: float | None, target: float) -> float | None:
    """Of the way from the baseline to the target, between 0 and 1, whichever way it leads."""
    if baseline is None or now is None or baseline == target:
        return None
    return min(1.0, max(0.0, (now - baseline) / (target - baseline)))


def _tree(strategy: Strategy, branches: Sequence[Branch]) -> Tree:
    everything = [result for branch in branches for result in branch.results]
    leaves = [leaf for branch in branches for leaf in branch.initiatives]
    return Tree(
        strategy.key, strategy.name, strategy.vision, strategy.starts, strategy.ends, branches, _tally(leaves),
        _sum([branch.work for branch in branches]), reached(everything),
    )  # fmt: skip


def _leaf(row: Light, found: listing.Listing) -> Leaf:
    strategy = found.strategies[row.strategy]
    stage = strategy.ladder.name(row.stage_key) if row.stage_key else ""
    return Leaf(f"{strategy.key}/{row.key}", row.name, found.states[row.pk], stage)


def _tally(leaves: Sequence[Leaf]) -> dict[str, int]:
    counted = Counter(leaf.state for leaf in leaves)
    return {state: counted[state] for state in ORDER if counted[state]}


def _sum(parts: Sequence[Work]) -> Work:
    return Work(sum(part.done for part in parts), sum(part.total for part in parts))


def _work(objectives: Sequence[int]) -> dict[int, Work]:
    """The tasks of each initiative of these objectives. One query."""
    rows = Summary.objects.filter(initiative__objective__in=objectives)
    return {pk: Work(done, total) for pk, done, total in rows.values_list("initiative", "tasks_done", "tasks")}


def _results(viewer: Person, objectives: Sequence[Objective]) -> dict[int, list[Result]]:
    """Of KPIs that the viewer may see; the others are not there."""
    seen = Kpi.objects.visible_to(viewer).values("pk")
    rows = list(
        KeyResult.objects.filter(objective__in=objectives, kpi__in=seen).select_related("kpi__strategy").order_by("pk")
    )
    series = observations.recent(list({row.kpi_id: row.kpi for row in rows}.values()), PERIODS)
    found: dict[int, list[Result]] = {}
    for row in rows:
        drawn = points(series[row.kpi_id], PERIODS) if row.kpi_id in series else []
        now = next((point.value for point in reversed(drawn) if point.value is not None), None)
        known = share(row.kpi.baseline, now, row.target)
        found.setdefault(row.objective_id, []).append(
            Result(KpiRef.of(row.kpi), row.kpi.baseline, now, row.target, row.due, known, drawn)
        )
    return found
