"""What are we doing this week? Columns of cards: counted in the database, and only those that are shown are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils import timezone

from gaitway.engine.stages import State
from gaitway.models import Initiative, Person, Role, Stage, Strategy, Task, TaskItem
from gaitway.models.among import among
from gaitway.models.visible import VisibleQuerySet
from gaitway.queries import rights, tasks
from gaitway.queries.values import Choice, Who
from gaitway.queries.words import work as words

STATES = tuple(Task.State.values)  # the columns, in their order
OPEN = STATES[:3]
CARDS, PAGE = 50, 200  # of a column among others, and of one alone
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says. `column`: one alone, in pages. Nothing in it reaches the database as a name."""

    q: str = ""
    show: str = "team"
    owner: str = ""
    initiative: str = ""
    objective: str = ""
    strategy: str = ""
    stage: str = ""
    column: str = ""
    page: int = 1

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        def short(name: str) -> str:
            return asked.get(name, "").strip()[:130].replace("\0", "")

        page, column = asked.get("page", ""), short("column")
        return cls(
            q=short("q"), show="mine" if asked.get("show") == "mine" else "team", owner=short("owner"),
            initiative=short("initiative"), objective=short("objective"), strategy=short("strategy"),
            stage=short("stage"), column=column if column in STATES else "",
            page=int(page) if page.isdecimal() and 0 < len(page) < 6 and int(page) else 1,
        )  # fmt: skip

    @property
    def active(self) -> bool:
        return replace(self, column="", page=1) != Filters(strategy=self.strategy)


@dataclass(frozen=True, slots=True)
class Card:
    """`stale`: for how many days it has stood there, where that is long. `can_move`: by the viewer."""

    pk: int
    name: str
    owner: Who | None
    due: date | None
    late: bool
    initiative_key: str
    initiative: str
    stale: int | None
    points: int
    points_done: int
    can_move: bool


@dataclass(frozen=True, slots=True)
class Column:
    """`count` are those that the filters leave, `total` all that the viewer sees; `more`: how many aren't shown."""

    state: str
    name: str
    cards: list[Card]
    count: int
    total: int
    limit: int | None
    more: int

    @property
    def over(self) -> bool:
        return self.limit is not None and self.total > self.limit


@dataclass(frozen=True, slots=True)
class Board:
    filters: Filters
    columns: list[Column]
    doers: int
    late: int
    owners: list[Choice]
    initiatives: list[Choice]
    objectives: list[Choice]
    strategies: list[Choice]
    stages: list[Choice]
    can_add: list[Choice]
    limits_of: Strategy | None
    can_limit: bool
    pages: int

    @property
    def total(self) -> int:
        return sum(column.total for column in self.columns)

    def column(self, state: str) -> Column:
        return next(column for column in self.columns if column.state == state)


def board(viewer: Person, filters: Filters, now: datetime) -> Board:
    today = timezone.localdate(now)
    shown = _initiatives(viewer)
    known = {row.pk: row for row in Strategy.objects.filter(pk__in={row.strategy for row in shown})}
    strategies = {row.strategy: known[row.strategy] for row in shown}  # in the order of the initiatives
    chosen = [row for row in shown if not filters.strategy or strategies[row.strategy].key == filters.strategy]
    works = _works_in(viewer, chosen)
    base = _base(chosen, filters, today)
    left = _left(viewer, chosen, filters)
    counts = _counts(base, left, today)
    one = [strategies[pk] for pk in dict.fromkeys(row.strategy for row in chosen)]
    limits_of = one[0] if len(one) == 1 else None
    names = {row.pk: row for row in chosen}
    wanted = [filters.column] if filters.column else STATES
    size = PAGE if filters.column else CARDS
    begin = (filters.page - 1) * size if filters.column else 0
    rows = {
        state: _rows(base.column(state).filter(left), state, begin, size) if counts[state].count else []
        for state in wanted
    }
    points = _points(task.pk for found in rows.values() for task in found)
    columns = [
        Column(
            state, words.state(state),
            [_card(task, names[task.initiative], viewer, works, points, today, now) for task in rows[state]],
            counts[state].count, counts[state].total, limits_of.limits.get(state) if limits_of else None,
            max(0, counts[state].count - begin - len(rows[state])),
        )
        for state in wanted
    ]  # fmt: skip
    alone = counts[filters.column].count if filters.column else 0
    return Board(
        filters, columns, counts[Task.State.DOING].doers, sum(each.late for each in counts.values()),
        _owners(counts.values()), [Choice(row.key, row.name) for row in chosen],
        _once((row.objective_key, row.objective) for row in chosen),
        [Choice(row.key, row.name) for row in strategies.values()] if len(strategies) > 1 else [],
        _once((rung.key, rung.name) for row in one for rung in row.ladder.rungs),
        [Choice(row.key, row.name) for row in chosen if row.pk in works and row.stage_key],
        limits_of, limits_of is not None and rights.may_limit(viewer, limits_of), max(1, -(-alone // PAGE)),
    )  # fmt: skip


@dataclass(slots=True)
class _Counted:
    count: int = 0
    total: int = 0
    late: int = 0
    doers: int = 0
    owners: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Base:
    open_: VisibleQuerySet[Task]
    done: VisibleQuerySet[Task]

    def column(self, state: str) -> VisibleQuerySet[Task]:
        return self.done if state == Task.State.DONE else self.open_.filter(state=state)


class _Of(NamedTuple):
    """An initiative as far as the board looks at it. `key` and `objective_key` with that of their strategy."""

    key: str
    objective_key: str
    pk: int
    strategy: int
    name: str
    objective: str
    state: str
    stage_key: str


class _Task(NamedTuple):
    pk: int
    initiative: int
    name: str
    state: str
    due: date | None
    done_on: date | None
    moved_at: datetime | None
    owner: int | None
    owner_name: str | None
    owner_email: str | None


def _initiatives(viewer: Person) -> list[_Of]:
    rows = Initiative.objects.visible_to(viewer).current()
    rows = rows.order_by("strategy__name", "objective__position", "position", "key")
    found = rows.values_list(
        "strategy__key", "key", "objective__key", "pk", "strategy", "name", "objective__name", "state", "stage_key"
    )
    return [
        _Of(f"{of}/{key}", f"{of}/{objective}", pk, strategy, name, objective_name, state, stage)
        for of, key, objective, pk, strategy, name, objective_name, state, stage in found
    ]


def _works_in(viewer: Person, rows: Sequence[_Of]) -> set[int]:
    if viewer.sees_all:
        return {row.pk for row in rows}
    kinds = (Role.Kind.SPONSOR, Role.Kind.LEAD, Role.Kind.CONTRIBUTOR)
    return set(Initiative.objects.filter(rights.held_by(viewer, *kinds)).values_list("pk", flat=True))


def _base(rows: Sequence[_Of], filters: Filters, today: date) -> _Base:
    """The tasks of the columns, before the filters: of initiatives that are active, and what was done this week."""
    monday = today - timedelta(days=today.weekday())
    tasks_ = Task.objects.filter(retired_at=None)
    running = [row.pk for row in rows if row.state == State.ACTIVE]
    active = tasks_.alias(of=F("initiative_id") + 0).filter(of__in=among(running))
    # By their numbers: the database would ask anew for each task.
    stages = Stage.objects.filter(initiative__in=among(running))
    wanted = stages.filter(key=filters.stage) if filters.stage else stages.filter(key=F("initiative__stage_key"))
    here = Q(stage__in=among(wanted.order_by().values_list("pk", flat=True)))
    open_ = active.filter(here if filters.stage else here | Q(state__in=tasks.BEGUN))
    done = tasks_.filter(initiative__in=among([row.pk for row in rows]), state=Task.State.DONE, done_on__gte=monday)
    done = done.filter(stage__key=filters.stage) if filters.stage else done
    return _Base(open_.filter(state__in=OPEN), done)


def _left(viewer: Person, rows: Sequence[_Of], filters: Filters) -> Q:
    """What the other filters leave."""
    left = Q()
    if filters.show == "mine":
        left &= Q(owner=viewer)
    if filters.owner:
        left &= Q(owner=None) if filters.owner == NOBODY else Q(owner__email=filters.owner)
    named = [
        row.pk
        for row in rows
        if (not filters.initiative or row.key == filters.initiative)
        and (not filters.objective or row.objective_key == filters.objective)
    ]
    if filters.initiative or filters.objective:
        left &= Q(initiative__in=named)
    if filters.q:
        alike = [row.pk for row in rows if filters.q.casefold() in row.name.casefold()]
        left &= Q(name__icontains=filters.q) | Q(owner__name__icontains=filters.q) | Q(initiative__in=alike)
    return left


def _counts(base: _Base, left: Q, today: date) -> dict[str, _Counted]:
    """One query for what is open, one for what is done: by column and owner."""
    found = {state: _Counted() for state in STATES}
    for rows in (base.open_, base.done):
        grouped = rows.order_by().values("state", "owner")
        late = Count("pk", filter=left & Q(done_on=None, due__lt=today))
        for row in grouped.annotate(total=Count("pk"), count=Count("pk", filter=left), late=late):
            here = found[row["state"]]
            here.total += row["total"]
            here.count += row["count"]
            here.late += row["late"]
            here.doers += bool(row["count"] and row["owner"])
            here.owners |= {row["owner"]} if row["owner"] else set()
    return found


def _rows(rows: VisibleQuerySet[Task], state: str, begin: int, size: int) -> list[_Task]:
    order = ("-moved_at", "-pk") if state == Task.State.DONE else ("rank", "pk")
    found = rows.order_by(*order).values_list(
        "pk", "initiative", "name", "state", "due", "done_on", "moved_at", "owner", "owner__name", "owner__email"
    )
    return [_Task(*row) for row in found[begin : begin + size]]


def _points(shown: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Task to how many points it has, and how many are done."""
    rows = TaskItem.objects.filter(task__in=among(list(shown))).order_by().values_list("task")
    return {pk: (n, done) for pk, n, done in rows.annotate(n=Count("pk"), done=Count("done_on"))}


def _card(
    task: _Task, initiative: _Of, viewer: Person, works: set[int], points: Mapping[int, tuple[int, int]],
    today: date, now: datetime,
) -> Card:  # fmt: skip
    of, done = points.get(task.pk, (0, 0))
    return Card(
        task.pk, task.name, Who.of(task.owner, task.owner_name, task.owner_email), task.due, tasks.late(task, today),
        initiative.key, initiative.name, tasks.stale_days(task, now), of, done,
        task.initiative in works or task.owner == viewer.pk,
    )  # fmt: skip


def _owners(counts: Iterable[_Counted]) -> list[Choice]:
    wanted = set().union(*(each.owners for each in counts))
    rows = Person.objects.filter(pk__in=among(wanted)).order_by("name", "email").values_list("email", "name")
    return [Choice(email, name or email) for email, name in rows]


def _once(pairs: Iterable[tuple[str, str]]) -> list[Choice]:
    return [Choice(value, label) for value, label in dict(pairs).items()]
