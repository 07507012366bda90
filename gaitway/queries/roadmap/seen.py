"""The initiatives that the viewer sees, as far as the roadmap looks at them. Values in few queries, however many there are:
ten thousand objects of the database's models took most of the page's time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from gaitway.engine.stages import Ladder
from gaitway.models import Evaluation, Initiative, Milestone, Person, Role, Stage, StageChange, Strategy
from gaitway.models.among import among
from gaitway.queries.values import Who


@dataclass(slots=True)
class Dated:
    """A stage. Its dates may be moved, in memory alone."""

    initiative: int
    pk: int
    key: str
    starts: date | None
    ends: date | None
    budget: Decimal | None
    currency: str
    latest_id: int | None
    latest: Evaluation | None = None


class Changed(NamedTuple):
    initiative: int
    move: str
    from_stage: str
    to_stage: str
    effective_on: date


class Planned(NamedTuple):
    """A milestone."""

    initiative: int
    pk: int
    name: str
    on: date
    done_on: date | None


class Held(NamedTuple):
    """A role, of the initiative itself or of its area."""

    initiative: int | None
    area: int | None
    role: str
    who: Who


class Told(NamedTuple):
    """What the table of initiatives says, in its order."""

    pk: int
    key: str
    name: str
    strategy: int
    objective_key: str
    objective: str
    area_pk: int | None
    area: str
    state: str
    stage_key: str
    stage_since: date | None


@dataclass(frozen=True, slots=True)
class Seen:
    pk: int
    key: str
    name: str
    strategy: Strategy
    ladder: Ladder
    objective_key: str
    objective: str
    area: str
    state: str
    stage_key: str
    stage_since: date | None
    stages: list[Dated] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    milestones: list[Planned] = field(default_factory=list)
    people: list[Held] = field(default_factory=list)

    @property
    def whole_key(self) -> str:
        return f"{self.strategy.key}/{self.key}"

    @property
    def sponsor(self) -> Who | None:
        return self._person(Role.Kind.SPONSOR)

    @property
    def lead(self) -> Who | None:
        return self._person(Role.Kind.LEAD)

    @property
    def present(self) -> Dated | None:
        return next((stage for stage in self.stages if stage.key == self.stage_key), None)

    def _person(self, role: str) -> Who | None:
        """Its own, else that of its area: those come last."""
        return next((held.who for held in self.people if held.role == role), None)


def load(viewer: Person) -> list[Seen]:
    """All that the viewer sees, in their order. Six queries."""
    told = [
        Told(*row)
        for row in Initiative.objects.visible_to(viewer).current().order_by("position", "key").values_list(
            "pk", "key", "name", "strategy", "objective__key", "objective__name", "area", "area__name", "state", "stage_key",
            "stage_since",
        )
    ]  # fmt: skip
    strategies = {row.pk: row for row in Strategy.objects.filter(pk__in={each.strategy for each in told})}
    ladders = {pk: strategy.ladder for pk, strategy in strategies.items()}
    here = Q(initiative__in=among(each.pk for each in told))
    stages, changes, milestones = (defaultdict(list) for _ in range(3))
    names = ("initiative", "pk", "key", "starts", "ends", "budget", "currency", "latest")
    for stage in (Dated(*row) for row in Stage.objects.filter(here).values_list(*names)):
        stages[stage.initiative].append(stage)
    rows = StageChange.objects.filter(here).order_by("number")
    for change in map(Changed._make, rows.values_list(*Changed._fields)):
        changes[change.initiative].append(change)
    marks = Milestone.objects.filter(here, retired_at=None)
    for mark in map(Planned._make, marks.values_list(*Planned._fields)):
        milestones[mark.initiative].append(mark)
    own, of_area = _held(told, here)
    return [
        Seen(
            each.pk, each.key, each.name, strategies[each.strategy], ladders[each.strategy], each.objective_key, each.objective,
            each.area or "", each.state, each.stage_key, each.stage_since, stages[each.pk], changes[each.pk],
            milestones[each.pk], [*own.get(each.pk, ()), *of_area.get(each.area_pk or 0, ())],
        )
        for each in told
    ]  # fmt: skip


def _held(told: Sequence[Told], here: Q) -> tuple[dict[int, list[Held]], dict[int, list[Held]]]:
    """By initiative and by area."""
    areas = Q(area__in=among({each.area_pk for each in told if each.area_pk}))
    rows = Role.objects.filter(here | areas).order_by("pk")
    own: dict[int, list[Held]] = {}
    of_area: dict[int, list[Held]] = {}
    names = ("initiative", "area", "role", "person", "person__name", "person__email")
    for initiative, area, role, *person in rows.values_list(*names):
        held = Held(initiative, area, role, Who(*person))
        (own if initiative else of_area).setdefault(initiative or area, []).append(held)
    return own, of_area


def judge(seen: Iterable[Seen]) -> None:
    """Gives the present stages of these their latest evaluations. One query."""
    here = [stage for each in seen if (stage := each.present) and stage.latest_id]
    latest = Evaluation.objects.defer("spec").in_bulk([stage.latest_id for stage in here])
    for stage in here:
        stage.latest = latest.get(stage.latest_id or 0)
