"""Review meetings: what needs talk, what is talked about now, and what was said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AfterValidator, Field, StringConstraints

from gaitway.actions import Refused, meetings
from gaitway.models import Initiative, Strategy
from gaitway.queries import initiatives
from gaitway.queries import meetings as asked

from .people import somebody
from .scopes import ACT
from .values import Day, Decision, In, Line, Out, Person, Since, text, viewer

router = Router()
Email = Annotated[str, Field(max_length=254)]
Noted = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(text)]


class Offered(Out):
    name: str
    reason: str


class ReviewOffer(Out):
    """A review that the reader could start: its agenda, about how many minutes it takes, and how many initiatives it leaves
    in peace."""

    strategy_id: str
    name: str
    items: list[Offered]
    minutes: int
    quiet: int


class ReviewLine(Out):
    """`talked`: of how many initiatives; `decisions` and `actions` that came of it."""

    review_id: int = Field(validation_alias="pk")
    strategy: str
    by: Person
    started_at: datetime
    ended_at: datetime | None
    talked: int
    decisions: int
    actions: int


class Reviews(Out):
    offers: list[ReviewOffer]
    running: list[ReviewLine]
    past: list[ReviewLine]


class ReviewItem(Out):
    review_item_id: int = Field(validation_alias="pk")
    initiative_id: str = Field(validation_alias="key")
    name: str
    reason: str
    done: bool
    current: bool


class ReviewNote(Out):
    """`kind`: note, action (a task, with its owner and its day) or decision."""

    note_id: int = Field(validation_alias="pk")
    kind: str
    text: str
    by: Person
    at: datetime
    owner: Person | None
    due: date | None
    decision: Decision | None


class Talk(Out):
    """What is on the table. `mine`: the reader's own note; `decide`: the gate at which the reader may decide, else null;
    `before` and `next`: the items around it."""

    item: ReviewItem
    number: int
    opened_at: datetime | None
    since: Since | None
    notes: list[ReviewNote]
    mine: str
    decide: str | None
    can_note: bool
    can_act: bool
    before: int | None
    next: int | None


class Review(Out):
    """`talk` is null where nothing is talked about, and of one that has ended: see its minutes."""

    review_id: int = Field(validation_alias="pk")
    strategy: str
    by: Person
    started_at: datetime
    ended: bool
    items: list[ReviewItem]
    talk: Talk | None
    may_run: bool
    minutes: int
    done: int


class Spoken(Out):
    initiative_id: str = Field(validation_alias="key")
    name: str
    reason: str
    notes: list[ReviewNote]


class Minutes(Out):
    """`told_at`: when they were sent; `skipped`: the names of what was not talked about."""

    review_id: int = Field(validation_alias="pk")
    strategy: str
    by: Person
    started_at: datetime
    ended_at: datetime | None
    told_at: datetime | None
    spoken: list[Spoken]
    skipped: list[str]
    decisions: int
    actions: list[ReviewNote]
    may_run: bool


class ReviewAction(Out):
    """The task that an action became."""

    note_id: int
    task_id: int


class Told(Out):
    """Of how many initiatives the people are told; 0 where they were told before."""

    initiatives: int


class ReviewStarting(In):
    strategy_id: Annotated[str, Field(max_length=60)]


class ReviewAdding(In):
    initiative_id: Annotated[str, Field(max_length=130)]


class Shifting(In):
    """-1 puts it before the one above, 1 behind the one below."""

    by: Literal[-1, 1]


class Noting(In):
    text: Noted


class ReviewActing(In):
    text: Line
    owner: Email | None = None
    due: Day | None = None


@router.get("/reviews", response=Reviews)
def listed(request: HttpRequest) -> dict[str, object]:
    """Those that could be started, those that run, and the past ones; the newest hundred."""
    page = asked.listed(viewer(request), timezone.localdate())
    offers = [
        {"strategy_id": each.key, "name": each.name, "minutes": each.minutes, "quiet": each.quiet,
         "items": [{"name": name, "reason": reason} for name, reason in each.items]}
        for each in page.offers
    ]  # fmt: skip
    return {"offers": offers, "running": page.running, "past": page.past}


@router.post("/reviews", response={201: Review}, auth=ACT)
def start(request: HttpRequest, starting: ReviewStarting) -> Status[object]:
    """Begins a review with the agenda that is offered."""
    person = viewer(request)
    strategy = Strategy.objects.visible_to(person).get(key=starting.strategy_id)
    made = meetings.start(strategy, by=person, at=timezone.now(), today=timezone.localdate())
    return Status(201, _page(request, made.pk))


@router.get("/reviews/{int:review_id}", response=Review)
def one(request: HttpRequest, review_id: int, item: int | None = None) -> dict[str, object]:
    """Its agenda, and what it is at; `item`: another one that the reader wants to see."""
    return _page(request, review_id, item)


@router.post("/reviews/{int:review_id}/items", response={201: Review}, auth=ACT)
def add(request: HttpRequest, review_id: int, adding: ReviewAdding) -> Status[object]:
    """Puts an initiative at the end of the agenda; one that stands there already stays where it is."""
    person = viewer(request)
    review = asked.find(person, review_id)
    try:
        initiative = initiatives.find(person, adding.initiative_id)
    except Initiative.DoesNotExist:
        raise Refused(f"initiative_id: there is no initiative {adding.initiative_id!r} here.") from None
    meetings.add(review, initiative, by=person, at=timezone.now())
    return Status(201, _page(request, review_id))


@router.post("/reviews/{int:review_id}/end", response=Minutes, auth=ACT)
def end(request: HttpRequest, review_id: int) -> asked.MinutesPage:
    """Ending it twice changes nothing."""
    person = viewer(request)
    meetings.end(asked.find(person, review_id), by=person, at=timezone.now())
    return asked.minutes(person, review_id)


@router.get("/reviews/{int:review_id}/minutes", response=Minutes)
def minutes(request: HttpRequest, review_id: int) -> asked.MinutesPage:
    """What was said, decided and agreed upon, as far as the reader may see it."""
    return asked.minutes(viewer(request), review_id)


@router.post("/reviews/{int:review_id}/tell", response=Told, auth=ACT)
def tell(request: HttpRequest, review_id: int) -> dict[str, int]:
    """Sends the minutes of a review that has ended to those whom they concern, once."""
    person = viewer(request)
    return {"initiatives": meetings.tell(asked.find(person, review_id), by=person, at=timezone.now())}


@router.post("/reviews/items/{int:review_item_id}/go", response=Review, auth=ACT)
def go(request: HttpRequest, review_item_id: int) -> dict[str, object]:
    """Turns to an item; the one before it was talked about then."""
    person = viewer(request)
    item = asked.find_item(person, review_item_id)
    meetings.go(item, by=person, at=timezone.now())
    return _page(request, item.review_id)


@router.post("/reviews/items/{int:review_item_id}/drop", response={204: None}, auth=ACT)
def drop(request: HttpRequest, review_item_id: int) -> Status[None]:
    """Takes it off the agenda, while nothing was said of it."""
    person = viewer(request)
    meetings.drop(asked.find_item(person, review_item_id), by=person, at=timezone.now())
    return Status(204, None)


@router.post("/reviews/items/{int:review_item_id}/shift", response=Review, auth=ACT)
def shift(request: HttpRequest, review_item_id: int, shifting: Shifting) -> dict[str, object]:
    person = viewer(request)
    item = asked.find_item(person, review_item_id)
    meetings.shift(item, up=shifting.by < 0, by=person, at=timezone.now())
    return _page(request, item.review_id)


@router.put("/reviews/items/{int:review_item_id}/note", response={204: None}, auth=ACT)
def note(request: HttpRequest, review_item_id: int, noting: Noting) -> Status[None]:
    """What the reader notes of it; an empty text takes it away."""
    person = viewer(request)
    meetings.note(asked.find_item(person, review_item_id), noting.text, by=person, at=timezone.now())
    return Status(204, None)


@router.post("/reviews/items/{int:review_item_id}/actions", response={201: ReviewAction}, auth=ACT)
def act(request: HttpRequest, review_item_id: int, acting: ReviewActing) -> Status[object]:
    """An action: it becomes a task of the stage in which the initiative stands."""
    person = viewer(request)
    item = asked.find_item(person, review_item_id)
    owner = somebody(person, acting.owner) if acting.owner is not None else None
    made = meetings.act(item, acting.text, owner=owner, due=acting.due, by=person, at=timezone.now())
    return Status(201, {"note_id": made.pk, "task_id": made.task_id})


def _page(request: HttpRequest, pk: int, item: int | None = None) -> dict[str, object]:
    page = asked.page(viewer(request), pk, timezone.localdate(), item)
    names = ("pk", "strategy", "by", "started_at", "ended", "items", "may_run", "minutes", "done")
    said: dict[str, object] = {name: getattr(page, name) for name in names}
    if page.talk is None:
        return {**said, "talk": None}
    shown = ("item", "number", "opened_at", "since", "notes", "mine", "can_note", "can_act", "before", "next")
    talk = {name: getattr(page.talk, name) for name in shown}
    return {**said, "talk": {**talk, "decide": page.talk.gate.pk if page.talk.gate else None}}
