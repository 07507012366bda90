"""A person's week: what needs a decision first, then what moved, what goes well, what is hard, and what went quiet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl

from django.utils import timezone

from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.models import Event, Initiative, Kpi, Notice, Person, Task, View
from gaitway.queries import (
    behaviour,
    checkins,
    events,
    freshness,
    messages,
    observations,
    portfolio,
    preferences,
    views,
)
from gaitway.queries.health import AT_RISK, NO_DATA, OFF_TRACK
from gaitway.queries.portfolio import Filters, Row, ToDecide
from gaitway.queries.values import FeedItem, Target
from gaitway.queries.words import behaviour as words
from gaitway.queries.words import checkins as words_of
from gaitway.queries.words import digest as said
from gaitway.queries.words.formats import day

WEEK = timedelta(days=7)
MOST = 8  # lines of a part
CHANGES = 3  # of KPIs, each way: real ones alone
WORST = 3  # rows of a saved view


@dataclass(frozen=True, slots=True)
class Change:
    """A line: what it is about, and one sentence."""

    target: Target
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved view that the person wants in here: how many initiatives it finds, and the worst of them. Views of other
    pages than the portfolio have no count."""

    view: View
    count: int | None
    worst: list[Change]


@dataclass(frozen=True, slots=True)
class Digest:
    """`sentence` is the whole in one line. `mine`: it tells of what the person has a part in or follows; without any, who
    sees everything is told of everything."""

    person: Person
    since: date
    until: date
    sentence: str
    decide: list[ToDecide]
    owed: list[Change]
    moved: list[FeedItem]
    good: list[Change]
    hard: list[Change]
    quiet: list[Change]
    mine: bool
    views: list[Kept]

    @property
    def empty(self) -> bool:
        return not any((self.decide, self.owed, self.moved, self.good, self.hard, self.quiet, self.views))


def digest(viewer: Person, at: datetime) -> Digest:
    """Of the seven days before `at`, from what the viewer may see now."""
    today = timezone.localdate(at)
    whole = portfolio.portfolio(viewer, Filters(), today)
    rows, mine = _rows(viewer, [row for group in whole.groups for row in group.rows])
    keys = {row.key for row in rows}
    decide = whole.to_decide
    happened = _happened(viewer, at - WEEK, at, keys)
    up, down, stale = _kpis(viewer, rows, today)
    owed = _owed(viewer, today)
    good = [*_verdicts(happened), *up][:MOST]
    hard = [*(_standing(row) for row in rows if row.state in (OFF_TRACK, AT_RISK)), *down][:MOST]
    quiet = [*(_standing(row) for row in rows if row.state == NO_DATA), *stale][:MOST]
    moved = events.items(each for each in happened if each.kind in (Event.Kind.DECISION, Event.Kind.STAGE_MOVED))[:MOST]
    states = [row.state for row in rows]
    sentence = said.sentence(
        decide=whole.to_decide_total, moved=len(moved), off=states.count(OFF_TRACK), quiet=states.count(NO_DATA),
        total=len(rows),
    )  # fmt: skip
    return Digest(
        viewer, today - WEEK, today, sentence, decide, owed, moved, good, hard, quiet, mine,
        [_kept(viewer, view, today) for view in views.subscribed(viewer)],
    )  # fmt: skip


def _kept(viewer: Person, view: View, today: date) -> Kept:
    """Asked anew, with the eyes of its reader; always worst first, whatever order its page has."""
    if view.page != View.Page.PORTFOLIO:
        return Kept(view, None, [])
    asked = {name: value for name, value in parse_qsl(view.query) if name not in ("sort", "group")}
    found = portfolio.portfolio(viewer, Filters.of(asked), today)
    rows = [row for group in found.groups for row in group.rows]
    return Kept(view, found.found, [_standing(row) for row in rows[:WORST]])


def _rows(viewer: Person, rows: list[Row]) -> tuple[list[Row], bool]:
    followed = preferences.followed(viewer)
    keys = {each.key for each in followed if each.kind == "initiative"}
    objectives = {each.target.name for each in followed if each.kind == "objective"}
    mine = [row for row in rows if row.mine or row.key in keys or row.objective in objectives]
    return (mine, True) if mine or not viewer.sees_all else (rows, False)


def _happened(viewer: Person, since: datetime, until: datetime, keys: set[str]) -> list[Event]:
    kinds = (Event.Kind.DECISION, Event.Kind.STAGE_MOVED, Event.Kind.VERDICT)
    rows = events.told(viewer).filter(at__gt=since, at__lte=until, kind__in=kinds, initiative__isnull=False)
    found = rows.select_related("by", "strategy", "initiative__strategy")
    return [
        each for each in found if each.initiative and f"{each.initiative.strategy.key}/{each.initiative.key}" in keys
    ]


def _verdicts(happened: Iterable[Event]) -> list[Change]:
    """Triggers that were met, the newest word on each."""
    newest: dict[int | None, Event] = {}
    for each in happened:
        if each.kind == Event.Kind.VERDICT:
            newest.setdefault(each.initiative_id, each)
    told = [
        messages.of(each)
        for each in newest.values()
        if each.data["outcome"] == "met" and each.data["proposal"] not in ("stop", "back")
    ]
    return [Change(each.target, said.met()) for each in told if each.target]


def _standing(row: Row) -> Change:
    return Change(Target("initiative", row.key, row.name), said.standing(row.state, row.stage_name, row.met, row.total))


def _kpis(viewer: Person, rows: list[Row], today: date) -> tuple[list[Change], list[Change], list[Change]]:
    """The KPIs that their stages read: real changes for the better and for the worse, and those without fresh data."""
    keys = {row.key for row in rows}
    seen = Initiative.objects.visible_to(viewer).current().values_list("pk", "strategy__key", "key")
    here = [pk for pk, strategy, key in seen if f"{strategy}/{key}" in keys]
    kpis = list(
        Kpi.objects.visible_to(viewer)
        .filter(stages__initiative__in=here, retired_at=None)
        .select_related("strategy", "source", "owner")
        .distinct()
    )
    series = observations.series(kpis, since=behaviour.since(today))
    resets = behaviour.resets(kpis)
    up: list[Change] = []
    down: list[Change] = []
    stale: list[Change] = []
    for kpi in kpis:
        cadence, known = Cadence(kpi.cadence), series[kpi.pk]
        newest = periods.end(known.last, cadence) if known.last is not None else None
        target = Target("kpi", f"{kpi.strategy.key}/{kpi.key}", kpi.name)
        if freshness.state(newest, cadence, today) != freshness.FRESH:
            stale.append(Change(target, said.stale(day(newest) if newest else "")))
            continue
        found = behaviour.judged(known, resets[kpi.pk], today)
        sign = behaviour.variation(found, fresh=True)
        if found.newest is not None and periods.end(found.newest.period, cadence) >= today - WEEK - timedelta(
            days=cadence.days
        ):
            into = {"good": up, "bad": down}.get(sign.tone)
            if into is not None:
                into.append(Change(target, f"{sign.words}: {words.why(found.newest)}"))
    return up[:CHANGES], down[:CHANGES], stale


def _owed(viewer: Person, today: date) -> list[Change]:
    """What the viewer has to do within a week: check-ins, values, and tasks."""
    asked, _others = checkins.due(viewer, today)
    found = [
        Change(
            Target("check_in", f"{row.initiative.strategy.key}/{row.initiative.key}", row.initiative.name),
            words_of.owed(row.due.on),
        )
        for row in asked
    ]
    notices = Notice.objects.visible_to(viewer).filter(event__kind=Event.Kind.OWED, done_at=None)
    told = [
        messages.of(notice.event)
        for notice in notices.select_related("event__by", "event__strategy", "event__initiative__strategy")
    ]
    found += [Change(each.target, said.value_owed()) for each in told if each.target]
    tasks = Task.objects.visible_to(viewer).filter(owner=viewer, done_on=None, retired_at=None, due__lte=today + WEEK)
    for task in tasks.filter(initiative__state="active").select_related("initiative__strategy").order_by("due", "pk"):
        key = f"{task.initiative.strategy.key}/{task.initiative.key}"
        late = task.due is not None and task.due < today
        found.append(
            Change(Target("initiative", key, task.name), said.task_due(day(task.due), task.initiative.name, late))
        )
    return found[:MOST]
