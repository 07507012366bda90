"""Plays the demo's two years through the real actions: numbers arrive, gates are judged, people decide and are told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from gaitway.actions import (
    checkins,
    decisions,
    forecasts,
    gates,
    jobs,
    kpis,
    meetings,
    notices,
    observations,
    people,
    stages,
    tasks,
)
from gaitway.actions.entries import Entry
from gaitway.connectors.base import Limits, Place, Query, Rows
from gaitway.connectors.files import Files
from gaitway.engine import periods, readings
from gaitway.engine.kpis import Kind
from gaitway.engine.logic import Outcome
from gaitway.engine.periods import Cadence
from gaitway.engine.stages import Move, State
from gaitway.lib import strategyfile
from gaitway.models import ChecklistItem, Initiative, Job, Kpi, Notice, Person, Role, Stage, Strategy, Task
from gaitway.work import loop
from gaitway.work.pull import pull

from . import daily, history, transactions
from .history import Step
from .sayings import SAYINGS, Saying
from .strategy import strategy_text

FRESH = timedelta(days=10)  # older news has been read
LATELY = timedelta(days=42)
MONTH = timedelta(days=28)  # between two forecasts
DECIDES = {"go": "go", "conditional": "conditional go", "hold": "hold", "back": "back", "stop": "stop"}


Table = dict[int, tuple[Kpi, dict[date, tuple[float, ...]]]]


@transaction.atomic
def build(folder: Path, *, now: datetime, progress: Callable[[float], None] = lambda _share: None) -> None:
    """Into an empty database. `progress` is told the share that is done."""
    from gaitway.actions import strategies

    today = timezone.localdate(now)
    transactions.build(folder, today)
    file = folder / "strategy.yaml"
    file.write_text(strategy_text(today), encoding="utf-8")
    begin = today - timedelta(days=history.STEPS[0].days_ago + 2)
    first = _moment(begin, 8)
    terminal = people.terminal(at=first)
    document = strategyfile.read(file.read_text(encoding="utf-8"), name=file.name, folder=folder)
    strategies.apply(document, by=terminal, at=first, today=begin)
    people.invite("nadia@example.com", name="Nadia Haddad", access=Person.Access.GUEST, by=terminal, at=first)
    for person in Person.objects.filter(is_system=False):
        people.join(person, by=person, at=first)
    table = _readings(today)
    _put_off(table, now)
    steps: dict[date, list[Step]] = {}
    for step in history.STEPS:
        steps.setdefault(today - timedelta(days=step.days_ago), []).append(step)
    days, forecast = sorted({*steps, *_reviews(begin, today), today}), begin
    sayings = deque(SAYINGS)
    for i, day in enumerate(days):
        while sayings and (on := today - timedelta(days=sayings[0].days_ago)) < day:
            _say(sayings.popleft(), on)
        morning = _moment(day, 7) if day < today else now - timedelta(hours=2)
        _record(table, day, at=morning)
        loop.drain("demo", lambda at=morning: at, tick=False)  # type: ignore[misc]  # bound now
        for n, step in enumerate(steps.get(day, [])):
            _act(step, at=morning + timedelta(minutes=90 + 11 * n), on=day)
        evening = morning + timedelta(minutes=110)
        if day == today:
            checkins.remind(by=people.system(at=evening), at=evening)
        loop.drain("demo", lambda at=evening: at, tick=False)  # type: ignore[misc]  # bound now
        if day - forecast >= MONTH:
            _foresee(table, day, at=evening)
            forecast = day
        progress((i + 1) / len(days))
    # The real pull of this morning; all it says is known already.
    asked = list(Kpi.objects.filter(source__isnull=False).select_related("strategy", "source"))
    deque(pull(asked, by=people.system(at=now), clock=lambda: now - timedelta(hours=2)), maxlen=0)
    daily.build(now)
    _review(today)
    loop.drain("demo", lambda: now - timedelta(hours=1), tick=False)
    for notice in Notice.objects.filter(done_at=None, event__at__lt=now - FRESH, level=Notice.Level.FOLLOW):
        notices.done(notice, by=notice.person, at=now)
    _look_ahead(today, at=now)


def _review(today: date) -> None:
    """The last review, with its minutes sent."""
    day = today - timedelta(days=history.REVIEW_DAYS_AGO)
    at, by = _moment(day, 14), Person.objects.get(email=history.REVIEW_BY)
    review = meetings.start(Strategy.objects.get(), by=by, at=at, today=day)
    for n, said in enumerate(history.REVIEW):
        at += timedelta(minutes=4 + n)
        initiative = Initiative.objects.select_related("strategy").get(key=said.initiative)
        item = meetings.add(review, initiative, by=by, at=at)
        meetings.go(item, by=by, at=at)
        lead = initiative.roles.select_related("person").filter(role=Role.Kind.LEAD).first()
        meetings.note(item, said.note, by=lead.person if lead else by, at=at)
        if said.action:
            owner, due = Person.objects.get(email=said.owner), day + timedelta(days=said.days)
            meetings.act(item, said.action, owner=owner, due=due, by=by, at=at)
    meetings.end(review, by=by, at=at + timedelta(minutes=3))
    meetings.tell(review, by=by, at=at + timedelta(minutes=4))


def _put_off(table: Table, until: datetime) -> None:
    """The forecasts that arriving numbers ask for: played as often as numbers arrive they would take longer than all
    the rest. `gaitway work` makes up for them."""
    for kpi, _rows in table.values():
        jobs.ask(Job.Kind.FORECAST, f"forecast:kpi:{kpi.pk}", {"kpi": kpi.pk}, at=until)
    Job.objects.filter(kind=Job.Kind.FORECAST).update(due_at=until)


def _foresee(table: Table, day: date, *, at: datetime) -> None:
    """What was expected of every KPI then, so that it can be compared with what came."""
    for kpi, _rows in table.values():
        forecasts.keep_values(kpi, as_of=day - timedelta(days=1), at=at)


def _look_ahead(today: date, *, at: datetime) -> None:
    """When every present trigger that isn't met yet will be, and whether its stage is long enough."""
    running = Stage.objects.filter(initiative__state__in=[State.ACTIVE, State.PAUSED])
    for stage in running.select_related("initiative__strategy", "latest"):
        met = stage.latest is not None and stage.latest.outcome == Outcome.MET
        if stage.key == stage.initiative.stage_key and not met:
            as_of = today - timedelta(days=1)
            forecasts.keep_gate(stage, as_of=as_of, at=at)
            forecasts.keep_proof(stage, as_of=as_of, at=at)


def _readings(today: date) -> Table:
    read = {kpi.key: kpi for kpi in Kpi.objects.filter(source__isnull=False).select_related("source", "strategy")}
    sources = {kpi.source.key: Place(kpi.source.location) for kpi in read.values() if kpi.source}
    found = {}
    for result in Files().run(sources, [Query(key, kpi.sql) for key, kpi in read.items()], Limits()):
        kpi = read[result.key]
        if not isinstance(result, Rows):
            raise RuntimeError(f"the demo's own KPI {result.key} failed: {result.message}")
        rows = readings.read(Kind(kpi.kind), Cadence(kpi.cadence), result.columns, result.rows, today=today)
        found[kpi.pk] = (kpi, rows)
    return found


def _record(table: Table, day: date, *, at: datetime) -> None:
    """What had become complete since the last time."""
    by = people.system(at=at)
    for kpi, rows in table.values():
        cadence = Cadence(kpi.cadence)
        ripe = [start for start in rows if periods.end(periods.index(start, cadence), cadence) < day]
        if ripe:
            observations.record(kpi, {start: rows.pop(start) for start in ripe}, by=by, at=at)


def _say(saying: Saying, on: date) -> None:
    """In the afternoon, with the number of the week before where it is counted by hand."""
    initiative = Initiative.objects.select_related("strategy").get(key=saying.initiative)
    numbers = {}
    if saying.calls is not None:
        last = periods.last_complete(on - timedelta(days=1), Cadence.WEEK)
        kpi = Kpi.objects.select_related("strategy").get(key="broken_glass")
        numbers[kpi] = {periods.start(last, Cadence.WEEK): Entry((saying.calls, 1.0), 0)}
    by = Person.objects.get(email=saying.by)
    checkins.record(
        initiative, outlook=saying.outlook, successes=saying.successes, difficulties=saying.difficulties, help=saying.help,
        next=saying.next, numbers=numbers, on=on, by=by, at=_moment(on, 15),
    )  # fmt: skip


def _act(step: Step, *, at: datetime, on: date) -> None:
    by = Person.objects.get(email=step.by)
    initiative = Initiative.objects.select_related("strategy").get(key=step.initiative)
    here = Stage.objects.filter(initiative=initiative, key=initiative.stage_key).first()
    match step.act:
        case "start" | "pause" | "resume":
            stages.steer(initiative, Move(step.act), reason=step.reason, by=by, at=at, effective_on=on)
        case "done":
            task = Task.objects.select_related("stage", "initiative").get(initiative=initiative, name=step.item)
            tasks.complete(task, by=by, at=at, on=on)
        case "check":
            item = ChecklistItem.objects.select_related("stage__initiative").get(
                stage__initiative=initiative, text=step.item
            )
            gates.check(item, by=by, at=at, on=on)
        case "limits":
            kpis.reset_limits(Kpi.objects.select_related("strategy").get(key=step.item), on, step.reason, by=by, at=at)
        case _:
            assert here is not None  # noqa: S101  # one decides in a stage
            choice = DECIDES.get(step.act, "go")  # to finish is to go on from the last stage
            decisions.decide(
                here, choice, reason=step.reason, conditions=step.conditions,
                due=on + timedelta(days=30) if step.conditions else None, by=by, at=at, effective_on=on,
            )  # fmt: skip
            if step.ends is not None:
                initiative.refresh_from_db()
                again = Stage.objects.get(initiative=initiative, key=initiative.stage_key)
                until = on + timedelta(days=step.days_ago + step.ends)
                stages.replan(again, ends=until, reason=step.reason, by=by, at=at)


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _reviews(first: date, last: date) -> Iterator[date]:
    """Mondays: every eighth one long ago, each one lately."""
    monday = first + timedelta(days=-first.weekday() % 7)
    while monday < last:
        yield monday
        monday += timedelta(weeks=1 if last - monday < LATELY else 8)
