"""What goes out, and how it went. A delivery is made in the transaction of what it tells; the worker sends it later."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, jobs
from gaitway.lib import retry
from gaitway.models import Channel, Delivery, Event, Job, Person

Status = Delivery.Status


def ask(
    channel: Channel,
    key: str,
    *,
    at: datetime,
    event: Event | None = None,
    person: Person | None = None,
    wait: timedelta = timedelta(0),
) -> bool:
    """Once, however often it is asked for under this key: returns whether it is new. `wait`: until it goes out."""
    values = {"channel": channel, "event": event, "person": person, "due_at": at + wait, "asked_at": at}
    _, made = Delivery.objects.get_or_create(key=key, defaults=values)
    if made:
        _wake(channel, at=at)
    return made


@transaction.atomic
def sent(done: Collection[Delivery], *, at: datetime) -> None:
    """They were acknowledged where they went."""
    _pending(done).update(status=Status.SENT, ended_at=at, attempt=F("attempt") + 1)


@transaction.atomic
def drop(left: Collection[Delivery], why: str, *, at: datetime) -> None:
    """Nobody is told any more: what they were to be told is done, or no longer theirs to see."""
    _pending(left).update(status=Status.DROPPED, ended_at=at, fault=why)


@transaction.atomic
def fail(tried: Collection[Delivery], why: str, *, at: datetime, again: bool, wait: timedelta = timedelta(0)) -> None:
    """`again`: it is tried later, after `wait` at least; after the last attempt, or where trying again would not mend it, it
    is laid aside for a person to see."""
    for delivery in tried:
        attempt = delivery.attempt + 1
        rows = _pending([delivery])
        if again and attempt < retry.ATTEMPTS:
            rows.update(attempt=attempt, fault=why, due_at=at + retry.pause(attempt, wait))
        else:
            rows.update(attempt=attempt, fault=why, status=Status.FAILED, ended_at=at)


@transaction.atomic
def rest(channel: Channel, until: datetime, *, at: datetime) -> None:
    """Nothing goes through it before then: it asked for a pause, or can't be reached. What waits is not tried meanwhile, so
    that it costs nobody's time and no attempt."""
    Channel.objects.filter(pk=channel.pk).update(rests_until=until)


@transaction.atomic
def answers(channel: Channel, *, at: datetime) -> None:
    Channel.objects.filter(pk=channel.pk, rests_until__isnull=False).update(rests_until=None)


@transaction.atomic
def retry_failed(failed: Collection[Delivery], *, by: Person, at: datetime) -> int:
    """Brings back what was laid aside; returns how many. Raises NotAllowed, and Refused where the channel was ended."""
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators look after deliveries."))
    if any(delivery.channel.ended_at for delivery in failed):
        raise Refused(_("This channel was ended. Add it again, then what happens from now on is told there."))
    rows = Delivery.objects.filter(pk__in=[each.pk for each in failed], status=Status.FAILED)
    channels = {each.channel_id: each.channel for each in failed}
    count = rows.update(status=Status.PENDING, ended_at=None, attempt=0, due_at=at)
    for channel in channels.values():
        Channel.objects.filter(pk=channel.pk).update(rests_until=None)
        _wake(channel, at=at)
    return count


def wake(*, at: datetime) -> None:
    """Asks for the work of every channel where something is due and nobody is asked for it: after a worker died in the middle
    of it too often."""
    asked = set(Job.objects.filter(kind=Job.Kind.DELIVER, finished_at=None, dead_at=None).values_list("key", flat=True))
    due = Delivery.objects.filter(status=Status.PENDING, due_at__lte=at).order_by().values("channel").distinct()
    for channel in Channel.objects.filter(pk__in=due):
        if job_key(channel) not in asked:
            _wake(channel, at=at)


def job_key(channel: Channel) -> str:
    """One job a channel: so a slow one takes one lane of the worker at most."""
    return f"deliver:{channel.pk}"


def _wake(channel: Channel, *, at: datetime) -> None:
    jobs.ask(Job.Kind.DELIVER, job_key(channel), {"channel": channel.pk}, at=at)
    jobs.at_once(job_key(channel), at=at)


def _pending(some: Collection[Delivery]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=[each.pk for each in some], status=Status.PENDING)
