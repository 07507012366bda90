"""What waits to be sent, for the worker; and how things arrive, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from gaitway.models import Channel, Delivery, Notice, Person

Status = Delivery.Status
BUNDLE = 20  # notices in one mail
FAILED = 50  # on the page


@dataclass(frozen=True, slots=True)
class FailedLine:
    """`what`: the kind of its event, or a digest."""

    pk: int
    channel: str
    to: str
    what: str
    asked_at: datetime
    attempt: int
    fault: str
    alive: bool


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """`state`: off (mail without a server), ended, resting, failing (the last one didn't arrive), fine, or new (nothing was
    ever sent: so nobody knows)."""

    pk: int
    kind: str
    name: str
    host: str
    owner: Person | None
    groups: list[str]
    made_at: datetime
    state: str
    rests_until: datetime | None
    waiting: int
    sent: int
    failed: int
    last_sent: datetime | None
    fault: str
    two_secrets: bool


def following(channel: Channel, at: datetime) -> list[Delivery]:
    """The next to send: the one that has waited longest, and where it is a mail, whatever else waits for the same person."""
    due = _due(channel).filter(due_at__lte=at)
    first = due.first()
    if first is None:
        return []
    if channel.kind != Channel.Kind.EMAIL or first.event_id is None or first.attempt:
        return [first]  # one that failed is tried alone, so that it holds up no other
    return list(due.filter(person=first.person_id, event__isnull=False, attempt=0)[:BUNDLE])


def next_due(channel: Channel) -> datetime | None:
    """When there is something to do again."""
    first = _due(channel).values_list("due_at", flat=True).first()
    return None if first is None else max(first, channel.rests_until) if channel.rests_until else first


def _due(channel: Channel) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(channel=channel, status=Status.PENDING)
    return rows.select_related("person", "event__initiative__strategy", "event__strategy", "event__by")


def notice_of(delivery: Delivery) -> Notice | None:
    """The notice in the inbox that this mail tells too."""
    found: Notice | None = (
        Notice.objects.select_related("stage").filter(event=delivery.event_id, person=delivery.person_id).first()
    )
    return found


def channels(viewer: Person, at: datetime, *, email_on: bool) -> list[ChannelLine]:
    """Those that are alive first. Three queries a channel."""
    rows = list(Channel.objects.visible_to(viewer).select_related("owner"))
    counted: dict[tuple[int, str], int] = {
        (pk, state): n
        for pk, state, n in Delivery.objects.visible_to(viewer).order_by().values_list("channel", "status").annotate(n=Count("pk"))
    }  # fmt: skip
    latest = {row.pk: _latest(row) for row in rows}
    lines = [_line(row, counted, latest[row.pk], at, email_on) for row in rows]
    return sorted(lines, key=lambda line: (line.state == "ended", line.pk))


def _latest(row: Channel) -> tuple[Delivery | None, Delivery | None]:
    """What arrived last, and what didn't since."""
    last = Delivery.objects.filter(channel=row, status=Status.SENT).order_by("-ended_at").first()
    waits = Delivery.objects.filter(channel=row, status=Status.PENDING).exclude(fault="").order_by("-due_at").first()
    failed = Delivery.objects.filter(channel=row, status=Status.FAILED).order_by("-ended_at").first()
    if failed and last and failed.ended_at and last.ended_at and failed.ended_at <= last.ended_at:
        failed = None
    return last, waits or failed


def _line(
    row: Channel, counted: dict[tuple[int, str], int], latest: tuple[Delivery | None, Delivery | None], at: datetime,
    email_on: bool,
) -> ChannelLine:  # fmt: skip
    last, fault = latest
    if row.ended_at:
        state = "ended"
    elif row.kind == Channel.Kind.EMAIL and not email_on:
        state = "off"
    elif row.rests_until and row.rests_until > at:
        state = "resting"
    elif fault is not None:
        state = "failing"
    else:
        state = "fine" if last is not None else "new"
    return ChannelLine(
        row.pk, row.kind, row.name, row.host, row.owner, row.groups, row.made_at, state, row.rests_until,
        counted.get((row.pk, Status.PENDING), 0), counted.get((row.pk, Status.SENT), 0), counted.get((row.pk, Status.FAILED), 0),
        last.ended_at if last else None, fault.fault if fault else "", bool(row.secret_before),
    )  # fmt: skip


def failed(viewer: Person) -> list[FailedLine]:
    """What was laid aside, newest first."""
    rows = Delivery.objects.visible_to(viewer).filter(status=Status.FAILED).select_related("channel", "person", "event")
    return [
        FailedLine(
            row.pk, row.channel.name, str(row.person) if row.person else row.channel.host,
            row.event.kind if row.event else "digest", row.asked_at, row.attempt, row.fault, row.channel.ended_at is None,
        )
        for row in rows.order_by("-ended_at")[:FAILED]
    ]  # fmt: skip


def find_channel(viewer: Person, pk: int) -> Channel:
    """Raises Channel.DoesNotExist."""
    return Channel.objects.visible_to(viewer).get(pk=pk)


def find(viewer: Person, pk: int) -> Delivery:
    """Raises Delivery.DoesNotExist."""
    return Delivery.objects.visible_to(viewer).select_related("channel").get(pk=pk)


def all_failed(viewer: Person) -> list[Delivery]:
    """Of the channels that are alive."""
    rows = Delivery.objects.visible_to(viewer).filter(status=Status.FAILED, channel__ended_at=None)
    return list(rows.select_related("channel"))
