"""What people say of their initiatives, beside what the evidence says; and when somebody is asked to say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Prefetch, Q, Subquery

from gaitway.engine import checkins as engine
from gaitway.engine.checkins import Agreement, Due, Every
from gaitway.engine.stages import State
from gaitway.models import CheckIn, Initiative, Kpi, Person, Role, Stage
from gaitway.models.among import among
from gaitway.models.initiative import InitiativeQuerySet
from gaitway.queries import parts, rights
from gaitway.queries.words import checkins as words

NEWEST = ("-on", "-at", "-pk")
PAGE = 20


def latest(initiatives: Iterable[Initiative | int], until: date | None = None) -> dict[int, CheckIn]:
    """By initiative (its number), the newest check-in of each that has one, with who made it; `until`: of those that speak
    of this day or one before. One query; the caller has asked which of them the viewer may see."""
    keys = {each if isinstance(each, int) else each.pk for each in initiatives}
    of_it = CheckIn.objects.filter(initiative=OuterRef("pk"))
    if until is not None:
        of_it = of_it.filter(on__lte=until)
    newest = Initiative.objects.filter(pk__in=among(keys)).values(
        newest=Subquery(of_it.order_by(*NEWEST).values("pk")[:1])
    )
    return {each.initiative_id: each for each in CheckIn.objects.filter(pk__in=newest).select_related("by", "stage")}


def disagreement(state: str, outlook: str) -> Agreement:
    """Of what `queries.health.health` says and a check-in's outlook ("" where there is none)."""
    return engine.compare(state.replace("_", " "), outlook)


def due_of(initiative: Initiative, stage: Stage | None, last: CheckIn | None, today: date) -> Due | None:
    """When the next check-in of the initiative is due; None where it isn't active, or nobody is asked in its stage."""
    if initiative.state != State.ACTIVE or stage is None or initiative.stage_since is None:
        return None
    return engine.due(Every(stage.check_in), initiative.stage_since, last.on if last else None, today)


@dataclass(frozen=True, slots=True)
class Said:
    """One check-in as it is shown. `stage` is the name of the stage that it was made in."""

    pk: int
    outlook: str
    by: Person
    on: date
    at: datetime
    stage: str
    gate_due: date | None
    successes: str
    difficulties: str
    help: str
    next: str

    @property
    def quote(self) -> str:
        """The text that says most: what is difficult, else what went well."""
        return self.difficulties or self.help or self.successes or self.next


@dataclass(frozen=True, slots=True)
class Beside:
    """The last check-in of one initiative beside its evidence. `sentence` says where the two disagree, else nothing;
    `late`: the day since which a check-in is overdue."""

    key: str
    last: Said | None
    state: str
    agreement: str
    sentence: str
    due: date | None
    late: date | None
    may: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One initiative whose check-in is due on a day. `owes`: who is asked for it, its lead or without one its sponsor."""

    initiative: Initiative
    stage: Stage
    last: CheckIn | None
    due: Due
    owes: Person | None


@dataclass(frozen=True, slots=True)
class History:
    key: str
    name: str
    said: list[Said]
    more: str | None
    may: bool


def beside(viewer: Person, initiative: Initiative, state: str, today: date) -> Beside:
    """`state` as `queries.health.health` says it; the viewer has been asked for. Two queries."""
    last = latest([initiative]).get(initiative.pk)
    due = due_of(initiative, parts.present(initiative), last, today)
    found = disagreement(state, last.outlook if last else "")
    over = initiative.state in (State.STOPPED, State.FINISHED)
    return Beside(
        f"{initiative.strategy.key}/{initiative.key}", said(last, initiative) if last else None, state, found.value,
        words.beside(found, state, last.outlook if last else ""), due.on if due else None,
        due.on if due and due.overdue(today) else None, not over and rights.may_check_in(viewer, initiative),
    )  # fmt: skip


def said(row: CheckIn, initiative: Initiative) -> Said:
    """`row` with who made it and its stage."""
    ladder, key = initiative.ladder, row.stage.key if row.stage else ""
    stage = ladder.name(key) if key in ladder.keys else key
    return Said(
        row.pk, row.outlook, row.by, row.on, row.at, stage, row.gate_due, row.successes, row.difficulties, row.help,
        row.next,
    )  # fmt: skip


def find(viewer: Person, key: str) -> Initiative:
    """By `strategy/initiative`, with what is asked of it here. Raises Initiative.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    found: Initiative = _with_parts(Initiative.objects.visible_to(viewer).current()).get(
        strategy__key=strategy, key=name
    )
    return parts.with_roles([found])[0]


def history(viewer: Person, key: str, before: str = "") -> History:
    """Newest first, a page at a time; `before` is what the page above gave as `more`. Raises Initiative.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    initiative = (
        Initiative.objects.visible_to(viewer).current().select_related("strategy").get(strategy__key=strategy, key=name)
    )
    rows = page(viewer, initiative, before)
    over = initiative.state in (State.STOPPED, State.FINISHED)
    return History(
        key, initiative.name, [said(row, initiative) for row in rows[:PAGE]],
        str(rows[PAGE - 1].pk) if len(rows) > PAGE else None, not over and rights.may_check_in(viewer, initiative),
    )  # fmt: skip


def page(viewer: Person, initiative: Initiative, before: str = "") -> Sequence[CheckIn]:
    """A page and one more, which says that there are others."""
    rows = CheckIn.objects.visible_to(viewer).filter(initiative=initiative).order_by(*NEWEST)
    if before.isdigit() and len(before) < 19 and (last := rows.filter(pk=int(before)).first()):
        rows = rows.filter(
            Q(on__lt=last.on) | Q(on=last.on, at__lt=last.at) | Q(on=last.on, at=last.at, pk__lt=last.pk)
        )
    return list(rows.select_related("by", "stage")[: PAGE + 1])


def all_due(today: date) -> list[Asked]:
    """Every initiative whose people are asked, the one that waits longest first. For the worker: nobody's eyes."""
    return _due(Initiative.objects.current(), today)


def due(viewer: Person, today: date) -> tuple[list[Asked], list[Asked]]:
    """What the viewer may check in and is due by today: what they owe, then what they may say beside the lead."""
    mine = Initiative.objects.visible_to(viewer).current()
    working = rights.held_by(viewer, Role.Kind.SPONSOR, Role.Kind.LEAD, Role.Kind.CONTRIBUTOR)
    rows = [row for row in _due(mine.filter(working), today) if row.due.on <= today]
    return [row for row in rows if row.owes == viewer], [row for row in rows if row.owes != viewer]


def ahead(viewer: Person, today: date) -> list[Asked]:
    """What the viewer will owe next."""
    mine = Initiative.objects.visible_to(viewer).current()
    rows = _due(mine.filter(rights.held_by(viewer, Role.Kind.SPONSOR, Role.Kind.LEAD)), today)
    return [row for row in rows if row.due.on > today and row.owes == viewer]


def _due(initiatives: InitiativeQuerySet, today: date) -> list[Asked]:
    asked = parts.with_roles(_with_parts(initiatives).filter(state=State.ACTIVE))
    newest = latest(asked)
    found = []
    for initiative in asked:
        stage, last = parts.present(initiative), newest.get(initiative.pk)
        due = due_of(initiative, stage, last, today)
        if stage is not None and due is not None:
            owes = parts.lead(initiative) or parts.sponsor(initiative)
            found.append(Asked(initiative, stage, last, due, owes))
    return sorted(found, key=lambda row: (row.due.on, row.initiative.name))


def _with_parts(initiatives: InitiativeQuerySet) -> InitiativeQuerySet:
    stages = Stage.objects.select_related("latest").prefetch_related(
        Prefetch("kpis", Kpi.objects.select_related("strategy", "source", "owner", "whole"))
    )
    return initiatives.select_related("strategy", "objective", "area").prefetch_related(Prefetch("stages", stages))
