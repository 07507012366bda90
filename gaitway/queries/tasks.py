"""Tasks: which there are, what they serve, and why they matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db.models import Count, F, Q

from gaitway.engine import triggers
from gaitway.engine.logic import Outcome
from gaitway.engine.stages import State
from gaitway.models import Initiative, Person, Stage, Task
from gaitway.models.visible import VisibleQuerySet
from gaitway.queries import parts
from gaitway.queries.gates import parsed
from gaitway.queries.health import OFF_TRACK, health
from gaitway.queries.words import places
from gaitway.queries.words import work as words

BEGUN = (Task.State.DOING, Task.State.WAITING)
RULES = ("trigger", "stop", "guardrail")


@dataclass(frozen=True, slots=True)
class Sight:
    """The line of sight of a task: from it to what the strategy wants. `here`: its stage is the present one."""

    initiative_key: str
    initiative: str
    stage: str
    here: bool
    objective_key: str
    objective: str
    strategy: str
    state: str


def seen(viewer: Person) -> VisibleQuerySet[Task]:
    """Those that are on the plan, of initiatives that are."""
    shown = Initiative.objects.visible_to(viewer).current()
    return Task.objects.filter(initiative__in=shown.values("pk"), retired_at=None)


def at_hand() -> Q:
    """The tasks of the stages in which initiatives are, and those that somebody has begun."""
    present = Stage.objects.filter(key=F("initiative__stage_key"), initiative__state=State.ACTIVE)
    return Q(stage__in=present.values("pk")) | Q(state__in=BEGUN)


def find(viewer: Person, pk: int, *, retired: bool = False) -> Task:
    """With what actions need. Raises Task.DoesNotExist. `retired`: also one that is off the plan."""
    rows = Task.objects.visible_to(viewer).select_related(
        "owner", "accountable", "stage", "initiative__strategy", "initiative__objective", "initiative__area"
    )
    return rows.get(pk=pk) if retired else rows.get(pk=pk, retired_at=None)


def stage_name(stage: Stage) -> str:
    ladder = stage.initiative.ladder
    return ladder.name(stage.key) if stage.key in ladder.keys else stage.key


def named_in_rules(task: Task) -> bool:
    """Whether a rule of its stage waits for it by its name."""
    return task.name in _named(task.stage)


def counts_tasks(stage: Stage) -> bool:
    """Whether a rule of the stage asks how its tasks are."""
    return _asks_for_all(stage) or bool(_named(stage))


def sight(task: Task, today: date) -> Sight:
    """Of a task whose initiative was loaded by `with_stages`."""
    initiative = task.initiative
    here = parts.present(initiative)
    return Sight(
        key_of(initiative), initiative.name, stage_name_of(task), task.stage_id == (here.pk if here else None),
        initiative.objective.key, initiative.objective.name, initiative.strategy.name, health(initiative, here, today),
    )  # fmt: skip


def stage_name_of(task: Task) -> str:
    task.stage.initiative = task.initiative
    return stage_name(task.stage)


def key_of(initiative: Initiative) -> str:
    return f"{initiative.strategy.key}/{initiative.key}"


def open_by_stage(stages: Iterable[int]) -> dict[int, int]:
    """How many tasks of each of these stages are open."""
    rows = Task.objects.filter(stage__in=list(stages), retired_at=None).exclude(state=Task.State.DONE)
    return dict(rows.order_by().values_list("stage").annotate(n=Count("pk")))


def why(task: Task, today: date, open_here: Mapping[int, int]) -> str:
    """Why it matters, in one sentence. Of a task as `sight` takes it; `open_here` as `open_by_stage` gives it."""
    initiative, stage = task.initiative, task.stage
    here = parts.present(initiative)
    if here is None or initiative.state != State.ACTIVE:
        return words.serves(initiative.objective.name)
    if stage.pk != here.pk:
        ladder = initiative.ladder
        later = (
            stage.key in ladder.keys
            and here.key in ladder.keys
            and ladder.position(stage.key) > ladder.position(here.key)
        )
        return words.ahead(stage_name_of(task)) if later else words.serves(initiative.objective.name)
    to = places.next_stage(initiative.ladder, initiative.stage_key)
    if task.name in _named(here, "trigger"):
        return words.waits_by_name(to)
    if _asks_for_all(here, "trigger"):
        return words.waits_for_all(to, open_here.get(stage.pk, 1))
    if health(initiative, here, today) == OFF_TRACK:
        return words.off_track(initiative.name)
    found = here.latest.findings["trigger"] if here.latest else []
    if found:
        return words.gate(to, sum(f["outcome"] == Outcome.MET for f in found), len(found), here.ends)
    return words.serves(initiative.objective.name)


class Dated(Protocol):
    """A task, or as much of it as a card shows."""

    @property
    def state(self) -> str: ...
    @property
    def due(self) -> date | None: ...
    @property
    def done_on(self) -> date | None: ...
    @property
    def moved_at(self) -> datetime | None: ...


def late(task: Dated, today: date) -> bool:
    return task.done_on is None and task.due is not None and task.due < today


def stale_days(task: Dated, now: datetime) -> int | None:
    """For how many days it has stood in its column, where that is long; None where it isn't, or nobody knows."""
    limit = STALE.get(task.state)
    if limit is None or task.moved_at is None:
        return None
    days = (now - task.moved_at).days
    return days if days >= limit else None


STALE = {Task.State.DOING.value: 7, Task.State.WAITING.value: 7, Task.State.TO_DO.value: 30}  # days


def _named(stage: Stage, *rules: str) -> set[str]:
    return {leaf.name for leaf in _done(stage, *rules) if leaf.what == "task" and leaf.name}


def _asks_for_all(stage: Stage, *rules: str) -> bool:
    return any(leaf.what == "tasks" for leaf in _done(stage, *rules))


def _done(stage: Stage, *rules: str) -> list[triggers.Done]:
    found = [parsed(getattr(stage, rule)) for rule in rules or RULES]
    leaves = [leaf for rule in found if rule for leaf in triggers.criteria(rule)]
    return [leaf for leaf in leaves if isinstance(leaf, triggers.Done)]
