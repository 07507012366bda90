"""What changed of late, and who may hear of it. Changes are found by the numbers of new rows, so that it doesn't matter
which process wrote them; a topic is the name of something that a page shows, never its content."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet

from gaitway.models import (
    Delegation,
    Evaluation,
    Event,
    Forecast,
    Initiative,
    Job,
    Kpi,
    Notice,
    Observation,
    Person,
    Pull,
    Review,
    ReviewItem,
    Role,
    Stage,
)  # fmt: skip

# The tables that only grow, and whose new rows are what happened.
TABLES: tuple[type[Model], ...] = (Observation, Evaluation, Event, Notice, Forecast, Pull)
MOST = 5_000  # new rows at once, above which everybody is told to look again
RECENT = 100  # numbers before the first look, of which some may still be on their way
PATIENCE = 240  # looks for which a number that was skipped may still appear: a transaction that commits late

_NEWEST = ", ".join(f"(select max(id) from {table._meta.db_table})" for table in TABLES)  # noqa: S608  # our own tables

Mark = tuple[int, ...]
Gap = tuple[int, int, int]  # the first and the last number that were skipped, and how many more looks they get


def mark() -> Mark:
    """The newest number of each of TABLES: what was known by then."""
    return _ask(_NEWEST, [])


def start(viewer: Person) -> tuple[Mark, int, bool, bool]:
    """As a page is begun: the mark, how many things need the viewer, whether the house is held, and whether
    the viewer has pinned views. One query."""
    open_ = "done_at is null and later_until is null"
    waiting = f"(select count(*) from gaitway_notice where person_id = %s and level = %s and {open_})"  # noqa: S608  # no value in it
    held = "(select count(*) from gaitway_hold where released_at is null)"
    pins = "(select count(*) from gaitway_pin where person_id = %s)"
    asked = [viewer.pk, Notice.Level.NEEDS_ME.value, viewer.pk]
    *newest, needs, holds, pinned = _ask(f"{_NEWEST}, {waiting}, {held}, {pins}", asked)
    return tuple(newest), needs, bool(holds), bool(pinned)


def _ask(columns: str, values: list[Any]) -> Mark:
    with connection.cursor() as cursor:
        cursor.execute(f"select {columns}", values)
        return tuple(each or 0 for each in cursor.fetchone())


@dataclass
class Changes:
    """By what they concern: numbers of KPIs, initiatives, stages and events, and of people with a new notice."""

    kpis: set[int] = field(default_factory=set)
    initiatives: set[int] = field(default_factory=set)
    stages: set[int] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    reviews: set[int] = field(default_factory=set)
    sources: bool = False
    everything: bool = False  # too much to name

    def __bool__(self) -> bool:
        groups = (self.kpis, self.initiatives, self.stages, self.events, self.people, self.reviews)
        return self.everything or self.sources or any(groups)


class Watch:
    """Looks for what is new since the last look. PostgreSQL may commit a lower number after a higher one: numbers that
    were skipped are looked for again, for a while."""

    def __init__(self) -> None:
        self.mark = mark()
        recent = ((table, (max(new - RECENT, 1), new, PATIENCE)) for table, new in zip(TABLES, self.mark, strict=True))
        self._gaps = {table: _read(table, [gap], Changes()) for table, gap in recent if gap[1]}
        self._pulls = _pulls()
        self._reviews = _reviews()

    def look(self) -> Changes:
        before, self.mark = self.mark, mark()
        found = Changes()
        for table, old, new in zip(TABLES, before, self.mark, strict=True):
            gaps = [gap for gap in self._gaps.pop(table, []) if gap[2]]
            asked = [*gaps, (old + 1, new, PATIENCE)] if new > old else gaps
            if asked:
                self._gaps[table] = _read(table, asked, found)
        pulls = _pulls()
        found.sources |= pulls != self._pulls
        self._pulls = pulls
        reviews = _reviews()
        found.reviews |= {pk for pk, _ in set(reviews.items()) ^ set(self._reviews.items())}
        self._reviews = reviews
        return found


def _read(table: type[Model], asked: list[Gap], found: Changes) -> list[Gap]:
    """Notes the rows with these numbers, and returns the numbers that aren't there (yet)."""
    between = Q()
    for first, last, _ in asked:
        between |= Q(pk__range=(first, last))
    columns = {Observation: "kpi", Evaluation: "stage", Event: "initiative", Notice: "person", Pull: "kpi"}
    names = ("kpi", "stage") if table is Forecast else (columns[table],)
    rows = list(table._default_manager.filter(between).order_by("pk").values_list("pk", *names)[: MOST + 1])
    if len(rows) > MOST:
        found.everything = True
        return []
    for pk, *about in rows:
        _note(table, pk, about, found)
    there = [row[0] for row in rows]
    return [gap for first, last, looks in asked for gap in _missing(first, last, looks - 1, there)]


def _missing(first: int, last: int, looks: int, there: Iterable[int]) -> Iterator[Gap]:
    for pk in there:
        if first <= pk <= last:
            if pk > first:
                yield first, pk - 1, looks
            first = pk + 1
    if first <= last:
        yield first, last, looks


def _note(table: type[Model], pk: int, about: list[Any], found: Changes) -> None:
    if table is Event:
        found.events.add(pk)
        if about[0]:
            found.initiatives.add(about[0])
        return
    into = {Observation: (found.kpis,), Evaluation: (found.stages,), Notice: (found.people,), Pull: (found.kpis,)}
    for group, number in zip(into.get(table, (found.kpis, found.stages)), about, strict=True):
        if number:
            group.add(number)
    found.sources |= table is Pull


def _pulls() -> dict[int, tuple[object, ...]]:
    """How far each pull is that somebody may be waiting for."""
    waiting = Job.objects.filter(kind=Job.Kind.PULL, finished_at=None)
    rows = waiting.values_list("pk", "lease_until", "done", "steps", "attempt", "cancelled_at", "dead_at")
    # A lease that is only prolonged is no news.
    return {pk: (lease is None, *rest) for pk, lease, *rest in rows}


def _reviews() -> dict[int, int]:
    """The reviews that go on, and how often each has changed."""
    return dict(Review.objects.filter(ended_at=None).order_by().values_list("pk", "changes"))


@dataclass(frozen=True)
class Topics:
    """Changes under the names that pages use, ready to be told to whom they concern."""

    kpis: dict[int, str]
    initiatives: dict[int, list[str]]
    events: frozenset[int]
    people: frozenset[int]
    reviews: frozenset[int]
    sources: bool
    applied: bool  # something about the strategy itself

    @classmethod
    def of(cls, changes: Changes) -> Topics:
        gates = Stage.objects.filter(
            Q(pk__in=changes.stages)
            | Q(initiative__in=changes.initiatives)
            | Q(kpis__in=changes.kpis)
            | Q(initiative__spending__in=changes.kpis)
        )
        initiatives: dict[int, list[str]] = {}
        rows = gates.order_by().values_list("initiative", "initiative__strategy__key", "initiative__key", "key")
        for pk, strategy, initiative, stage in rows.distinct():
            name = f"{strategy}/{initiative}"
            topics = initiatives.setdefault(pk, [f"initiative {name}"])
            topics.append(f"gate {name}/{stage}")
        of_tasks = Event.objects.filter(pk__in=changes.events, kind__in=Event.OF_TASKS, initiative__isnull=False)
        told = of_tasks.order_by().values_list(
            "initiative", "initiative__strategy__key", "initiative__key", "data__task_id"
        )
        for pk, strategy, key, task in told.distinct():
            topics = initiatives.setdefault(pk, [f"initiative {strategy}/{key}"])
            topics += [topic for topic in ("board", f"task {task}") if topic not in topics]
        kpis = Kpi.objects.filter(pk__in=changes.kpis).values_list("pk", "strategy__key", "key")
        of_strategy = Event.objects.filter(pk__in=changes.events, initiative=None)
        return cls(
            {pk: f"kpi {strategy}/{key}" for pk, strategy, key in kpis},
            initiatives,
            frozenset(changes.events),
            frozenset(changes.people),
            frozenset(changes.reviews),
            changes.sources,
            of_strategy.exists(),
        )

    def told_to(self, viewer: Person) -> frozenset[str]:
        """The topics that this person may hear: what `visible_to` shows, and no more."""
        told: set[str] = set()
        if self.initiatives:
            seen = _numbers(Initiative.objects.visible_to(viewer), self.initiatives)
            told |= {topic for pk in seen for topic in self.initiatives[pk]}
            told |= {"portfolio"} if seen else set()
        if self.kpis:
            shown = _numbers(Kpi.objects.visible_to(viewer), self.kpis)
            told |= {self.kpis[pk] for pk in shown} | ({"kpis"} if shown else set())
        if self.events and _numbers(Event.objects.visible_to(viewer), self.events):
            told.add("feed")
            told |= {"portfolio", "kpis", "sources"} if self.applied and not viewer.is_guest else set()
        if self.reviews:
            rows = ReviewItem.objects.visible_to(viewer).filter(review__in=self.reviews).order_by()
            told |= {f"review {pk}" for pk in rows.values_list("review", flat=True)}
        if self.sources and not viewer.is_guest:
            told.add("sources")
        return frozenset(told)


def _numbers(rows: QuerySet[Any], wanted: Collection[int]) -> set[int]:
    return set(rows.filter(pk__in=wanted).order_by().values_list("pk", flat=True))


def standing(numbers: Collection[int], on: date) -> dict[int, tuple[Person, object]]:
    """The people who may still come in, and of what kind their eyes are on this day: two of one kind see the same,
    because `visible_to` asks for nothing but a person's access and roles, and those of whom they stand in for."""
    absent = Delegation.objects.running(on).filter(to__in=numbers).values_list("person", "to")
    eyes: dict[int, set[int]] = {number: {number} for number in numbers}
    for person, to in absent:
        eyes[to].add(person)
    roles: dict[int, set[tuple[int | None, int | None]]] = {}
    all_of_them = Role.objects.filter(person__in=set().union(*eyes.values()))
    for person, initiative, area in all_of_them.values_list("person", "initiative", "area"):
        roles.setdefault(person, set()).add((initiative, area))
    found: dict[int, tuple[Person, object]] = {}
    for each in Person.objects.filter(pk__in=numbers, is_active=True):
        each.day = on
        seen = frozenset().union(*(roles.get(pk, ()) for pk in eyes[each.pk]))
        found[each.pk] = each, "all" if each.sees_all else (each.is_guest, seen)
    return found
