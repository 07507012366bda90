"""Reviews: what needs talk, what is talked about now, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Prefetch, Q, QuerySet

from gaitway.engine.stages import State
from gaitway.models import CheckIn, Initiative, Person, Review, ReviewItem, ReviewNote, Stage, Strategy
from gaitway.queries import initiatives, parts, rights
from gaitway.queries import reviews as gates
from gaitway.queries.health import AT_RISK, NO_DATA, OFF_TRACK, health
from gaitway.queries.initiatives import InitiativePage
from gaitway.queries.reviews import GatePage
from gaitway.queries.since import Since, since
from gaitway.queries.values import Choice, DecisionMade
from gaitway.queries.words import minutes as words

SOON = timedelta(days=14)  # before its end a gate is talked about
EACH = 5  # minutes that one initiative takes, about
Reason = ReviewItem.Reason


@dataclass(frozen=True, slots=True)
class Offer:
    """A review that the viewer could start."""

    strategy: int
    key: str
    name: str
    items: list[tuple[str, str]]
    minutes: int
    quiet: int


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """`decisions`, `actions`: of what the viewer may see."""

    pk: int
    strategy: str
    by: Person
    started_at: datetime
    ended_at: datetime | None
    talked: int
    decisions: int
    actions: int


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    offers: list[Offer]
    running: list[ReviewRow]
    past: list[ReviewRow]


@dataclass(frozen=True, slots=True)
class ItemLine:
    pk: int
    key: str
    name: str
    reason: str
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class NoteLine:
    pk: int
    kind: str
    text: str
    by: Person
    at: datetime
    owner: Person | None
    due: date | None
    decision: DecisionMade | None


@dataclass(frozen=True, slots=True)
class Talk:
    """What is on the table: the initiative, what changed, what was said. `mine` is the viewer's own note; `gate` the
    decision sheet, where the viewer may decide."""

    item: ItemLine
    number: int
    opened_at: datetime | None
    page: InitiativePage
    since: Since | None
    notes: list[NoteLine]
    mine: str
    gate: GatePage | None
    owners: list[Person]
    can_note: bool
    can_act: bool
    before: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """`follows`: the viewer sees what the review is at, whatever that is."""

    pk: int
    strategy: str
    by: Person
    started_at: datetime
    ended: bool
    items: list[ItemLine]
    talk: Talk | None
    follows: bool
    may_run: bool
    others: list[Choice]
    minutes: int
    done: int


@dataclass(frozen=True, slots=True)
class Spoken:
    key: str
    name: str
    reason: str
    notes: list[NoteLine]


@dataclass(frozen=True, slots=True)
class MinutesPage:
    pk: int
    strategy: str
    by: Person
    started_at: datetime
    ended_at: datetime | None
    told_at: datetime | None
    spoken: list[Spoken]
    skipped: list[str]
    decisions: int
    actions: list[NoteLine]
    may_run: bool


def agenda(viewer: Person, strategy: Strategy, today: date) -> list[tuple[Initiative, str]]:
    """What needs talk: gates first, then what is off track, where owner and evidence disagree, and what has no fresh
    data. What is on track is left in peace."""
    return _due(_judged(viewer, strategy, today))


def _due(judged: Sequence[tuple[Initiative, str]]) -> list[tuple[Initiative, str]]:
    order = [reason.value for reason in Reason]
    found = [(row, reason) for row, reason in judged if reason]
    return sorted(found, key=lambda pair: (order.index(pair[1]), pair[0].position, pair[0].pk))


def _judged(viewer: Person, strategy: Strategy, today: date) -> list[tuple[Initiative, str]]:
    here = Stage.objects.filter(key=F("initiative__stage_key")).select_related("latest")
    rows = (
        Initiative.objects.visible_to(viewer)
        .current()
        .filter(strategy=strategy, state=State.ACTIVE)
        .prefetch_related("strategy", Prefetch("stages", here))
    )
    loaded = list(rows)
    newest: dict[int, CheckIn] = {}
    for said in CheckIn.objects.filter(initiative__in=loaded).order_by("at", "pk"):
        newest[said.initiative_id] = said
    return [(row, _reason(row, newest.get(row.pk), today)) for row in loaded]


def _reason(initiative: Initiative, said: CheckIn | None, today: date) -> str:
    stage = parts.present(initiative)
    if stage is None:
        return ""
    ends_soon = stage.ends is not None and stage.ends <= today + SOON
    if (stage.latest and stage.latest.proposal) or ends_soon:
        return Reason.GATE.value
    state = health(initiative, stage, today)
    if state == OFF_TRACK:
        return Reason.OFF_TRACK.value
    hopeful = said is not None and said.outlook == CheckIn.Outlook.ON_TRACK
    if hopeful and state in (AT_RISK, NO_DATA):
        return Reason.DISAGREEMENT.value
    return Reason.NO_DATA.value if state == NO_DATA else ""


def find(viewer: Person, pk: int) -> Review:
    """Raises Review.DoesNotExist."""
    return Review.objects.visible_to(viewer).select_related("strategy", "by").get(pk=pk)


def find_item(viewer: Person, pk: int) -> ReviewItem:
    """Raises ReviewItem.DoesNotExist."""
    rows = ReviewItem.objects.visible_to(viewer).select_related("review__strategy", "initiative__strategy")
    return rows.get(pk=pk)


def listed(viewer: Person, today: date) -> ReviewsPage:
    rows = list(
        Review.objects.visible_to(viewer)
        .select_related("strategy", "by")
        .annotate(talked=Count("items", filter=Q(items__in=_seen(viewer), items__discussed_at__isnull=False)))[:100]
    )
    said: dict[tuple[int, str], int] = {}
    notes = ReviewNote.objects.visible_to(viewer).filter(item__review__in=rows).order_by()
    for review, kind in notes.values_list("item__review", "kind"):
        said[review, kind] = said.get((review, kind), 0) + 1
    made = [
        ReviewRow(
            row.pk, row.strategy.name, row.by, row.started_at, row.ended_at, row.talked,
            said.get((row.pk, ReviewNote.Kind.DECISION), 0), said.get((row.pk, ReviewNote.Kind.ACTION), 0),
        )
        for row in rows
    ]  # fmt: skip
    strategies = [each for each in Strategy.objects.visible_to(viewer) if rights.may_review(viewer, each)]
    return ReviewsPage(
        [_offer(viewer, each, today) for each in strategies],
        [row for row in made if row.ended_at is None], [row for row in made if row.ended_at is not None],
    )  # fmt: skip


def _offer(viewer: Person, strategy: Strategy, today: date) -> Offer:
    judged = _judged(viewer, strategy, today)
    due = _due(judged)
    items = [(row.name, words.reason(reason)) for row, reason in due]
    return Offer(strategy.pk, strategy.key, strategy.name, items, len(items) * EACH, len(judged) - len(items))


def _seen(viewer: Person) -> Sequence[int]:
    return list(ReviewItem.objects.visible_to(viewer).values_list("pk", flat=True))


def page(viewer: Person, pk: int, today: date, wanted: int | None = None) -> MeetingPage:
    """`wanted`: an item that the viewer wants to see; else what the review is at."""
    review = find(viewer, pk)
    rows = list(ReviewItem.objects.visible_to(viewer).filter(review=review).select_related("initiative__strategy"))
    rows = [row for row in rows if row.initiative.retired_at is None]
    may_run = rights.may_review(viewer, review.strategy)
    here = next((row for row in rows if row.pk == wanted), None)
    shown = here or next((row for row in rows if row.pk == review.current_id), None)
    items = [_line(row, review) for row in rows]
    inside = {row.initiative_id for row in rows}
    others = Initiative.objects.visible_to(viewer).current().filter(strategy=review.strategy).exclude(pk__in=inside)
    return MeetingPage(
        review.pk, review.strategy.name, review.by, review.started_at, review.ended_at is not None, items,
        _talk(viewer, review, rows, shown, today) if shown else None, here is None, may_run,
        [Choice(str(each.pk), each.name) for each in others] if may_run else [],
        len(rows) * EACH, sum(item.done for item in items),
    )  # fmt: skip


def _line(row: ReviewItem, review: Review) -> ItemLine:
    key = f"{row.initiative.strategy.key}/{row.initiative.key}"
    current = row.pk == review.current_id
    done = row.discussed_at is not None and not current
    return ItemLine(row.pk, key, row.initiative.name, words.reason(row.reason), done, current)


def _talk(viewer: Person, review: Review, rows: Sequence[ReviewItem], shown: ReviewItem, today: date) -> Talk:
    number = [row.pk for row in rows].index(shown.pk)
    item = _line(shown, review)
    one = initiatives.page(viewer, item.key, today)
    initiative = initiatives.find(viewer, item.key)
    stage = parts.present(initiative)
    notes = list(_notes(viewer).filter(item=shown))
    works = rights.works_in(viewer, initiative)
    may_run = rights.may_review(viewer, review.strategy)
    gate = gates.page(viewer, one.gate.pk, today) if one.gate else None
    return Talk(
        item, number + 1, shown.opened_at, one,
        since(initiative, stage, today, before=review.started_at) if stage else None,
        [_note(note) for note in notes if note.kind != ReviewNote.Kind.NOTE or note.by_id != viewer.pk],
        next((note.text for note in notes if note.kind == ReviewNote.Kind.NOTE and note.by_id == viewer.pk), ""),
        gate if gate and gate.can_decide and not gate.decision else None,
        sorted({role.person for role in parts.roles(initiative) if role.person.is_active}, key=lambda each: each.name),
        may_run or works, works, rows[number - 1].pk if number else None,
        rows[number + 1].pk if number + 1 < len(rows) else None,
    )  # fmt: skip


def minutes(viewer: Person, pk: int) -> MinutesPage:
    review = find(viewer, pk)
    rows = ReviewItem.objects.visible_to(viewer).filter(review=review).select_related("initiative__strategy")
    notes: dict[int, list[ReviewNote]] = {}
    for note in _notes(viewer).filter(item__in=rows):
        notes.setdefault(note.item_id, []).append(note)
    spoken, skipped, actions = [], [], []
    for row in rows:
        if row.discussed_at is None and row.pk not in notes:
            skipped.append(row.initiative.name)
            continue
        lines = [_note(note) for note in notes.get(row.pk, [])]
        actions += [line for line in lines if line.kind == ReviewNote.Kind.ACTION]
        key = f"{row.initiative.strategy.key}/{row.initiative.key}"
        spoken.append(Spoken(key, row.initiative.name, words.reason(row.reason), lines))
    decided = sum(line.kind == ReviewNote.Kind.DECISION for each in spoken for line in each.notes)
    return MinutesPage(
        review.pk, review.strategy.name, review.by, review.started_at, review.ended_at, review.told_at, spoken, skipped,
        decided, actions, rights.may_review(viewer, review.strategy),
    )  # fmt: skip


def _notes(viewer: Person) -> QuerySet[ReviewNote]:
    return ReviewNote.objects.visible_to(viewer).select_related(
        "by", "task__owner", "decision__by", "decision__stage", "decision__change", "decision__superseded_by",
        "decision__supersedes__change", "decision__initiative__strategy",
    )  # fmt: skip


def _note(note: ReviewNote) -> NoteLine:
    made = parts.decision(note.decision, note.decision.initiative) if note.decision else None
    task = note.task
    return NoteLine(
        note.pk, note.kind, note.text, note.by, note.at, task.owner if task else None, task.due if task else None, made
    )
