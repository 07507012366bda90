"""A review meeting: what is talked about, what was said, and who is told."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F, Max
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events, tasks
from gaitway.actions.turns import turn
from gaitway.models import Decision, Event, Initiative, Person, Review, ReviewItem, ReviewNote, Stage, Strategy
from gaitway.queries import meetings as asked
from gaitway.queries import rights
from gaitway.queries.words import minutes

Kind = ReviewNote.Kind


@turn()
def start(strategy: Strategy, *, by: Person, at: datetime, today: date) -> Review:
    """Begins a review with the agenda that the house proposes: what needs talk, of what `by` may see."""
    _require_runner(by, strategy)
    review = Review.objects.create(strategy=strategy, by=by, started_at=at)
    for position, (initiative, reason) in enumerate(asked.agenda(by, strategy, today)):
        item = ReviewItem.objects.create(review=review, initiative=initiative, reason=reason, position=position)
        if position == 0:
            _open(review, item, at=at)
    return review


@turn()
def go(item: ReviewItem, *, by: Person, at: datetime) -> None:
    """Turns to an item; the one before it was talked about."""
    review = _running(item.review_id, by)
    _leave(review, at=at)
    _open(review, item, at=at)


@turn()
def add(review: Review, initiative: Initiative, *, by: Person, at: datetime) -> ReviewItem:
    """Puts an initiative at the end of the agenda; one that stands there already stays where it is."""
    review = _running(review.pk, by)
    if initiative.strategy_id != review.strategy_id or initiative.retired_at is not None:
        raise Refused(
            _("%(initiative)s is no initiative of %(strategy)s.")
            % {"initiative": initiative.name, "strategy": review.strategy.name}
        )
    last = review.items.aggregate(last=Max("position"))["last"]
    item, _made = ReviewItem.objects.get_or_create(
        review=review, initiative=initiative,
        defaults={"reason": ReviewItem.Reason.FLAGGED, "position": 0 if last is None else last + 1},
    )  # fmt: skip
    if review.current_id is None:
        _open(review, item, at=at)
    _changed(review)
    return item


@turn()
def drop(item: ReviewItem, *, by: Person, at: datetime) -> None:
    """Takes an item off the agenda, while nothing was said of it."""
    review = _running(item.review_id, by)
    if item.discussed_at is not None or item.notes.exists():
        raise Refused(
            _("%(initiative)s was talked about already: it stays in the minutes.")
            % {"initiative": item.initiative.name}
        )
    item.delete()
    _changed(review)


@turn()
def shift(item: ReviewItem, *, up: bool, by: Person, at: datetime) -> None:
    """Moves an item up or down by one."""
    review = _running(item.review_id, by)
    rows = list(review.items.all())
    here = next(i for i, row in enumerate(rows) if row.pk == item.pk)
    there = max(0, min(len(rows) - 1, here + (-1 if up else 1)))
    rows.insert(there, rows.pop(here))
    for position, row in enumerate(rows):
        ReviewItem.objects.filter(pk=row.pk).exclude(position=position).update(position=position)
    _changed(review)


@turn()
def note(item: ReviewItem, text: str, *, by: Person, at: datetime) -> None:
    """What one person notes of an item, as it stands now; an empty text takes it away."""
    review = _running(item.review_id, by, item)
    said = text.strip()
    if len(said) > 20_000:
        raise Refused(_("A note has 20,000 characters at most."))
    mine = ReviewNote.objects.filter(item=item, kind=Kind.NOTE, by=by)
    before = mine.values_list("text", flat=True).first()
    if (before or "") == said:
        return
    if not said:
        mine.delete()
    elif before is None:
        ReviewNote.objects.create(item=item, kind=Kind.NOTE, text=said, by=by, at=at)
    else:
        mine.update(text=said, at=at)
    _changed(review)


@turn()
def act(item: ReviewItem, text: str, *, owner: Person | None, due: date | None, by: Person, at: datetime) -> ReviewNote:
    """An action: it becomes a task of the stage in which the initiative stands, or that it begins with."""
    review = _running(item.review_id, by, item)
    initiative = item.initiative
    key = initiative.stage_key or initiative.ladder.keys[0]
    stage, _made = Stage.objects.get_or_create(initiative=initiative, key=key)
    task = tasks.add(stage, text, owner=owner, due=due, by=by, at=at)
    made = ReviewNote.objects.create(item=item, kind=Kind.ACTION, text=task.name, task=task, by=by, at=at)
    _changed(review)
    return made


@turn()
def decided(item: ReviewItem, decision: Decision, *, by: Person, at: datetime) -> None:
    """That a decision was made in the review. One of another initiative is none of its business."""
    review = _running(item.review_id, by, item)
    if decision.initiative_id == item.initiative_id:
        ReviewNote.objects.get_or_create(
            decision=decision,
            defaults={"item": item, "kind": Kind.DECISION, "by": by, "at": at, "text": decision.reason},
        )
        _changed(review)


@turn()
def end(review: Review, *, by: Person, at: datetime) -> None:
    """Ends it; ending it twice changes nothing."""
    row = Review.objects.select_for_update().select_related("strategy").get(pk=review.pk)
    _require_runner(by, row.strategy)
    if row.ended_at is not None:
        return
    _leave(row, at=at)
    Review.objects.filter(pk=row.pk).update(ended_at=at, current=None, changes=F("changes") + 1)
    talked = row.items.filter(discussed_at__isnull=False).count()
    events.record(
        Event.Kind.REVIEW_ENDED, by=by, at=at, strategy=row.strategy, data={"review": row.pk, "talked": talked}
    )


@turn()
def tell(review: Review, *, by: Person, at: datetime) -> int:
    """Sends the minutes, once: of each initiative that was talked about to those whom it concerns. How many those are."""
    row = Review.objects.select_for_update().select_related("strategy").get(pk=review.pk)
    _require_runner(by, row.strategy)
    if row.ended_at is None:
        raise Refused(_("The review goes on: its minutes are sent when it has ended."))
    if row.told_at is not None:
        return 0
    items = row.items.filter(discussed_at__isnull=False).select_related("initiative__strategy")
    for item in items:
        said = minutes.digest(item.notes.select_related("task__owner", "decision", "by"))
        data = {"review": row.pk, "said": said}
        events.record(Event.Kind.REVIEWED, by=by, at=at, initiative=item.initiative, data=data)
    Review.objects.filter(pk=row.pk).update(told_at=at, changes=F("changes") + 1)
    return len(items)


def _running(pk: int, by: Person, item: ReviewItem | None = None) -> Review:
    """Locked. Who works on the initiative of an item may speak of it; everything else is for who may run it."""
    review = Review.objects.select_for_update().get(pk=pk)
    if item is None or not rights.works_in(by, item.initiative):
        _require_runner(by, review.strategy)
    if review.ended_at is not None:
        raise Refused(_("The review has ended: its minutes stay as they are."))
    return review


def _require_runner(person: Person, strategy: Strategy) -> None:
    if not rights.may_review(person, strategy):
        raise NotAllowed(
            _("Only a sponsor in %(strategy)s, a strategist or an administrator can run a review of it.")
            % {"strategy": strategy.name}
        )


def _leave(review: Review, *, at: datetime) -> None:
    if review.current_id is not None:
        ReviewItem.objects.filter(pk=review.current_id, discussed_at=None).update(discussed_at=at)


def _open(review: Review, item: ReviewItem, *, at: datetime) -> None:
    ReviewItem.objects.filter(pk=item.pk, opened_at=None).update(opened_at=at)
    Review.objects.filter(pk=review.pk).update(current=item, changes=F("changes") + 1)
    review.current_id = item.pk


def _changed(review: Review) -> None:
    Review.objects.filter(pk=review.pk).update(changes=F("changes") + 1)
