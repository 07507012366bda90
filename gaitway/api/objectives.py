"""From the strategy over its objectives to initiatives. Work and outcome are two numbers, never mixed."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from gaitway.queries import objectives as asked

from .values import FeedItem, KpiRef, Out, Person, Point, viewer

router = Router()


class Work(Out):
    """Of tasks. It is never taken for an outcome."""

    done: int
    total: int


class Reached(Out):
    """Of key results: the share of the way from the baseline to the target, over those of which it is known."""

    share: float | None
    known: int
    total: int


class KeyResultNow(Out):
    kpi: KpiRef
    baseline: float | None
    now: float | None
    target: float
    due: date | None
    share: float | None
    points: list[Point]


class Leaf(Out):
    initiative_id: str = Field(validation_alias="key")
    name: str
    state: str
    stage: str


class ObjectiveBranch(Out):
    """`tally`: how many of its initiatives stand how."""

    objective_id: str = Field(validation_alias="key")
    name: str
    outcome: str
    owner: Person | None
    key_results: list[KeyResultNow] = Field(validation_alias="results")
    initiatives: list[Leaf]
    tally: dict[str, int]
    work: Work
    reached: Reached


class StrategyTree(Out):
    strategy_id: str = Field(validation_alias="key")
    name: str
    vision: str
    starts: date | None
    ends: date | None
    objectives: list[ObjectiveBranch]
    tally: dict[str, int]
    work: Work
    reached: Reached


class ObjectiveStanding(ObjectiveBranch):
    """`history`: the last ten things that happened in its initiatives."""

    strategy: str
    history: list[FeedItem]


@router.get("/objectives", response=list[StrategyTree])
def trees(request: HttpRequest) -> list[asked.Tree]:
    """Every strategy with its objectives: the work that is done, and the outcome that is reached."""
    return asked.trees(viewer(request), timezone.localdate())


@router.get("/objectives/{pair:objective_id}", response=ObjectiveStanding)
def one(request: HttpRequest, objective_id: str) -> dict[str, object]:
    person = viewer(request)
    tree, branch = asked.find(person, objective_id, timezone.localdate())
    names = ("key", "name", "outcome", "owner", "results", "initiatives", "tally", "work", "reached")
    said = {name: getattr(branch, name) for name in names}
    return {**said, "strategy": tree.name, "history": asked.history(person, branch)}
